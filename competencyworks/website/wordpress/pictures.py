"""Pictures, galleries and files of a body: from the old site's markup to the library's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lxml import etree

from competencyworks.core.numbers import whole_number
from competencyworks.core.prose.html_trees import remove, unwrap, words_of

SIZE = re.compile(r"-\d{1,5}x\d{1,5}(?=\.[A-Za-z0-9]+$)")
VARIANT = re.compile(r"-(?:scaled|rotated|e\d{10,13})(?=\.[A-Za-z0-9]+$)")
NUMBER_IN_CLASS = re.compile(r"\bwp-image-(\d+)\b")
PHOTON = re.compile(r"i[0-9]\.wp\.com")  # a cache that has the real host in its path
SIDES = ("alignleft", "alignright", "aligncenter")
SIZES = ("size-thumbnail", "size-medium", "size-large", "size-full")
WIDTHS = {"alignwide": "large", "alignfull": "full"}
BACKGROUND = re.compile(r"background-image:\s*url\(\s*['\"]?(https?://[^)'\"\s]+)", re.IGNORECASE)


def key_of(address: str) -> str:
    """
    Host and path of a file's address as they are compared: decoded, without `www.`, query
    and fragment; '' for what is no web address.
    """
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    path = unquote(parts.path)
    if PHOTON.fullmatch(host):
        host, _, path = path.lstrip("/").partition("/")
        path = f"/{path}"
    return f"{host}{path}"[:1000] if host else ""


def keys_of(address: str) -> list[str]:
    """Keys under which the file may be known: WordPress adds sizes and marks to names."""
    key = key_of(address)
    if not key:
        return []
    whole = SIZE.sub("", key)
    stem, dot, suffix = whole.rpartition(".")
    marked = [f"{stem}-{mark}.{suffix}" for mark in ("scaled", "rotated")] if dot else []
    return list(dict.fromkeys([key, whole, *marked]))


def _plain_stem(address: str) -> str:
    return PurePosixPath(VARIANT.sub("", SIZE.sub("", key_of(address)))).stem


@dataclass(frozen=True)
class Attachment:
    """
    A file that the export names. `url` is where it lies here, '' while it has not been brought
    in; `image` is the key in the picture library, if it is a picture.
    """

    number: int
    address: str
    title: str = ""
    alt: str = ""
    caption: str = ""
    mime: str = ""
    image: int | None = None
    url: str = ""

    @property
    def name(self) -> str:
        """What to call it in a link."""
        file = PurePosixPath(unquote(urlsplit(self.address).path))
        return self.alt or self.title or file.name

    @property
    def is_picture(self) -> bool:
        suffix = PurePosixPath(urlsplit(self.address).path).suffix.lower()
        return suffix in (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".svg")


@dataclass
class Library:
    """The attachments that a set of bodies may refer to."""

    by_key: dict[str, Attachment] = field(default_factory=dict)
    by_number: dict[int, Attachment] = field(default_factory=dict)
    by_parent: dict[int, list[Attachment]] = field(default_factory=dict)

    def find(self, address: str, number: int | None = None) -> Attachment | None:
        """The attachment at `address`; by its number if the names agree (hosts change)."""
        for key in keys_of(address):
            if found := self.by_key.get(key):
                return found
        found = self.by_number.get(number) if number else None
        if found and _plain_stem(found.address) == _plain_stem(address):
            return found
        return None


@dataclass
class References:
    """What a body refers to: to be looked up for many bodies at once."""

    keys: set[str] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)
    parents: set[int] = field(default_factory=set)
    links: set[str] = field(default_factory=set)

    def update(self, other: "References") -> None:
        self.keys |= other.keys
        self.numbers |= other.numbers
        self.parents |= other.parents
        self.links |= other.links


def references_in(root: etree._Element, own: int | None) -> References:
    """What the tree refers to; `own` is the number of its item, the parent of its uploads."""
    found = References()
    for image in root.iter("img"):
        found.keys.update(keys_of(image.get("src", "")))
        if number := _number_of(image):
            found.numbers.add(number)
    for place in root.iter("figure"):
        if "data-numbers" in place.attrib:
            numbers = [int(number) for number in place.get("data-numbers").split()]
            found.numbers.update(numbers)
            if not numbers and (parent := _parent_of(place, own)):
                found.parents.add(parent)
    for link in root.iter("a"):
        if href := link.get("href", ""):
            found.links.add(href)
            found.keys.update(keys_of(href))
    return found


def _number_of(image: etree._Element) -> int | None:
    if match := NUMBER_IN_CLASS.search(image.get("class", "")):
        return int(match[1][:18])
    number = image.get("data-id", "")
    return whole_number(number)


def _parent_of(place: etree._Element, own: int | None) -> int | None:
    parent = place.get("data-parent", "")
    found = whole_number(parent)
    return own if found is None else found


# --- The steps, on the tree ---------------------------------------------------------------


def covers_to_figures(root: etree._Element) -> None:
    """A cover block's background becomes a picture before its words."""
    for cover in list(root.iter("div", "section")):
        if "wp-block-cover" not in cover.get("class", "").split():
            continue
        if match := BACKGROUND.search(cover.get("style", "")):
            figure = etree.Element("figure", {"class": "wp-block-image"})
            etree.SubElement(figure, "img", {"src": match[1], "alt": ""})
            cover.addprevious(figure)


