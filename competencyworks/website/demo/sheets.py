"""
Setting the demo's papers as PDF files: a title page in the site's colors, then the text.

The same paper always gives the same bytes, in any process and on any day.
"""

import copy
import io
from typing import Any

from lxml import etree, html
from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    ListFlowable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from competencyworks.core import fonts
from competencyworks.website.demo.content import Article

INK, QUIET, LINE, PANEL = (HexColor(f"#{c}") for c in ("1c2224", "566064", "dad5c9", "f1eee6"))
GROUND = HexColor("#fbfaf6")
COLORS = {
    "spruce": HexColor("#0b5d57"),
    "indigo": HexColor("#34428f"),
    "ochre": HexColor("#8a5a00"),
}

WIDTH, HEIGHT = letter
INNER, TOP, BOTTOM = 108, 84, 84  # points; the text column is 396 wide
COLUMN = WIDTH - 2 * INNER

_TEXT = ParagraphStyle(
    "text", fontName="Works", fontSize=10.5, leading=15.5, textColor=INK, spaceAfter=8,
    allowWidows=0, allowOrphans=0,
)  # fmt: skip
_HEADING = ParagraphStyle(
    "heading", _TEXT, fontName="Works-Semibold", fontSize=15, leading=19, spaceBefore=16,
    spaceAfter=6, keepWithNext=1,
)  # fmt: skip
_CAPTION = ParagraphStyle("caption", _TEXT, fontName="Works-Semibold", fontSize=9.5, leading=13)
_CELL = ParagraphStyle("cell", _TEXT, fontSize=9, leading=12, spaceAfter=0)
_NUMBER = ParagraphStyle("number", _CELL, alignment=TA_RIGHT)
_HEAD_CELL = ParagraphStyle("head cell", _CELL, fontName="Works-Semibold")
_HEAD_NUMBER = ParagraphStyle("head number", _HEAD_CELL, alignment=TA_RIGHT)
_NOTE = ParagraphStyle("note", _TEXT, fontSize=8.5, leading=12, textColor=QUIET)
_TITLE = ParagraphStyle(
    "title", fontName="Works-Semibold", fontSize=30, leading=35, textColor=white
)
_BYLINE = ParagraphStyle("byline", _TEXT, fontSize=13, leading=19, spaceAfter=0)


def paper_file(paper: Article, authors: list[str]) -> bytes:
    """`paper`, written by `authors`, as a PDF file."""
    fonts.register()
    head, color = paper.head, COLORS[paper.head["color"]]
    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=letter,
        invariant=1,
        lang="en-US",
        title=head["title"],
        author=", ".join(authors),
        subject=head["publisher"],
        creator="CompetencyWorks",
    )

    def title_page(canvas: Canvas, _) -> None:
        _draw_title_page(canvas, head, authors, color)

    def text_page(canvas: Canvas, _) -> None:
        _draw_foot(canvas, head)

    frame = Frame(INNER, BOTTOM, COLUMN, HEIGHT - TOP - BOTTOM, 0, 0, 0, 0, id="text")
    document.addPageTemplates(
        [
            PageTemplate("title", [frame], onPage=title_page),
            PageTemplate("text", [frame], onPage=text_page),
        ]
    )
    document.build([Spacer(1, 1), NextPageTemplate("text"), PageBreak(), *_story(paper, color)])
    return buffer.getvalue()


# --- pages --------------------------------------------------------------------------------


def _draw_title_page(canvas: Canvas, head: dict[str, Any], authors: list[str], color) -> None:
    canvas.setFillColor(GROUND)
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    edge = HEIGHT * 0.42
    canvas.setFillColor(color)
    canvas.rect(0, edge, WIDTH, HEIGHT - edge, stroke=0, fill=1)
    # Steps that go up along the band's lower edge, as in the mark.
    for step in range(5):
        canvas.setFillColor(GROUND)
        canvas.rect(WIDTH - 60 * (step + 1), edge - 1, 60, 22 * (4 - step) + 1, stroke=0, fill=1)
    title = Paragraph(head["title"], _TITLE)
    _, high = title.wrap(WIDTH - 2 * 72, HEIGHT)
    title.drawOn(canvas, 72, HEIGHT - 150 - high)
    canvas.setFillColor(white)
    canvas.setFont("Works", 11)
    canvas.drawString(72, HEIGHT - 92, f"{head['publisher']}  ·  Report {head['number']}")
    byline = Paragraph("<br/>".join(authors), _BYLINE)
    _, high = byline.wrap(WIDTH - 2 * 72, HEIGHT)
    byline.drawOn(canvas, 72, edge - 70 - high)
    canvas.setFillColor(QUIET)
    canvas.setFont("Works", 11)
    canvas.drawString(72, 72, str(head["year"]))
    canvas.drawRightString(WIDTH - 72, 72, "competencyworks.example.org")


