"""
Large WordPress exports: `python -m benchmarks.wxr POSTS FILE`.

The posts are those of `language`, in the forms that WordPress has stored over the years: half of
them as the classic editor left them, without paragraphs, half in blocks; with shortcodes,
attachments, links to other posts (most to earlier ones) and seven comments each on average.
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from .language import Writer

SITE = "https://old.example.org"
START = datetime(2009, 2, 2, 13, tzinfo=UTC)
AUTHORS, CATEGORIES, TAGS = 60, 60, 400
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>An old site</title>
<link>{site}</link>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>{site}</wp:base_site_url>
<wp:base_blog_url>{site}</wp:base_blog_url>
"""


class Exporter:
    """Makes the export of an old site with `posts` posts."""

    def __init__(self, posts: int) -> None:
        self.posts = posts
        self.writer = Writer(seed=posts + 1)
        self.random = self.writer.random
        self.number = 0

    def parts(self) -> Iterator[str]:
        """The file, part by part."""
        yield HEAD.format(site=SITE)
        yield from self._terms()
        for index in range(self.posts):
            if index % 5 == 0:
                yield self._attachment(index)
            yield self._post(index)
        yield "</channel>\n</rss>\n"

    def _terms(self) -> Iterator[str]:
        for key in range(AUTHORS):
            name = f"{self.writer.name()} {self.writer.name()}"
            yield (
                f"<wp:author><wp:author_id>{key + 1}</wp:author_id>"
                f"<wp:author_login>author{key}</wp:author_login>"
                f"<wp:author_display_name><![CDATA[{name}]]></wp:author_display_name></wp:author>\n"
            )
        for key in range(CATEGORIES):
            parent = f"category-{key % 12}" if key >= 12 else ""
            yield (
                f"<wp:category><wp:term_id>{key + 1}</wp:term_id>"
                f"<wp:category_nicename>category-{key}</wp:category_nicename>"
                f"<wp:category_parent>{parent}</wp:category_parent>"
                f"<wp:cat_name><![CDATA[{self.writer.name()}]]></wp:cat_name></wp:category>\n"
            )
        for key in range(TAGS):
            yield (
                f"<wp:tag><wp:term_id>{1000 + key}</wp:term_id><wp:tag_slug>tag-{key}</wp:tag_slug>"
                f"<wp:tag_name><![CDATA[{self.writer.name()} {key}]]></wp:tag_name></wp:tag>\n"
            )

    def _attachment(self, index: int) -> str:
        url = f"{SITE}/wp-content/uploads/2015/03/picture-{index}.jpg"
        return self._item(
            kind="attachment",
            number=5_000_000 + index,
            slug=f"picture-{index}",
            date=START + timedelta(hours=index),
            title=self.writer.phrase(2, 4),
            more=f"<wp:attachment_url>{url}</wp:attachment_url>",
            status="inherit",
            parent=index + 1,
        )

    def _post(self, index: int) -> str:
        article = self.writer.article()
        terms = "".join(
            f'<category domain="{domain}" nicename="{start}-{key}"><![CDATA[x]]></category>\n'
            for domain, start, key in (
                ("category", "category", self.random.randrange(CATEGORIES)),
                ("category", "category", self.random.randrange(CATEGORIES)),
                *(("post_tag", "tag", self.random.randrange(TAGS)) for _ in range(4)),
            )
        )
        return self._item(
            kind="post",
            number=index + 1,
            slug=f"post-{index}",
            date=START + timedelta(hours=4 * index),
            title=article.title,
            body=self._body(article.body, index),
            excerpt=article.excerpt,
            more=terms + "".join(self._comments()),
        )

    def _body(self, html: str, index: int) -> str:
        parts = [html]
        if index % 5 == 0:
            url = f"{SITE}/wp-content/uploads/2015/03/picture-{index}-300x200.jpg"
            parts.append(
                f'<p>[caption id="attachment_{5_000_000 + index}" align="alignleft" width="300"]'
                f'<img src="{url}" alt="A picture" width="300" height="200" /> '
                f"{self.writer.phrase(3, 6)}[/caption]</p>"
            )
        if index % 3 == 0:
            # One link in twenty leads to a post that is still to come.
            ahead = self.random.random() < 0.05
            other = self.random.randrange(index, self.posts) if ahead else index // 2
            parts.append(f'<p>See <a href="{link(other)}">{self.writer.phrase(2, 4)}</a>.</p>')
        html = "\n".join(parts)
        if index % 2:
            return PARAGRAPH.sub(r"<!-- wp:paragraph -->\n<p>\1</p>\n<!-- /wp:paragraph -->", html)
        return PARAGRAPH.sub(r"\1\n", html)

    def _comments(self) -> Iterator[str]:
        earlier = 0
        for _ in range(self.random.randint(0, 14)):
            self.number += 1
            date = f"{START + timedelta(minutes=self.number):%Y-%m-%d %H:%M:%S}"
            yield (
                f"<wp:comment><wp:comment_id>{self.number}</wp:comment_id>"
                f"<wp:comment_author><![CDATA[{self.writer.name()}]]></wp:comment_author>"
                f"<wp:comment_author_email>{self.writer.name()}@example.net"
                "</wp:comment_author_email>"
                f"<wp:comment_date_gmt>{date}</wp:comment_date_gmt>"
                f"<wp:comment_content><![CDATA[{self.writer.comment()}]]></wp:comment_content>"
                "<wp:comment_approved>1</wp:comment_approved><wp:comment_type></wp:comment_type>"
                f"<wp:comment_parent>{earlier}</wp:comment_parent></wp:comment>\n"
            )
            earlier = self.number if self.random.random() < 0.4 else 0

    def _item(self, *, kind, number, slug, date, title, body="", excerpt="", more="",
              status="publish", parent=0) -> str:  # fmt: skip
        return (
            f"<item>\n<title>{escape(title)}</title>\n<link>{link(number - 1)}</link>\n"
            f"<dc:creator><![CDATA[author{number % AUTHORS}]]></dc:creator>\n"
            f"<content:encoded><![CDATA[{body}]]></content:encoded>\n"
            f"<excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>\n"
            f"<wp:post_id>{number}</wp:post_id>\n"
            f"<wp:post_date_gmt>{date:%Y-%m-%d %H:%M:%S}</wp:post_date_gmt>\n"
            f"<wp:post_name>{slug}</wp:post_name>\n<wp:status>{status}</wp:status>\n"
            f"<wp:post_parent>{parent}</wp:post_parent>\n<wp:post_type>{kind}</wp:post_type>\n"
            f"{more}</item>\n"
        )


def link(index: int) -> str:
    """The old address of the post at `index`."""
    day = START + timedelta(hours=4 * index)
    return f"{SITE}/{day:%Y/%m/%d}/post-{index}/"


def write(posts: int, path: Path) -> None:
    """Write an export of `posts` posts to `path`."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(Exporter(posts).parts())


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
