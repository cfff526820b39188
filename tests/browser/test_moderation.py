"""
The moderators' pages in Chromium: attacks in every field of a comment run nowhere, and the list
is worked through by keys, by buttons, and without script.
"""

import pytest
from playwright.sync_api import expect

from competencyworks.core.discussion.announcing import announce
from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import Comment, OutgoingMail
from tests import factories
from tests.conftest import signed_in
from tests.core.vectors import VECTORS

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/core/comment/"
WATCH = """
window.hits = []
window.hit = window.alert = what => hits.push(what || "hit")
window.refused = []
document.addEventListener("securitypolicyviolation", event =>
  refused.push(`${event.violatedDirective} ${event.blockedURI}`))
"""


@pytest.fixture
def desk(chromium, live_server):
    """Opens a tab in which a moderator has signed in; `**options` are the browser's."""
    contexts = []

    def open_tab(**options):
        client = signed_in("moderator")
        context = chromium.new_context(base_url=live_server.url, **options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        context.add_cookies([{**cookie, "url": f"{live_server.url}/admin/"}])
        context.add_init_script(WATCH)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        return page

    yield open_tab
    for context in contexts:
        context.close()


def attacked(post, vector: str) -> Comment:
    """A waiting comment that holds the attack wherever it fits, past the checks of any form."""
    said = vector.replace("\0", "")
    comment = factories.comment(
        post,
        status="waiting",
        name=said[:200],
        email=said[:250],
        website=said[:500],
        reason=said[:300],
        body=vector,
    )
    comment.reports.create(reporter="x", reason=said[:500])
    comment.decisions.create(source="rule", became="waiting", reason=said[:300])
    return comment


def test_attacks_in_every_field_run_nowhere_in_the_admin(desk, live_server):
    post = factories.post()
    comments = [attacked(post, vector) for vector in VECTORS.values()]
    page = desk()

    def visit(path):
        page.goto(path, wait_until="load")
        found = page.evaluate("[hits, refused, document.querySelectorAll('.wrong').length]")
        assert found[0] == [], path
        assert not [each for each in found[1] if not each.startswith("img-src")], path

    for path in ("/admin/", f"{LIST}?p=1", f"{LIST}?p=2", "/admin/core/commentreport/"):
        visit(path)
    # One thread shows them all beside each other; its pages differ by the comment in the middle.
    for comment in comments[1:]:
        comment.parent = comments[0]
        comment.save(update_fields=["parent"])
    for comment in comments[:: len(comments) // 8]:
        visit(f"{LIST}{comment.pk}/change/")
        visit(f"{LIST}{comment.pk}/history/")
    outside = [url for url in page.asked if not url.startswith((live_server.url, "data:"))]
    assert not [url for url in outside if not url.startswith("blob:")]


def test_attacks_run_nowhere_in_mails_to_moderators(desk):
    post = factories.post(authors=[factories.person(email="hana@example.org")])
    for vector in VECTORS.values():
        announce(attacked(post, vector))
    while send_waiting_mail():  # it is written when it is sent
        pass
    page = desk()
    page.goto("about:blank")  # where no policy keeps anything from running
    page.evaluate(WATCH)
    mails = list(OutgoingMail.objects.filter(to_email="hana@example.org"))
    assert len([mail for mail in mails if mail.html]) == len(VECTORS)
    for mail in mails:
        page.set_content(mail.html)
    assert page.evaluate("hits") == []
    page.set_content("<img src=x onerror=hit()>")  # this way of looking does see what runs
    page.wait_for_function("hits.length == 1")


def test_the_list_is_worked_through_by_keys(desk):
    post = factories.post()
    for name in ("Four", "Three", "Two", "One"):  # the newest is first
        factories.comment(post, status="waiting", name=name)
    page = desk()
    page.goto(LIST)
    row = page.locator("#result_list tbody tr")
    row.first.focus()
    page.keyboard.press("j")
    expect(row.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(row.first).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(".messagelist")).to_contain_text("The comment by One")
    expect(row).to_have_count(3)
    expect(row.first).to_be_focused()
    page.keyboard.press("s")
    expect(page.locator(".messagelist")).to_contain_text("The comment by Two")
    expect(row.first).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator(".messagelist")).to_contain_text("The comment by Three")
    statuses = dict(Comment.objects.values_list("name", "status"))
    assert statuses == {"One": "approved", "Two": "spam", "Three": "trash", "Four": "waiting"}
    page.keyboard.press("x")
    expect(row.first.locator(".action-select")).to_be_checked()
    page.locator("#searchbar").fill("a s t")  # letters in a field are letters
    assert Comment.objects.get(name="Four").status == "waiting"
    row.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")


def test_all_works_without_script(desk):
    post = factories.post()
    factories.comment(post, status="waiting", name="Two")
    factories.comment(post, status="waiting", name="One")
    page = desk(java_script_enabled=False)
    page.goto(LIST)
    page.get_by_role("button", name="Approve the comment of One").click()
    expect(page.locator(".messagelist")).to_contain_text("The comment by One")
    page.get_by_role("checkbox", name="Select this object").check()
    page.get_by_label("Action").first.select_option("mark_spam")
    page.get_by_role("button", name="Go").first.click()
    expect(page.locator(".messagelist")).to_contain_text("One comment marked as spam")
    assert dict(Comment.objects.values_list("name", "status")) == {"One": "approved", "Two": "spam"}
