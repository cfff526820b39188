"""
Records of addresses outside take the keys that addresses have since faß.de and fass.de are two
hosts, dx.doi.org and doi.org one, and the case of a DOI says nothing.
"""

import html
import re

from django.db import migrations, models
from django.utils import timezone

# Migrations after another change of these rules come after this one, and make the keys anew.
from competencyworks.core.links.addresses import host_of, outside_key

BATCH = 1000
# The letters that IDNA 2003 wrote in another way than IDNA 2008 does, or left out.
LETTERS = "ßẞς\u200c\u200d"
HOST_WITH_LETTERS = rf"//[^/?#\"'<>\s]*[{LETTERS}]"
ADDRESS = re.compile(r"(https?://)([^/?#\"'<>\s:]+)([^\"'<>\s]*)", re.IGNORECASE)


def former_key(url: str) -> str:
    """The key that `url` had while hosts were written by IDNA 2003."""
    start, host, rest = ADDRESS.match(url).groups()
    try:
        return outside_key(f"{start}{host.encode('idna').decode()}{rest}")
    except UnicodeError:
        return ""


def bring_keys(apps, schema_editor):
    OutsideAddress = apps.get_model("core", "OutsideAddress")
    rows = OutsideAddress.objects.order_by("pk").values_list("pk", "key", "url")
    for pk, key, url in rows.iterator(BATCH):
        new = outside_key(url)
        if not new or new == key:
            continue
        other = OutsideAddress.objects.filter(key=new).first()
        if other is None:
            OutsideAddress.objects.filter(pk=pk).update(key=new, host=host_of(new))
        elif not re.search(HOST_WITH_LETTERS, url):
            merge(apps, OutsideAddress.objects.get(pk=pk), other)
        elif is_cited(apps, pk):  # by texts that name the other host, as fass.de
            OutsideAddress.objects.filter(pk=pk).update(
                url=f"https://{key}", health="unchecked", next_check_at=timezone.now()
            )
        else:
            OutsideAddress.objects.filter(pk=pk).delete()


def is_cited(apps, pk) -> bool:
    relations = apps.get_model("core", "OutsideAddress")._meta.related_objects
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: pk}).exists()
        for relation in relations
    )


def merge(apps, double, kept):
    """Let all that leads to `double` lead to `kept`."""
    OutsideAddress = apps.get_model("core", "OutsideAddress")
    for link in apps.get_model("core", "Link").objects.filter(outside_id=double.pk):
        lead(apps, link, kept.pk)
    for relation in relations(OutsideAddress):
        rows = relation.related_model._base_manager.filter(**{relation.field.name: double.pk})
        rows.update(**{relation.field.name: kept.pk})
    if double.archived_url and not kept.archived_url:
        OutsideAddress.objects.filter(pk=kept.pk).update(
            archived_url=double.archived_url, archived_at=double.archived_at
        )
    double.delete()


def lead(apps, link, pk):
    """Let `link` lead to the record `pk`; where its item has such a link, that one stays."""
    Link = apps.get_model("core", "Link")
    CitedChange = apps.get_model("core", "CitedChange")
    same = Link.objects.filter(
        source_type_id=link.source_type_id, source_id=link.source_id, outside_id=pk
    ).first()
    if same is None:
        Link.objects.filter(pk=link.pk).update(outside_id=pk)
        return
    for change in CitedChange.objects.filter(link_id=link.pk):
        if not CitedChange.objects.filter(
            link_id=same.pk, cited_type_id=change.cited_type_id, cited_id=change.cited_id
        ).exists():
            CitedChange.objects.filter(pk=change.pk).update(link_id=same.pk)
    link.delete()


def relations(outside):
    """What other rooms tie to a record, as the resources of the wiki."""
    return [
        relation
        for relation in outside._meta.related_objects
        if relation.related_model._meta.model_name != "link"
    ]


def part_hosts(apps, schema_editor):
    """Two hosts had one record: what was written with such a letter gets a record of its own."""
    OutsideAddress = apps.get_model("core", "OutsideAddress")
    for relation in relations(OutsideAddress):
        model = relation.related_model
        if any(field.name == "url" for field in model._meta.fields):
            rows = model._base_manager.filter(url__regex=HOST_WITH_LETTERS)
            for pk, url in rows.values_list("pk", "url"):
                model._base_manager.filter(pk=pk).update(
                    **{relation.field.name: record(OutsideAddress, url)}
                )
    ContentType = apps.get_model("contenttypes", "ContentType")
    Link = apps.get_model("core", "Link")
    for key in Link.objects.order_by().values_list("source_type", flat=True).distinct():
        kind = ContentType.objects.get(pk=key)
        try:
            model = apps.get_model(kind.app_label, kind.model)
        except LookupError:
            continue
        part_links(apps, model, kind)


def part_links(apps, model, kind):
    OutsideAddress = apps.get_model("core", "OutsideAddress")
    Link = apps.get_model("core", "Link")
    columns = [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, (models.TextField, models.CharField))
    ]
    found = models.Q()
    for column in columns:
        found |= models.Q(**{f"{column}__regex": HOST_WITH_LETTERS})
    if not found:
        return
    for pk, *texts in model._base_manager.filter(found).values_list("pk", *columns):
        words = html.unescape("\n".join(map(str, filter(None, texts))))
        addresses = [match[0] for match in ADDRESS.finditer(words)]
        keys = {outside_key(url) for url in addresses}
        for url in addresses:
            new, former = outside_key(url), former_key(url)
            links = Link.objects.filter(source_type_id=kind.pk, source_id=pk)
            link = links.filter(outside__key=former).first()
            if not new or new == former or link is None:
                continue
            mine = record(OutsideAddress, url)
            if former not in keys:
                lead(apps, link, mine)
            elif not links.filter(outside_id=mine).exists():  # both are written there
                Link.objects.create(
                    source_type_id=kind.pk, source_id=pk, outside_id=mine, text=link.text
                )


def record(outside, url):
    key = outside_key(url)
    if not key:
        return None
    row, _ = outside.objects.get_or_create(key=key, defaults={"url": url, "host": host_of(key)})
    return row.pk


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0018_bulk_acts"),
    ]

    operations = [
        migrations.RunPython(part_hosts, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(bring_keys, migrations.RunPython.noop, elidable=True),
    ]
