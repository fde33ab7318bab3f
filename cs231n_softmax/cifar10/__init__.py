"""CIFAR-10 on this computer: its files, where they are looked for, how they are fetched, and the built-in sample.

What is where, and the command:

    files       names, places, sizes and hash; read_batch
    find        the folder to read: found, downloaded, or the sample's
    download    fetch the archive from one of its mirrors, check and unpack it
    transfer    one file from one server, within limits
    connection  one request, in a thread of its own
    sample      made-up images in the same format
    cartoons    what these images show

    python -m cs231n_softmax.cifar10 [DIR]      fetches the data, as ./get_cifar10.sh does
"""
