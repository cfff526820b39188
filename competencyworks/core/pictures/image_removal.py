"""Taking the files of a deleted picture out of the storage."""

from django.core.files.storage import Storage, default_storage
from django_tasks import task

from .responsive import renditions_folder


@task()
def remove_files(name: str) -> None:
    """Remove the file `name` of a deleted picture, and its renditions, from the storage."""
    _remove_folder(default_storage, renditions_folder(name))
    default_storage.delete(name)


def _remove_folder(storage: Storage, folder: str) -> None:
    if not storage.exists(folder):
        return
    folders, files = storage.listdir(folder)
    for each in folders:
        _remove_folder(storage, f"{folder}/{each}")
    for each in files:
        storage.delete(f"{folder}/{each}")
    storage.delete(folder)