def _draw_foot(canvas: Canvas, head: dict[str, Any]) -> None:
    canvas.setStrokeColor(LINE)
    canvas.line(INNER, BOTTOM - 22, WIDTH - INNER, BOTTOM - 22)
    canvas.setFillColor(QUIET)
    canvas.setFont("Works-Italic", 9)
    canvas.drawString(INNER, BOTTOM - 36, head["title"])
    canvas.setFont("Works", 9)
    canvas.drawRightString(WIDTH - INNER, BOTTOM - 36, str(canvas.getPageNumber()))


# --- text ---------------------------------------------------------------------------------


def _story(paper: Article, color) -> list[Flowable]:
    """The text as flowables. Raises ValueError for an element that has no setting."""
    found: list[Flowable] = []
    for element in html.fragments_fromstring(paper.body):
        if isinstance(element, str):
            raise ValueError(f"{paper.slug}: text outside of an element: {element.strip()!r}")
        match element.tag:
            case "h2":
                found.append(Paragraph(_inline(element), _HEADING))
            case "p":
                found.append(Paragraph(_inline(element), _TEXT))
            case "ul" | "ol":
                found.append(_list(element, color))
            case "table":
                found.append(_table(element))
            case "figure":
                found.append(_chart(paper.head["charts"][element.get("data-chart")], color))
            case "footer":
                found += [Spacer(1, 10), *(Paragraph(_inline(p), _NOTE) for p in element)]
            case tag:
                raise ValueError(f"{paper.slug}: <{tag}> has no setting")
    return found


def _inline(element) -> str:
    """What an element holds, with the tags that reportlab knows."""
    element = copy.deepcopy(element)
    element.tail = None
    for tag, ours in (("em", "i"), ("cite", "i"), ("strong", "b")):
        for each in element.iter(tag):
            each.tag = ours
    text = etree.tostring(element, encoding="unicode")
    return text[text.index(">") + 1 : text.rindex("<")].strip()


def _list(element, color) -> ListFlowable:
    rows = [Paragraph(_inline(row), _TEXT) for row in element]
    numbered = element.tag == "ol"
    return ListFlowable(
        rows,
        bulletType="1" if numbered else "bullet",
        start=None if numbered else "–",
        bulletFontName="Works",
        bulletFontSize=10.5,
        bulletColor=color,
        leftIndent=18,
    )


def _table(element) -> Flowable:
    rows = []
    for row in element.iter("tr"):
        cells = []
        for place, cell in enumerate(row):
            head = cell.tag == "th" and row.getparent().tag == "thead"
            first = _HEAD_CELL if head else _CELL
            number = _HEAD_NUMBER if head else _NUMBER
            cells.append(Paragraph(_inline(cell), number if place else first))
        rows.append(cells)
    wide = len(rows[0]) - 1
    widths = [COLUMN - 78 * wide] + [78] * wide
    style = [
        ("LINEBELOW", (0, 0), (-1, 0), 1, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.5, LINE),
        ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    caption = Paragraph(_inline(element.find("caption")), _CAPTION)
    table = Table(rows, widths, style=style, hAlign="LEFT", repeatRows=1)
    return KeepTogether([Spacer(1, 6), caption, table, Spacer(1, 12)])


# --- charts -------------------------------------------------------------------------------


class _Bars(Flowable):
    """Horizontal bars, each with its label before it and its number behind it."""

    ROW, LABEL = 22, 140

    def __init__(self, bars: list[list[Any]], unit: str, color) -> None:
        super().__init__()
        self.bars, self.unit, self.color = bars, unit, color
        self.width, self.height = COLUMN, self.ROW * len(bars)

    def draw(self) -> None:
        canvas = self.canv
        whole = 100 if self.unit == "%" else max(value for _, value in self.bars)
        room = self.width - self.LABEL - 44
        for number, (label, value) in enumerate(self.bars):
            y = self.height - self.ROW * (number + 1)
            canvas.setFillColor(PANEL)
            canvas.rect(self.LABEL, y + 5, room, 12, stroke=0, fill=1)
            canvas.setFillColor(self.color)
            canvas.rect(self.LABEL, y + 5, room * value / whole, 12, stroke=0, fill=1)
            canvas.setFillColor(INK)
            canvas.setFont("Works", 9)
            canvas.drawString(0, y + 8, label)
            canvas.drawRightString(self.width, y + 8, f"{value}{self.unit}")
        canvas.setStrokeColor(INK)
        canvas.line(self.LABEL, 0, self.LABEL, self.height)


def _chart(chart: dict[str, Any], color) -> Flowable:
    bars = _Bars(chart["bars"], chart.get("unit", ""), color)
    caption = Paragraph(chart["caption"], _CAPTION)
    note = Paragraph(chart["note"], _NOTE)
    return KeepTogether([Spacer(1, 6), caption, Spacer(1, 4), bars, Spacer(1, 6), note])