def frames_to_figures(root: etree._Element) -> None:
    """One kind of frame around a picture, whatever WordPress's release made of it."""
    for frame in list(root.iter("div", "dl")):
        classes = frame.get("class", "").split()
        if "wp-caption" not in classes and "wp-block-image" not in classes:
            continue
        inner = frame.find("figure")
        if inner is not None:
            inner.set("class", f"{inner.get('class', '')} {frame.get('class', '')}")
            unwrap(frame)
        elif next(frame.iter("img"), None) is None:
            remove(frame)
        else:
            frame.tag = "figure"
            for part in list(frame):
                if {"wp-caption-text", "wp-caption-dd"} & set(part.get("class", "").split()):
                    part.tag = "figcaption"
                elif part.tag == "dt":
                    unwrap(part)
    for paragraph in list(root.iter("p")):
        image = _only_image(paragraph)
        if image is not None and paragraph.getparent().tag != "figure":
            side = [name for name in image.get("class", "").split() if name in (*SIDES, *SIZES)]
            paragraph.tag = "figure"
            paragraph.set("class", " ".join(["wp-block-image", *side]))
    for figure in root.iter("figure"):
        images = list(figure.iter("img"))
        if len(images) == 1 and "gallery" not in figure.get("class", ""):
            _hand_over(images[0], figure)


def _hand_over(image: etree._Element, figure: etree._Element) -> None:
    """Alignment and size are the frame's, not the picture's within it."""
    names = image.get("class", "").split()
    moved = [name for name in names if name in (*SIDES, *SIZES)]
    image.set("class", " ".join(name for name in names if name not in moved))
    given = dict.fromkeys([*figure.get("class", "").split(), *moved])
    # WordPress's 'full size' is that of the file, ours the width of the window.
    figure.set("class", " ".join(WIDTHS.get(name, name) for name in given if name != "size-full"))


def _only_image(paragraph: etree._Element) -> etree._Element | None:
    """The picture that is all the paragraph holds, within a link or not."""
    inner = paragraph
    while len(inner) == 1 and not (inner.text or "").strip() and not (inner[0].tail or "").strip():
        inner = inner[0]
        if inner.tag == "img":
            return inner
        if inner.tag not in ("a", "span", "strong", "em", "b", "i"):
            return None
    return None


@dataclass
class Placed:
    """What could not be shown for now: keys or numbers of pictures."""

    missing: dict[str, None] = field(default_factory=dict)


def place_pictures(root: etree._Element, library: Library, placed: Placed) -> None:
    """Show pictures from the library; a link stands for each that is not there."""
    absent: dict[etree._Element, list[Attachment]] = {}
    for image in list(root.iter("img")):
        address = image.get("src", "")
        found = library.find(address, _number_of(image))
        if not address:
            remove(image)
        elif found is not None and found.image is not None:
            image.set("src", found.url)
            image.set("data-image", str(found.image))
            image.set("alt", image.get("alt") or found.alt)
            image.attrib.pop("title", None)
        else:
            placed.missing[key_of(address) or address] = None
            found = found or Attachment(0, address)
            found = replace(found, address=address, alt=image.get("alt") or found.alt)
            frame = next(image.iterancestors("figure"), None)
            gallery = frame.getparent() if frame is not None else None
            if gallery is not None and "wp-block-gallery" in gallery.get("class", ""):
                absent.setdefault(gallery, []).append(found)
                remove(frame)
            else:
                _link_instead(image, found, frame)
    for gallery, members in absent.items():
        for paragraph in _links(members):
            tail, gallery.tail = gallery.tail, None
            gallery.addnext(paragraph)
            paragraph.tail = tail
        if gallery.find("figure") is None and (caption := gallery.find("figcaption")) is not None:
            caption.tag = "p"
            unwrap(gallery)


