"""Staff write papers, give them files, and see what was read of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Paper, PaperDownloads
from blog.papers.reading import read_next
from competencyworks.core.merging import merge_people
from competencyworks.core.models import Person
from competencyworks.core.revisions import history
from tests import factories

from . import pdfs

pytestmark = pytest.mark.django_db
FIRST, SECOND = factories.pdf("First words"), factories.pdf("Second words")


def form(paper: Paper | None = None, authors=(), **changes) -> dict:
    """What the paper's form sends."""
    data = {
        "title": paper.title if paper else "A new paper",
        "body": "<p>An abstract.</p>",
        "year": "2024",
        "slug": paper.slug if paper else "",
        "status": paper.status if paper else "draft",
        "publish_at_0": "",
        "publish_at_1": "",
        "unpublish_at_0": "",
        "unpublish_at_1": "",
        "tags": "",
        "paper_authors-TOTAL_FORMS": str(len(authors)),
        "paper_authors-INITIAL_FORMS": "0",
        "_save": "Save",
        "_publish_anyway": "1",  # what is missing has tests of its own
    }
    for number, person in enumerate(authors):
        data |= {
            f"paper_authors-{number}-person": person.pk,
            f"paper_authors-{number}-position": number,
        }
    if paper and paper.publish_at:
        local = timezone.localtime(paper.publish_at)
        data |= {"publish_at_0": f"{local:%Y-%m-%d}", "publish_at_1": f"{local:%H:%M:%S}"}
    return data | changes


def upload(content: bytes = FIRST, name: str = "draft v7.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def edit(client, paper, **changes):
    return client.post(f"/admin/blog/paper/{paper.pk}/change/", form(paper, **changes))


def text(response) -> str:
    return response.content.decode()


def test_an_editor_makes_a_paper_with_authors_and_file_and_publishes_it(editor, client):
    ana, ben = factories.person("Ana Ruiz"), factories.person("Ben Oduya")
    response = editor.post(
        "/admin/blog/paper/add/", form(authors=[ben, ana], new_file=upload(), _publish="1")
    )
    assert response.status_code == 302
    paper = Paper.objects.get()
    assert paper.path == "/papers/a-new-paper/"
    assert client.get(paper.path).status_code == 200
    assert client.get(paper.file_path).getvalue() == FIRST
    row = paper.current_file()
    assert (row.original_name, row.uploaded_by, row.pages) == ("draft v7.pdf", editor.user, 1)
    content = history(paper).get().content
    assert content["ordered_authors"] == [ben.pk, ana.pk]
    assert content["file_in_use"] == row.pk


def test_a_file_is_replaced_and_the_earlier_one_is_kept_for_staff(editor, client):
    paper = factories.paper(file=FIRST)
    earlier = paper.current_file()
    assert edit(editor, paper, new_file=upload(SECOND, "entirely-different.PDF")).status_code == 302
    assert client.get(paper.file_path).getvalue() == SECOND
    assert history(paper).count() == 1
    page = text(editor.get(f"/admin/blog/paper/{paper.pk}/change/"))
    assert "entirely-different.PDF" in page
    address = f"/admin/blog/paper/{paper.pk}/files/{earlier.pk}/"
    assert address in page
    kept = editor.get(address)
    assert kept.getvalue() == FIRST
    assert "no-store" in kept["Cache-Control"]
    assert client.get(address).status_code == 302
    other = factories.paper(file=FIRST)
    assert editor.get(f"/admin/blog/paper/{other.pk}/files/{earlier.pk}/").status_code == 404


def test_saving_without_a_file_keeps_the_one_there_is(editor):
    paper = factories.paper(file=FIRST)
    edit(editor, paper, title="Another title")
    assert paper.files.count() == 1


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"hello", "not a PDF"), (pdfs.encrypted(), "password"), (b"%PDF-1.4 nonsense", "damaged"),
     (FIRST, "already has"), (b"", "empty")],
)  # fmt: skip
def test_a_file_that_will_not_do_is_explained_beside_its_field(editor, content, word):
    paper = factories.paper(file=FIRST)
    response = edit(editor, paper, new_file=upload(content))
    assert response.status_code == 200
    assert word in str(response.context["adminform"].form.errors["new_file"])
    assert paper.files.count() == 1


