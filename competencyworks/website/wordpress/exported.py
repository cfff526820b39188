"""What an export holds, as plain data: text as it stands there, numbers, and the line."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Site:
    """The old site, as the head of the export tells of it."""

    title: str = ""
    link: str = ""
    base_site_url: str = ""
    base_blog_url: str = ""
    version: str = ""


@dataclass(frozen=True)
class Author:
    line: int
    login: str
    name: str = ""
    email: str = ""
    number: int | None = None


@dataclass(frozen=True)
class Term:
    """A declared term of a taxonomy: 'category', 'post_tag' or another one."""

    line: int
    taxonomy: str
    slug: str
    name: str
    parent: str = ""
    description: str = ""
    number: int | None = None


@dataclass(frozen=True)
class TermOfItem:
    taxonomy: str
    slug: str
    name: str


@dataclass(frozen=True)
class CommentOfItem:
    line: int
    number: int | None
    author: str = ""
    email: str = ""
    url: str = ""
    date: str = ""
    date_gmt: str = ""
    content: str = ""
    approved: str = ""
    kind: str = ""
    parent: int = 0
    user: int = 0


@dataclass(frozen=True)
class Item:
    """An entry: post, page, attachment, or whatever else WordPress keeps in one table."""

    line: int
    number: int | None
    kind: str
    title: str = ""
    link: str = ""
    guid: str = ""
    creator: str = ""
    body: str = ""
    excerpt: str = ""
    date: str = ""
    date_gmt: str = ""
    modified_gmt: str = ""
    published: str = ""
    slug: str = ""
    status: str = ""
    password: str = ""
    comment_status: str = ""
    parent: int = 0
    menu_order: int = 0
    sticky: bool = False
    attachment_url: str = ""
    terms: tuple[TermOfItem, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)
    comments: tuple[CommentOfItem, ...] = ()
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Broken:
    """A piece of the file that could not be read, with what is known of it."""

    line: int
    title: str
    reason: str


Entry = Author | Term | Item | Broken
