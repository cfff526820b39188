"""The rich text field: whoever writes, what is stored is clean; the editor stays in its place."""

import json
import re
from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import models
from django.db.migrations.writer import MigrationWriter

from competencyworks.core.models import Person
from competencyworks.core.prose.cleaning import ELEMENTS
from competencyworks.core.prose.richtext import EditorAdmin, RichTextField

DIRTY = '<p onclick="hit()">Bio<script>hit()</script></p>'
CLEAN = "<p>Bio</p>"


def stored(person: Person) -> str:
    return Person.objects.values_list("bio", flat=True).get(pk=person.pk)


@pytest.mark.django_db
class TestEveryWriteIsCleaned:
    def test_create(self):
        person = Person.objects.create(name="Ana", bio=DIRTY)
        assert person.bio == CLEAN
        assert stored(person) == CLEAN

    def test_save(self):
        person = Person.objects.create(name="Ana")
        person.bio = DIRTY
        person.save()
        assert stored(person) == CLEAN

    def test_save_of_one_field(self):
        person = Person.objects.create(name="Ana")
        person.bio = DIRTY
        person.save(update_fields=["bio"])
        assert stored(person) == CLEAN

    def test_bulk_create(self):
        (person,) = Person.objects.bulk_create([Person(name="Ana", slug="ana", bio=DIRTY)])
        assert stored(person) == CLEAN

    def test_bulk_update(self):
        person = Person.objects.create(name="Ana")
        person.bio = DIRTY
        Person.objects.bulk_update([person], ["bio"])
        assert stored(person) == CLEAN

    def test_update(self):
        person = Person.objects.create(name="Ana")
        Person.objects.filter(pk=person.pk).update(bio=DIRTY)
        assert stored(person) == CLEAN

    def test_update_or_create(self):
        person, _ = Person.objects.update_or_create(slug="ana", defaults={"bio": DIRTY})
        assert stored(person) == CLEAN

    def test_fixtures(self, tmp_path):
        row = {"model": "core.person", "pk": 5, "fields": {"name": "A", "slug": "a", "bio": DIRTY}}
        fixture = tmp_path / "people.json"
        fixture.write_text(json.dumps([row]))
        call_command("loaddata", fixture, verbosity=0)
        assert stored(Person(pk=5)) == CLEAN

    def test_an_expression_is_left_to_the_database(self):
        person = Person.objects.create(name="Ana", bio=CLEAN)
        Person.objects.filter(pk=person.pk).update(bio=models.F("name"))
        assert stored(person) == "Ana"

    def test_a_query_looks_for_what_it_is_asked(self):
        Person.objects.create(name="Ana", bio=CLEAN)
        assert not Person.objects.filter(bio=DIRTY).exists()


class TestField:
    def test_migrations_do_not_hear_of_the_toolbar(self):
        for toolbar in ("full", "small"):
            written, _ = MigrationWriter.serialize(RichTextField(blank=True, toolbar=toolbar))
            assert written == "competencyworks.core.prose.richtext.RichTextField(blank=True)"

    def test_the_admin_gets_the_editor_in_place_of_its_text_area(self):
        form_field = admin.ModelAdmin(Person, admin.site).formfield_for_dbfield(
            Person._meta.get_field("bio"), request=None
        )
        assert "ckeditor" in form_field.widget.template_name

    def test_the_editor_keeps_what_the_cleaner_keeps(self):
        config = RichTextField().formfield().widget.config
        assert set(config["allowedContent"]) == set(ELEMENTS)
        assert "data-image" in config["allowedContent"]["img"]["attributes"]
        assert "style" not in json.dumps(config["allowedContent"])

    def test_plugins_that_call_outside_are_removed(self):
        removed = RichTextField().formfield().widget.config["removePlugins"].split(",")
        assert {"exportpdf", "scayt", "wsc"} <= set(removed)

    def test_settings_cannot_change_the_editor(self, settings):
        settings.CKEDITOR_CONFIGS = {"default": {"toolbar": "Full", "allowedContent": True}}
        assert RichTextField().formfield().widget.config["allowedContent"] is not True

    def test_nothing_else_names_the_editor(self, request):
        root = request.config.rootpath
        named = {
            str(path.relative_to(root))
            for folder in ("competencyworks", "blog", "templates")
            for path in (root / folder).rglob("*.*")
            if path.suffix in (".py", ".html")
            if re.search("ckeditor", path.read_text(encoding="utf-8"), re.IGNORECASE)
        }
        assert named == {
            "competencyworks/core/prose/richtext.py",
            "competencyworks/core/pictures/image_picker.py",  # whose answer has the editor's form
            "competencyworks/settings.py",  # INSTALLED_APPS and the silenced check
        }


def policy(response, directive: str) -> str:
    found = re.search(rf"{directive} ([^;]*)", response["Content-Security-Policy"])
    return found[1] if found else ""


@pytest.mark.django_db
class TestPolicy:
    @pytest.mark.parametrize("path", ["/admin/core/person/add/", "/admin/blog/post/add/"])
    def test_the_editors_forms_may_have_inline_script_and_style(self, root, path):
        response = root.get(path)
        assert response.status_code == 200
        assert "'unsafe-inline'" in policy(response, "script-src")
        assert "'unsafe-inline'" in policy(response, "style-src")
        assert "'unsafe-eval'" not in response["Content-Security-Policy"]

    @pytest.mark.parametrize(
        "path",
        [
            "/admin/", "/admin/core/person/", "/admin/blog/post/", "/admin/core/topic/add/",
            "/admin/core/image/add/", "/admin/core/image/pick/", "/admin/login/", "/",
        ],
    )  # fmt: skip
    def test_no_other_page_may(self, root, path):
        response = root.get(path)
        assert policy(response, "script-src") == "'self'"
        assert policy(response, "style-src") == "'self'"

    def test_every_admin_with_a_rich_text_has_the_mixin(self):
        for model, model_admin in admin.site._registry.items():
            rich = any(isinstance(field, RichTextField) for field in model._meta.get_fields())
            if rich and model_admin.has_add_permission.__qualname__.startswith("BaseModelAdmin"):
                assert isinstance(model_admin, EditorAdmin), model


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "core", check=True, dry_run=True, stdout=StringIO())