def _link_instead(
    image: etree._Element, attachment: Attachment, frame: etree._Element | None
) -> None:
    within = next(image.iterancestors("a"), None)
    link = etree.Element("a", {"href": attachment.address})
    if within is not None:
        link = etree.Element("span")
    link.text = f"Picture: {attachment.name}"
    link.tail = image.tail
    image.getparent().replace(image, link)
    if frame is not None:
        # A frame that is set to one side is meant for a picture, not for words.
        frame.set("class", "")


def place_galleries(
    root: etree._Element, library: Library, placed: Placed, own: int | None
) -> None:
    """Fill the places that `shortcodes` left for galleries and playlists."""
    for place in list(root.iter("figure")):
        if "data-numbers" not in place.attrib:
            continue
        members = _members(place, library, own)
        for member in members:
            if not member.url:
                placed.missing[str(member.number)] = None
        if place.get("class") == "wp-playlist":
            kind = "video/" if place.get("data-kind") == "video" else "audio/"
            files = [m for m in members if m.mime.startswith(kind) or place.get("data-numbers")]
            _put(place, _playlist(files))
        else:
            shown = [m for m in members if m.image]
            absent = [m for m in members if not m.image and m.is_picture]
            columns = place.get("data-columns") or "3"
            _put(place, [*_gallery(shown, columns), *_links(absent)])


def _members(place: etree._Element, library: Library, own: int | None) -> list[Attachment]:
    without = set(place.get("data-without", "").split())
    if numbers := place.get("data-numbers").split():
        found = [library.by_number.get(int(number)) for number in numbers]
    else:
        found = library.by_parent.get(_parent_of(place, own) or 0, [])
    return [member for member in found if member and str(member.number) not in without]


def _put(place: etree._Element, elements: list[etree._Element]) -> None:
    for element in elements:
        place.addprevious(element)
    remove(place)


def _gallery(members: list[Attachment], columns: str) -> list[etree._Element]:
    if not members:
        return []
    number = whole_number(columns, 9) or 3
    gallery = etree.Element("figure", {"class": f"gallery columns-{number}"})
    for member in members:
        figure = etree.SubElement(gallery, "figure")
        attributes = {"src": member.url, "alt": member.alt, "data-image": str(member.image)}
        etree.SubElement(figure, "img", attributes)
        if member.caption:
            etree.SubElement(figure, "figcaption").text = member.caption
    return [gallery]


def _links(members: list[Attachment]) -> list[etree._Element]:
    """One paragraph of links to pictures that have not been brought in."""
    if not members:
        return []
    paragraph = etree.Element("p")
    paragraph.text = "Pictures: "
    for member in members:
        link = etree.SubElement(paragraph, "a", {"href": member.address})
        link.text = member.name
        link.tail = " · "
    paragraph[-1].tail = None
    return [paragraph]


def _playlist(members: list[Attachment]) -> list[etree._Element]:
    if not members:
        return []
    listed = etree.Element("ul")
    for member in members:
        entry = etree.SubElement(listed, "li")
        link = etree.SubElement(entry, "a", {"href": member.url or member.address})
        link.text = member.title or member.name
    return [listed]


def block_galleries(root: etree._Element) -> None:
    """The block editor's galleries, in lists or not, as one frame of frames."""
    for gallery in list(root.iter("figure", "ul")):
        classes = gallery.get("class", "").split()
        if "wp-block-gallery" not in classes:
            continue
        gallery.tag = "figure"
        for part in list(_inside(gallery)):
            unwrap(part)
        for figure in gallery.findall("figure"):
            figure.set("class", "")
        pictures = gallery.findall("figure")
        if len(pictures) and not any(name.startswith("columns-") for name in classes):
            gallery.set("class", f"wp-block-gallery columns-{min(3, len(pictures))}")


def _inside(gallery: etree._Element) -> Iterator[etree._Element]:
    """Lists and entries around the frames of a gallery."""
    for part in gallery.iter("ul", "li"):
        if part is not gallery:
            yield part


def drop_empty_figures(root: etree._Element) -> None:
    for figure in reversed(list(root.iter("figure"))):
        if not words_of(figure) and next(figure.iter("img", "table"), None) is None:
            remove(figure)
