"""How a table names another resource: by its address, or by that of its page here."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType

from competencyworks.core.addresses import OldAddress, normalize
from competencyworks.core.links.addresses import outside_key, own_host, split

from ..models import Resource

PAGES = "/wiki/resources/"


def reference(cell: str) -> str:
    """
    What `cell` names in one form: the path of a page here without the slash at its end, or the
    key of an address elsewhere; '' for what is neither.
    """
    if cell.startswith("/"):
        return normalize(urlsplit(f"https://here.example{cell}").path)
    parts = split(cell)
    if parts and parts[0] == own_host() and parts[1].startswith(PAGES):
        return normalize(parts[1])
    return outside_key(cell)


def found(references: Iterable[str]) -> dict[str, int]:
    """
    The keys of the resources that `references` name, where there are such; a page is found by
    its addresses of the past too. Three queries at most.
    """
    wanted = set(references)
    paths = {f"{name}/": name for name in wanted if name.startswith("/")}
    keys = wanted - set(paths.values())
    kept = Resource.objects.filter(trashed_at=None)
    there: dict[str, int] = {}
    if keys:
        # Of several with one address the oldest.
        rows = kept.filter(outside__key__in=keys).order_by("-pk")
        there |= dict(rows.values_list("outside__key", "pk"))
    if paths:
        rows = kept.filter(path__in=paths).values_list("path", "pk")
        there |= {paths[path]: pk for path, pk in rows}
    if missing := set(paths.values()) - there.keys():
        was = OldAddress.objects.filter(
            path__in=missing, content_type=ContentType.objects.get_for_model(Resource)
        )
        moved = dict(was.values_list("path", "object_id"))
        alive = set(kept.filter(pk__in=moved.values()).values_list("pk", flat=True))
        there |= {path: pk for path, pk in moved.items() if pk in alive}
    return there
