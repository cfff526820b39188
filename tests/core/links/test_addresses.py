"""One record for each address outside, however it is spelled."""

import threading

import pytest
from django.db import close_old_connections, connection, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from competencyworks.core.links import graph
from competencyworks.core.links.addresses import outside_for, outside_key, outsides_for, tidy
from competencyworks.core.links.targets import target_of
from competencyworks.core.models import Link, OutsideAddress
from tests import factories

SPELLINGS = [
    [
        "http://example.org/report",
        "https://example.org/report",
        "https://www.example.org/report/",
        "HTTPS://WWW.Example.ORG/report#chapter-2",
        "http://example.org:80/report",
        "https://example.org:443/report",
        "https://example.org./report",
        "https://example.org/./old/../report",
        "https://example.org/%2E/report",
        "https://example.org/r%65port",
        "https://example.org\\report",
        " https://example.org/re\nport ",
        "https://example.org/report?utm_source=letter&utm_medium=mail",
        "https://example.org/report?fbclid=1",
        "https://example.org/report?",
    ],
    ["https://example.org/a%2fb", "https://example.org/a%2Fb"],
    ["https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"],
    ["https://example.org/x?q=a b", "https://example.org/x?q=a+b", "https://example.org/x?q=a%20b"],
    ["https://example.org/?b=1&a=2&gclid=9", "https://example.org?b=1&&a=2"],
    ["https://example.org/100%", "https://example.org/100%25"],
    ["https://app.example/#!/course/7", "http://app.example#!/course/7"],
    ["http://[2001:DB8::1]/x", "https://[2001:db8:0::1]/x/"],
    ["https://example.org:8443/", "https://www.example.org:8443"],
]


@pytest.mark.parametrize("same", SPELLINGS, ids=lambda same: same[0])
def test_spellings_of_one_address_have_one_key(same):
    assert len({outside_key(url) for url in same}) == 1
    assert outside_key(same[0])


def test_addresses_of_different_pages_have_different_keys():
    different = [
        *(same[0] for same in SPELLINGS),
        "https://example.org/Report",
        "https://example.org/a/b",
        "https://example.org/report?id=3",
        "https://example.org/report?id=4",
        "https://example.org/?a=2&b=1",
        "http://example.org:443/report",
        "https://example.org:80/report",
        "https://reports.example.org/",
        "https://app.example/#!/course/8",
    ]
    keys = [outside_key(url) for url in different]
    assert all(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "url",
    [
        "", "report", "/report", "mailto:me@example.org", "javascript:alert(1)", "ftp://example.org/",
        "https://", "https:///report", "https://user:word@example.org/", "https://me@example.org/",
        "https://exa mple.org/", "https://example..org/", "https://[::1", "https://[zz]/",
        "https://example.org:99999/", "https://example.org:x/", f"https://{'a' * 64}.example/",
        f"https://example.org/{'a' * 2000}", f"https://{'a.' * 130}example/",
        "https://\u2100.example/",
    ],
)  # fmt: skip
def test_what_is_no_address_has_no_key(url):
    assert outside_key(url) == ""


# Pieces that make hard addresses likelier than letters do.
pieces = st.sampled_from(
    ["%", "%2e", "%2E%2e", "%41", "%c3%bc", "ü", "..", ".", "/", "//", "\\", "?", "&", "=", "+",
     "%20", " ", "#", "#!", ";", ":", "@", "[", "]", "utm_source=x", "a", "B", "www.", ":80",
     ":443", "\t", "\u3002", "\ufeff", "ß", "\0", "%00", "xn--", "%25", "😀"]
)  # fmt: skip
tails = st.lists(pieces | st.text(max_size=4), max_size=12).map("".join)
hosts = st.sampled_from(["example.org", "WWW.example.org", "bücher.example", "[::1]", "127.0.0.1"])
addresses = st.builds(
    "{}://{}{}".format, st.sampled_from(["http", "https", "HTTP"]), hosts | tails, tails
)


@given(st.text() | tails | addresses)
@example("https://www.www.example.org/%%41?%20 +")
@example("https://\ud800/")
@example("https://example.org/\ud800")
def test_a_key_is_plain_and_is_its_own_key(url):
    key = outside_key(url)
    assert key.isascii()
    assert len(key) <= 2000
    assert not set(key) & set(' \t\n\0\\"<>')
    if key:
        scheme = url.lstrip(" \t\r\n\0").partition(":")[0]
        scheme = "https" if "https" in url[: url.index(":")].lower() else "http"
        assert outside_key(f"{scheme}://{key}") == key


