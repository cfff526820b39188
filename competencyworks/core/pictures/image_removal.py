"""Taking the files of pictures that were deleted or replaced out of the storage."""

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django_tasks import task

from .responsive import renditions_folder


@task()
def remove_files(name: str) -> None:
    """
    Remove the file `name` of a picture, and its renditions, from the storage.

    Not where a picture has a file of that name again: the task may run late, or twice.
    """
    if apps.get_model("core", "Image").objects.filter(file=name).exists():
        return
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
