"""The pages around a comment keep what every page promises."""

import pytest
from lxml import html

from competencyworks.core.discussion import proofs
from competencyworks.core.discussion.threads import form_path
from tests.core.vectors import VECTORS
from tests.website.test_html import check, checker  # noqa: F401 - a fixture

from .writing import post, preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(client, make) -> dict:
    """An answer of each kind of page, by its name."""
    item = make.post(title="On <pace> & time")
    known = make.comment(item, email="known@example.org", website="https://example.org/?a=1&b=2")
    held = {"email": "known@example.org"}
    private = post(item, **held)["Location"]
    comment = known.__class__.objects.latest("pk")
    gone = post(item, email="gone@example.org")["Location"]
    client.post(gone, {"step": "withdraw"})
    closed = make.post(discussion="closed")
    stop = proofs.stop_path(known)
    return {
        "form": client.get(form_path(item)),
        "answer": client.get(f"{form_path(item)}?parent={known.pk}"),
        "preview": preview(item, parent=known.pk),
        "errors": preview(item, name="", email="x", website="y", body="", parent="77"),
        "closed": post(closed),
        "first waits": client.get(post(item, wants_replies="on")["Location"]),
        "waits for a click": client.get(private),
        "change refused": client.post(private, {"body": ""}),
        "gone": client.get(gone),
        "confirm": client.get(proofs.confirm_path(comment)),
        "confirmed": client.post(proofs.confirm_path(comment)),
        "public": client.get(private),
        "stop": client.get(stop),
        "stopped": client.post(stop),
        "report": client.get(f"/comments/{known.pk}/report/"),
        "reported": client.post(f"/comments/{known.pk}/report/", {"reason": "x"}),
    }


def test_they_are_private_and_named(pages):
    for name, page in pages.items():
        tree = html.document_fromstring(page.content.decode())
        assert page["Cache-Control"] == "no-store", name
        assert page["Referrer-Policy"] == "strict-origin", name
        assert not page.cookies, name
        assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"], name
        assert len(tree.xpath("//h1")) == 1, name
        assert tree.xpath("string(//title)").strip(), name
        assert b"csrfmiddlewaretoken" not in page.content, name
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), name
        for control in tree.xpath("//main//input[not(@type='hidden')] | //main//textarea"):
            labels = tree.xpath("//label[@for=$id]", id=control.get("id"))
            assert labels or control.get("aria-labelledby"), name
            for described in (control.get("aria-describedby") or "").split():
                assert described in ids, (name, described)


@pytest.mark.nu
def test_they_are_valid(pages, checker, tmp_path):  # noqa: F811
    names = sorted(pages)
    for number, name in enumerate(names):
        (tmp_path / f"{number:02}.html").write_bytes(pages[name].content)
    found = check(checker, tmp_path)
    assert not [f"{names[int(line[:2])]}: {line}" for line in found]


@pytest.mark.parametrize("field", ["name", "email", "website", "body", "parent", "device"])
def test_attacks_come_back_as_words(make, field):
    item = make.post()
    for attack in VECTORS.values():
        page = preview(item, **{field: attack}).content.decode()
        tree = html.document_fromstring(page.replace("\0", ""))
        main = tree.xpath("//main")[0]
        assert not main.xpath(".//script[not(@src)] | .//img | .//iframe | .//style | .//object")
        assert not main.xpath(".//*[@*[starts-with(name(), 'on')]]")
        assert not main.xpath(".//@href[starts-with(normalize-space(.), 'javascript')]")


@pytest.mark.parametrize("token", ["x", "1.x", "..", "0.", "%00.x", "9" * 500])
@pytest.mark.parametrize("page", ["mine", "confirm", "stop"])
def test_tokens_that_we_did_not_make_lead_nowhere(client, page, token):
    assert client.get(f"/comments/{page}/{token}/").status_code == 404
    assert client.post(f"/comments/{page}/{token}/").status_code == 404