@given(addresses, st.sampled_from(["utm_campaign=x", "fbclid=1", "mc_eid=2"]), st.booleans())
def test_where_a_reader_came_from_does_not_count(url, mark, first):
    head, fragment_mark, fragment = tidy(url).partition("#")
    key = outside_key(url)
    query = "?" in head
    marked = f"{head}{'&' if query else '?'}{mark}{fragment_mark}{fragment}"
    if first and query:
        path, _, rest = head.partition("?")
        marked = f"{path}?{mark}&{rest}{fragment_mark}{fragment}"
    if key:
        assert outside_key(marked) == key


@given(tails | addresses, st.sampled_from(["https://example.org/a/b/", "http://127.0.0.1:8000/"]))
def test_every_link_leads_somewhere_or_nowhere(href, base):
    target = target_of(href, base, "example.org")
    if target is not None:
        assert sum(map(bool, target)) == 1
        assert len(target.path.encode()) <= 2000
        assert "\0" not in target.path


@pytest.mark.django_db
def test_the_longest_addresses_are_kept():
    post = factories.post(
        body=f'<p><a href="https://example.org/{"ü" * 329}{"x" * 3}">Long</a>'
        f'<a href="/{"😀" * 499}">Ours</a><a href="/{"😀" * 501}">Longer than can be</a></p>'
    )
    rows = Link.objects.filter(source_id=post.pk).order_by("path")
    assert [len(row.path.encode()) for row in rows] == [0, 1997]
    assert len(rows[0].outside.key) == len("example.org/") + 329 * 6 + 3


@pytest.mark.django_db
def test_one_record_keeps_the_address_as_it_was_first_written():
    first = outside_for(" https://www.Example.org/report/?utm_source=x ")
    assert outside_for("http://example.org/report") == first
    assert (first.key, first.host) == ("example.org/report", "example.org")
    assert first.url == "https://www.Example.org/report/?utm_source=x"
    assert outside_for("mailto:me@example.org") is None
    assert OutsideAddress.objects.count() == 1


@pytest.mark.django_db
def test_many_records_cost_three_queries(django_assert_num_queries):
    urls = [f"https://example.org/{number}" for number in range(300)]
    with django_assert_num_queries(3):
        assert len(outsides_for(urls)) == 300
    with django_assert_num_queries(1):
        assert len(outsides_for(urls)) == 300


def in_parallel(*acts) -> None:
    """Run `acts`, each with a connection of its own, and raise what one of them raised."""
    errors = []

    def run(act):
        try:
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    close_old_connections()
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


@pytest.mark.django_db(transaction=True)
def test_writers_of_the_same_new_addresses_do_not_wait_for_one_another():
    """In opposite orders, many times: a deadlock would end one of them with an error."""
    posts = [factories.post() for _ in range(4)]
    start = threading.Barrier(len(posts))

    def write(post, number):
        start.wait()
        for turn in range(12):
            links = [f"https://example.org/{turn}/{place}" for place in range(30)]
            if number % 2:
                links.reverse()
            post.body = "<p>" + "".join(f'<a href="{url}">x</a>' for url in links) + "</p>"
            post.save()

    in_parallel(*(lambda post=post, number=n: write(post, number) for n, post in enumerate(posts)))
    assert OutsideAddress.objects.count() == 12 * 30
    assert Link.objects.count() == len(posts) * 30


@pytest.mark.django_db(transaction=True)
def test_the_rows_are_those_of_the_text_that_was_stored_last():
    """Two save one item at the same time, one of them a text without links that had none."""
    post = factories.post(body="<p>None.</p>")
    start = threading.Barrier(2)

    def save(body):
        mine = type(post).objects.get(pk=post.pk)
        mine.body = body
        start.wait()
        mine.save()

    for turn in range(15):
        in_parallel(
            lambda: save("<p>None.</p>"),
            lambda turn=turn: save(f'<p><a href="/to/{turn}/">x</a></p>'),
        )
        stored = type(post).objects.get(pk=post.pk)
        paths = list(Link.objects.values_list("path", flat=True))
        assert paths == ([f"/to/{turn}"] if "<a" in stored.html else [])


@pytest.mark.django_db(transaction=True)
def test_an_address_that_another_writer_is_about_to_store_is_waited_for():
    post = factories.post()
    stored, go_on = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            outside_for("https://example.org/new")
            stored.set()
            go_on.wait(10)

    def second():
        stored.wait(10)
        threading.Timer(0.3, go_on.set).start()
        post.body = '<p><a href="https://example.org/new">x</a></p>'
        post.save()

    in_parallel(first, second)
    assert OutsideAddress.objects.count() == 1
    assert [row.outside.key for row in graph.citing(OutsideAddress.objects.get())] == [
        "example.org/new"
    ]
