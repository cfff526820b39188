"""What moved in from another site, and may name a person there."""

from competencyworks.core.client_address import hashed
from competencyworks.core.privacy import Erasure, Holder, holder
from competencyworks.core.privacy.erasure import naming

from .models import ImportedItem

PARTS = ("details", "problem", "address")


@holder("imports")
class Imports(Holder):
    """Records of the import from another site, where the address was a login or stands in them."""

    def export(self, email):
        rows = ImportedItem.objects.filter(naming(email, "key", *PARTS))
        return [{"from": row.source, "kind": row.kind, "key": row.key} for row in rows]

    def erase(self, erasure: Erasure) -> int:
        count = 0
        for row in ImportedItem.objects.filter(key__iexact=erasure.email):
            # Unique still, and the same each time, so that it can be erased again.
            key = f"erased-{hashed(erasure.email)[:32]}"
            rows = ImportedItem.objects.filter(source=row.source, kind=row.kind)
            rows.filter(key=key).delete()
            rows.filter(pk=row.pk).update(key=key)
            count += 1
        return count + erasure.scrub(ImportedItem.objects.all(), *PARTS)
