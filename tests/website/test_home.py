"""The home page: what the site is, what comes next, what readers said last."""

import pytest
from lxml import html

from competencyworks.website.models import SiteSettings
from tests import factories
from tests.events.factories import event

pytestmark = pytest.mark.django_db
COMMENTS = "//ul[contains(@class, 'newest-comments')]"


def page_of(client, path: str = "/") -> html.HtmlElement:
    return html.fromstring(client.get(path).content.decode())


def words(element) -> str:
    return " ".join(element.text_content().split())


def owner(page):
    """The line below the name."""
    (line,) = page.xpath("//header[contains(@class, 'masthead')]//p[@class='owner']")
    return line


# --- What the site is -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/blog/", "/wiki/", "/nowhere/"])
def test_below_the_name_stands_what_the_site_is_and_the_way_to_more(client, path):
    factories.page(title="About CompetencyWorks", slug="about", in_menu=True)
    SiteSettings(tagline="A journal of learning", project_of="Alderbrook Institute").save()
    line = owner(page_of(client, path))
    assert words(line) == "A journal of learning, a project of Alderbrook Institute · About"
    assert line.xpath(".//a/@href") == ["/about/"]


def test_before_staff_say_what_the_site_is_there_is_a_line_already(client):
    line = owner(page_of(client))
    assert words(line) == "An online resource on competency education"


def test_about_is_linked_only_while_it_is_public(client):
    page = factories.page(title="About", slug="about", in_menu=True)
    assert page_of(client).xpath("//header//a[@href='/about/']")
    page.status = "draft"
    page.save()
    assert not page_of(client).xpath("//header//a[@href='/about/']")


def test_the_menu_leads_to_every_section(client):
    found = page_of(client).xpath("//header//nav//a/@href")
    assert found == [
        "/blog/k-12/", "/blog/higher-ed/", "/wiki/", "/events/", "/series/", "/papers/",
        "/blog/whats-new/", "/topics/", "/subscribe/",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/blog/whats-new/", "/subscribe/", "/wiki/", "/blog/k-12/"])
def test_the_menu_says_where_one_is(client, path):
    (here,) = page_of(client, path).xpath("//nav[@aria-label='Sections']//*[@aria-current]")
    assert (here.get("href"), here.get("aria-current")) == (path, "page")


# --- What comes next --------------------------------------------------------------------------


def test_the_next_event_stands_between_the_lead_and_the_other_posts(client):
    for number in range(3):
        factories.post(title=f"Post {number}", publish_at=factories.ago(days=number + 1))
    event(title="A webinar", days=2)
    event(title="A later one", days=9)
    text = words(page_of(client).find(".//main"))
    assert text.index("Post 0") < text.index("A webinar") < text.index("Post 1")
    assert text.index("A webinar") < text.index("A later one")


# --- What readers said last -------------------------------------------------------------------


def comments(client, path: str = "/") -> list[str]:
    return [words(line) for line in page_of(client, path).xpath(f"{COMMENTS}/li")]


def test_the_newest_comments_under_every_kind_of_item_are_shown(client):
    items = [
        factories.post(title="A post"),
        factories.paper(title="A paper"),
        factories.wiki_page("A page"),
        factories.resource(title="A resource"),
    ]
    for number, item in enumerate(items):
        factories.comment(
            item,
            name=f"Reader {number}",
            body=f"<p>Words of number {number} &amp; more.</p>",
            created_at=factories.ago(hours=9 - number),
        )
    shown = comments(client)
    assert [line.split(" Words")[0] for line in shown] == [
        "Reader 3 on A resource", "Reader 2 on A page", "Reader 1 on A paper", "Reader 0 on A post",
    ]  # fmt: skip
    assert "Words of number 3 & more." in shown[0]


def test_each_leads_to_its_place_in_the_conversation(client):
    comment = factories.comment(factories.post())
    (link,) = page_of(client).xpath(f"{COMMENTS}//a")
    answer = client.get(link.get("href"))
    assert answer["Location"].endswith(f"#comment-{comment.pk}")


def test_what_nobody_may_see_is_not_shown(client):
    post = factories.post()
    for status in ("waiting", "spam", "trash"):
        factories.comment(post, status=status)
    factories.comment(post, kind="pingback")
    factories.comment(factories.post(status="withdrawn"))
    factories.comment(factories.post(publish_at=factories.ahead(days=1)))
    assert comments(client) == []
    assert "Newest comments" not in client.get("/").content.decode()


def test_withdrawn_items_do_not_hide_the_comments_on_others(client):
    factories.comment(factories.post(), name="Ana", created_at=factories.ago(days=3))
    withdrawn = factories.post(status="withdrawn")
    for _ in range(10):
        factories.comment(withdrawn)
    assert [line[:3] for line in comments(client)] == ["Ana"]


def test_a_long_comment_ends_at_a_word_and_markup_stays_text(client):
    body = "<p>" + "reading " * 60 + "</p>"
    post = factories.post()
    factories.comment(post, body=body, created_at=factories.ago(hours=1))
    factories.comment(post, name="", body="<p>Write &lt;img src=x&gt; here.</p>")
    shown, long = page_of(client).xpath(f"{COMMENTS}//p[@class='excerpt']")
    assert shown.text == "Write <img src=x> here."
    assert long.text.endswith("reading…")
    assert len(long.text) <= 111
    assert comments(client)[0].startswith("A reader on")


def test_older_pages_show_posts_alone(client):
    for _ in range(12):
        factories.comment(factories.post())
    assert comments(client, "/?page=2") == []