def test_a_doi_is_taken_as_people_paste_it(editor):
    paper = factories.paper(public=False)
    edit(editor, paper, doi="https://doi.org/10.1234/abc.5")
    paper.refresh_from_db()
    assert paper.doi == "10.1234/abc.5"
    response = edit(editor, paper, doi="abc")
    assert "Enter a DOI that starts with 10." in text(response)


def test_an_author_writes_a_paper_and_submits_it_and_sees_no_others(author):
    Person.objects.create(name="Ana Ruiz", user=author.user)
    response = author.post(
        "/admin/blog/paper/add/", form(new_file=upload(), _submit="1", status="published")
    )
    assert response.status_code == 302
    paper = Paper.objects.get()
    assert paper.status == "review"
    assert [person.name for person in paper.authors.all()] == ["Ana Ruiz"]
    assert edit(author, paper, title="Changed my mind").status_code == 403
    other = factories.paper(title="Somebody else's", public=False, file=FIRST)
    assert "Somebody else" not in text(author.get("/admin/blog/paper/"))
    address = f"/admin/blog/paper/{other.pk}/files/{other.current_file().pk}/"
    assert author.get(address).status_code == 404


def test_a_preview_shows_the_draft_with_its_file(editor, client):
    paper = factories.paper(public=False, title="Not yet", file=FIRST)
    page = text(editor.get(f"/admin/blog/paper/{paper.pk}/preview/"))
    assert "Not yet" in page
    assert f"/admin/blog/paper/{paper.pk}/files/{paper.current_file().pk}/" in page
    assert client.get(paper.path).status_code == 404


def test_staff_see_downloads_in_all_and_of_late(editor):
    paper = factories.paper(file=FIRST)
    today = timezone.localdate()
    for days, count in ((0, 3), (29, 4), (30, 1500)):
        PaperDownloads.objects.create(
            paper=paper, day=today - timezone.timedelta(days=days), count=count
        )
    page = text(editor.get(f"/admin/blog/paper/{paper.pk}/change/"))
    assert "1,507 in total, 7 in the last 30 days" in page
    assert "1507" in text(editor.get("/admin/blog/paper/"))


def test_what_was_read_and_what_could_not_be_is_told(editor):
    paper = factories.paper(file=FIRST)
    page = f"/admin/blog/paper/{paper.pk}/change/"
    assert "not processed yet" in text(editor.get(page))
    read_next()
    assert "searchable" in text(editor.get(page))
    paper.files.update(read_error="This PDF takes too long to read.")
    assert "takes too long" in text(editor.get(page))


def test_a_picture_tells_of_the_papers_that_show_it(editor):
    paper = factories.paper(title="On pacing", file=FIRST)
    read_next()
    paper.refresh_from_db()
    page = text(editor.get(f"/admin/core/image/{paper.picture_id}/change/"))
    assert "On pacing" in page


def test_papers_follow_when_two_records_of_one_person_become_one():
    keep, double = factories.person("Ana Ruiz"), factories.person("A. Ruiz")
    both, alone = factories.paper(authors=[keep, double]), factories.paper(authors=[double])
    merge_people(keep, double)
    assert list(both.authors.all()) == [keep]
    assert list(alone.authors.all()) == [keep]


@pytest.mark.parametrize("client_name", ["editor", "author"])
def test_the_pages_open_for_staff(client_name, request):
    client = request.getfixturevalue(client_name)
    for address in ("/admin/blog/paper/", "/admin/blog/paper/add/"):
        assert client.get(address).status_code == 200


def test_the_list_costs_the_same_however_long(editor):
    counts = []
    for size in (2, 6):
        for _ in range(size):
            people = [factories.person(), factories.person()]
            factories.paper(authors=people, picture=factories.image(), file=FIRST)
        editor.get("/admin/blog/paper/")
        with CaptureQueriesContext(connection) as queries:
            editor.get("/admin/blog/paper/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
