"""CIFAR-10's own seven files, known by their MD5, whatever a list of hashes beside them says.

MD5 is broken as a signature: two files with the same MD5 can be made on purpose. Here it only tells a wrong list from
damaged files. A folder without any list is read, too.
"""

import hashlib
from pathlib import Path

# As torchvision checks them: https://docs.pytorch.org/vision/stable/_modules/torchvision/datasets/cifar.html
MD5 = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
    "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
}


def is_official(folder: Path) -> bool:
    """True when all seven files are in `folder`, and each is CIFAR-10's own to the last bit."""
    return all((folder / name).is_file() and _md5(folder / name) == md5 for name, md5 in MD5.items())


def _md5(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
