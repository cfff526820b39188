"""Files that bodies refer to, and what becomes of a body."""

from competencyworks.core.prose.cleaning import clean_html
from competencyworks.website.wordpress.content import finish, prepare
from competencyworks.website.wordpress.pictures import Attachment, Library

SITE = "https://old.example.org"
UPLOADS = f"{SITE}/wp-content/uploads/2014/05"
STEPS = Attachment(
    7, f"{UPLOADS}/steps.jpg", "Steps", "Stone steps", "", "", 70, "/media/steps.jpg"
)
CIRCLE = Attachment(
    8, f"{UPLOADS}/circle-scaled.jpg", "Circle", "", "A circle of chairs", "", 80, "/media/c.jpg"
)
ABSENT = Attachment(9, f"{UPLOADS}/absent.jpg", "Absent friends")
TALK = Attachment(10, f"{UPLOADS}/talk.mp3", "A talk", mime="audio/mpeg", url="/media/talk.mp3")
SHEET = Attachment(11, f"{UPLOADS}/sheet.pdf", "A sheet", url="/media/sheet.pdf")
FILES = [STEPS, CIRCLE, ABSENT, TALK, SHEET]


def convert(text: str, library: Library | None = None, links=None, **more) -> str:
    finished = finish(prepare(text, 5, **more), library or Library(), links or {})
    return clean_html(finished.html).strip()
