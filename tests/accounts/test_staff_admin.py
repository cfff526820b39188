"""Users, roles and the log: for superusers, whatever permissions others were given."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from tests import factories
from tests.accounts.conftest import PASSWORD, sign_in, with_app
from tests.events import factories as events

pytestmark = pytest.mark.django_db
LOG = "/admin/admin/logentry/"


@pytest.fixture
def trusted(editor) -> Client:
    """An editor who was given every permission there is."""
    editor.user.user_permissions.set(Permission.objects.all())
    return editor


@pytest.mark.parametrize("path", ["auth/user/", "auth/group/", "admin/logentry/"])
def test_with_every_permission_nobody_but_superusers_opens_them(trusted, root, path):
    assert trusted.get(f"/admin/{path}").status_code == 403
    assert trusted.get(f"/admin/{path}add/").status_code == 403
    assert root.get(f"/admin/{path}").status_code == 200


def test_nobody_makes_themselves_superuser(trusted):
    user = trusted.user
    path = f"/admin/auth/user/{user.pk}/change/"
    assert trusted.get(path).status_code == 403
    assert trusted.post(path, {"username": "editor", "is_superuser": "on"}).status_code == 403
    assert trusted.post(f"/admin/auth/user/{user.pk}/password/", {}).status_code == 403
    act = {"action": "remove_second_factors", "_selected_action": [user.pk], "_confirmed": "1"}
    assert trusted.post("/admin/auth/user/", act).status_code == 403
    user.refresh_from_db()
    assert not user.is_superuser


def test_the_librarys_own_admins_are_not_there(root):
    registered = {model._meta.app_label for model in admin.site._registry}
    assert not registered & {"account", "mfa", "socialaccount", "usersessions"}


def log_of(client: Client, **query) -> list[str]:
    page = client.get(LOG, query)
    assert page.status_code == 200
    rows = page.context["cl"].result_list
    return [f"{row.user.username}: {row.object_repr}: {row.get_change_message()}" for row in rows]


def test_sign_ins_failures_and_second_factors_are_written_down(staff, root):
    user = staff()
    sign_in(Client(), "ann", "wrong")
    client = Client()
    sign_in(client, "ann")
    client.post(
        "/admin/account/password/",
        {"oldpassword": PASSWORD, "password1": "next sentence 9", "password2": "next sentence 9"},
    )
    elsewhere = Client()
    sign_in(elsewhere, "ann", "next sentence 9")
    client.post("/admin/account/sessions/")
    with_app(user)
    other = Client()
    sign_in(other, "ann", "next sentence 9")
    other.post("/admin/account/authenticate/", {"code": "000000"})
    assert log_of(root)[::-1] == [
        f"ann: ann: {what}"
        for what in (
            "A sign-in with this account failed.",
            "Signed in.",
            "Changed the password.",
            "Signed in.",
            "Signed out everywhere else.",
            "A second factor was refused.",
        )
    ]


def test_unknown_accounts_leave_no_row_and_no_address(db, caplog):
    sign_in(Client(), "somebody@example.org", "wrong", REMOTE_ADDR="203.0.113.7")
    assert not LogEntry.objects.exists()
    assert "A sign-in was refused." in caplog.text
    assert "somebody" not in caplog.text
    assert "203.0.113" not in caplog.text


def test_exports_erasures_and_settings_are_written_down(root):
    event = events.event(title="A webinar")
    root.get(f"/admin/events/registration/of/{event.pk}/csv/")
    root.get(f"/admin/events/registration/of/{event.pk}/xlsx/")
    form = {"email": "somebody@example.org"}
    root.post("/admin/personal-data/", form | {"step": "download"})
    root.post("/admin/personal-data/", form | {"step": "erase"})
    found = "\n".join(log_of(root))
    for what in (
        "A webinar: Exported the registrations as CSV.",
        "A webinar: Exported the registrations as XLSX.",
        "A person’s data: Exported.",
        "A person’s data: Erased",
    ):
        assert f"root: {what}" in found
    assert "somebody" not in found


def test_the_log_is_filtered_and_searched(root, editor):
    post = factories.post(title="A post about rubrics")
    kind = ContentType.objects.get_for_model(post)
    for user, flag in ((root.user, CHANGE), (editor.user, DELETION)):
        LogEntry.objects.create(
            user=user, content_type=kind, object_id=str(post.pk), object_repr=str(post),
            action_flag=flag, change_message="Merged with another.",
        )  # fmt: skip
    assert len(log_of(root)) == 2
    mine = [f"editor: {post}: Merged with another."]
    assert log_of(root, user=editor.user.pk) == mine
    assert log_of(root, act="3") == mine
    assert log_of(root, q="editor") == mine
    assert len(log_of(root, q="rubrics")) == 2
    assert log_of(root, q="nothing like it") == []
    assert log_of(root, content_type__id__exact=kind.pk) == log_of(root)
    assert log_of(root, action_time__year=2001) == []
    page = root.get(LOG).content.decode()
    assert f"/admin/blog/post/{post.pk}/change/" in page


def test_nobody_changes_the_log(root):
    entry = LogEntry.objects.create(user=root.user, object_repr="x", action_flag=CHANGE)
    for path in (f"{LOG}add/", f"{LOG}{entry.pk}/delete/"):
        assert root.post(path, {"post": "yes"}).status_code == 403
    root.post(f"{LOG}{entry.pk}/change/", {"object_repr": "y"})
    act = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    root.post(LOG, act)
    assert LogEntry.objects.get(pk=entry.pk).object_repr == "x"


def test_the_log_costs_the_same_for_two_rows_and_for_forty(root, django_assert_num_queries):
    kind = ContentType.objects.get_for_model(User)
    root.get(LOG)
    for count in (2, 40):
        for number in range(count):
            LogEntry.objects.create(
                user=root.user, content_type=kind, object_id=str(number), object_repr="x",
                action_flag=CHANGE,
            )  # fmt: skip
        with django_assert_num_queries(8):
            root.get(LOG)


def test_the_header_leads_to_ones_own_account(author):
    page = author.get("/admin/").content.decode()
    assert '<a href="/admin/account/">Your account</a>' in page
    assert author.get("/admin/password_change/")["Location"] == "/admin/account/password/"
    account = author.get("/admin/account/").content.decode()
    for path in ("password/", "totp/activate/", "webauthn/add/", "sessions/"):
        assert f"/admin/account/{path}" in account


def test_accounts_are_not_deleted_and_so_the_log_stays(root, staff):
    user = staff()
    assert root.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    act = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    root.post("/admin/auth/user/", act)
    assert User.objects.filter(pk=user.pk).exists()


def test_recent_actions_leave_out_sign_ins(staff):
    staff()
    client = Client()
    sign_in(client, "ann")
    user = User.objects.get()
    LogEntry.objects.create(user=user, object_repr="A post", action_flag=CHANGE)
    page = client.get("/admin/")
    assert [entry.object_repr for entry in page.context["recent"]] == ["A post"]
