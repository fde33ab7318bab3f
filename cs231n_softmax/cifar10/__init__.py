"""CIFAR-10 on this computer: its files, where they are looked for, how they are fetched, and the built-in sample.

What is where, and the command:

    files       names, places, sizes and hash; is a folder complete; read_batch
    content     the bytes of one of the files, or why they can't be read
    unpickle    what is in one of the files, without calling anything
    machine     what unpickle's instructions work on: a stack and a memo, within limits
    arrays      the arrays that a file describes
    manifest    the list of hashes beside the files
    official    are the files CIFAR-10's own, whatever the list says
    places      where the files may lie, and what is wrong with a folder
    find        the folder to read: found, downloaded, or the sample's
    download    make the folder whole: have the archive fetched, check it, have it unpacked
    mirrors     the archive from one of its mirrors
    archive     the seven files out of the archive
    transfer    one file from one server, within limits
    variables   environment variables that name what is not there
    connection  one request, in a thread of its own
    sample      made-up images in the same format
    cartoons    what these images show

    python -m cs231n_softmax data [FOLDER]      fetches the data, as ./get_cifar10.sh does
"""
