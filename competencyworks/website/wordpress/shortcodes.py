"""
WordPress's shortcodes as HTML.

What is known becomes HTML that the later steps read; of what is not known the words stay,
and the report tells of it. The grammar is WordPress's:
https://codex.wordpress.org/Shortcode_API.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

NAME = r"[A-Za-z][\w-]*"
SHORTCODE = re.compile(
    rf"\[(?P<escape>\[?)(?P<slash>/?)(?P<name>{NAME})(?=[\s/\]])"
    r"""(?P<attributes>(?:[^\[\]"'<>]|"[^"]{0,4000}"|'[^']{0,4000}')*?)(?P<void>/?)\](?P<end>\]?)"""
)
ATTRIBUTE = re.compile(
    r"""(?P<key>[\w-]+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"']+))"""
    r"""|"(?P<quoted>[^"]*)"|(?P<word>[^\s"']+)"""
)
TYPOGRAPHIC_QUOTES = re.compile("[“”″„]")
ADDRESS = re.compile(r"https?://[^\s\"'<>|\]]+")
MEDIA = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.DOTALL)
PRESENT_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+);")
DEEPEST = 8  # shortcodes within one another

SOUNDS = ("src", "mp3", "m4a", "ogg", "wav", "wma", "flac")
FILMS = ("src", "mp4", "m4v", "webm", "ogv", "wmv", "flv", "mov")
CODE = frozenset(
    ["code", "sourcecode", "source", "bash", "shell", "c", "cpp", "csharp", "css", "diff",
     "html", "java", "javascript", "js", "json", "perl", "php", "plain", "python", "ruby",
     "sql", "text", "vb", "xml", "yaml"]
)  # fmt: skip
FOOTNOTES = frozenset(["fn", "footnote", "efn_note", "ref", "note_ref"])


@dataclass
class Converted:
    """HTML without shortcodes, and what is to be reported of those that were not known."""

    html: str
    notes: list[str] = field(default_factory=list)


def convert(text: str) -> Converted:
    """`text` with its shortcodes turned into HTML. Never raises."""
    if "[" not in text:
        return Converted(text)
    notes: dict[str, None] = {}
    return Converted(_converted(text, notes, 0), list(notes))


@dataclass
class _Use:
    """One use of a shortcode: what stands in its brackets, and what it encloses."""

    name: str
    source: str
    named: dict[str, str]
    words: list[str]
    content: str | None
    alone: bool = False

    def address(self, *keys: str) -> str:
        """The first address that one of the attributes holds, or that stands alone."""
        candidates = [self.named.get(key, "") for key in keys] + self.words
        candidates.append((self.content or "").strip())
        for candidate in candidates:
            if found := ADDRESS.match(html.unescape(candidate).strip()):
                return found[0]
        return ""


def _converted(text: str, notes: dict[str, None], depth: int) -> str:
    tokens = list(SHORTCODE.finditer(text))
    places: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        places.setdefault(token["name"].lower(), []).append(index)
    written, position = [], 0
    for index, token in enumerate(tokens):
        if token.start() < position:
            continue
        written.append(text[position : token.start()])
        position = token.end()
        # Two brackets on both sides quote a shortcode; one alone belongs to the text.
        before, after = token["escape"], token["end"]
        source = token[0][len(before) : len(token[0]) - len(after)]
        name, content = token["name"].lower(), None
        if before and after:
            written.append(source)
            continue
        if token["slash"]:
            written.append(before + ("" if _is_certain(name) else source) + after)
            continue
        closing = None if token["void"] else _closing(tokens, places[name], index)
        if closing is not None:
            content = after + text[token.end() : closing.start()]
            position, after = closing.end(), closing["end"]
        use = _Use(name, source, *_attributes(token["attributes"]), content)
        use.alone = _stands_alone(text, token.start(), position)
        written.append(before + _replaced(use, notes, depth) + after)
    written.append(text[position:])
    return "".join(written)


def _is_certain(name: str) -> bool:
    """Whether brackets with this name in them are a shortcode, and no words of the text."""
    known = name in HANDLERS or name in CODE or name in FOOTNOTES
    return known or "_" in name or "-" in name


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else is in the line from `start` to `end`."""
    before = text[:start].rstrip(" \t")
    after = text[end:].lstrip(" \t")
    return (not before or before[-1] in "\n>") and (not after or after[0] in "\n<")


def _closing(tokens: list[re.Match], places: list[int], index: int) -> re.Match | None:
    """The closing tag that belongs to the opening one: the next of its name, if it closes."""
    following = bisect_right(places, index)
    if following < len(places) and tokens[places[following]]["slash"]:
        return tokens[places[following]]
    return None


def _attributes(text: str) -> tuple[dict[str, str], list[str]]:
    named, words = {}, []
    for match in ATTRIBUTE.finditer(TYPOGRAPHIC_QUOTES.sub('"', text)):
        if match["key"]:
            value = match["double"] or match["single"] or match["bare"] or ""
            named.setdefault(match["key"].lower(), value)
        else:
            words.append(match["quoted"] or match["word"] or "")
    return named, words


def _replaced(use: _Use, notes: dict[str, None], depth: int) -> str:
    if use.name in CODE and use.content is not None:
        return _code(use)
    if use.name in FOOTNOTES and use.content is not None:
        use.content = _converted(use.content, notes, depth + 1) if depth < DEEPEST else ""
        return f"[fn]{use.content.strip()}[/fn]"
    handler = HANDLERS.get(use.name)
    if use.content is not None and depth < DEEPEST:
        use.content = _converted(use.content, notes, depth + 1)
    if handler is not None:
        return handler(use)
    return _unknown(use, notes)


def _unknown(use: _Use, notes: dict[str, None]) -> str:
    """
    The words that an unknown shortcode encloses, a link to the address that it names, or
    else nothing; but brackets that are part of a sentence, as in “[sic]”, stay.
    """
    if use.content is not None:
        notes[f"The shortcode [{use.name}] is not known; what it encloses was kept."] = None
        return use.content
    if not use.named and not _is_certain(use.name):
        if use.alone and not use.words:
            notes[f"“{use.source}” stands in the text; take it out if it is a shortcode."] = None
        return use.source
    if address := use.address(*use.named):
        notes[f"The shortcode [{use.name}] is not known; a link stands for it."] = None
        return _link(address)
    notes[f"The shortcode [{use.name}] is not known and was left out."] = None
    return ""


# --- What is known ------------------------------------------------------------------------


def _link(address: str, words: str = "") -> str:
    address = html.escape(address)
    return f'\n\n<p><a href="{address}">{html.escape(words) or address}</a></p>\n\n'


def _caption(use: _Use) -> str:
    media, words = use.content or "", ""
    if match := MEDIA.match(media):
        media, words = match.groups()
    words = words.strip() or html.unescape(use.named.get("caption", ""))
    align = html.escape(use.named.get("align", ""))
    caption = f"<figcaption>{words}</figcaption>" if words else ""
    return f'\n\n<figure class="wp-caption {align}">{media.strip()}{caption}</figure>\n\n'


def _gallery(use: _Use) -> str:
    return _placeholder("wp-gallery", use)


def _playlist(use: _Use) -> str:
    return _placeholder("wp-playlist", use)


def _placeholder(name: str, use: _Use) -> str:
    """An element that `pictures` fills once it is known what the numbers stand for."""
    numbers = use.named.get("ids") or use.named.get("include", "")
    data = {
        "data-numbers": " ".join(re.findall(r"\d+", numbers)),
        "data-without": " ".join(re.findall(r"\d+", use.named.get("exclude", ""))),
        "data-parent": use.named.get("id", ""),
        "data-columns": use.named.get("columns", ""),
        "data-kind": use.named.get("type", ""),
    }
    listed = " ".join(f'{key}="{html.escape(value)}"' for key, value in data.items())
    return f'\n\n<figure class="{name}" {listed}></figure>\n\n'


def _sound(use: _Use) -> str:
    address = use.address(*SOUNDS)
    return _link(address, f"Audio: {_file_name(address)}") if address else use.content or ""


def _film(use: _Use) -> str:
    address = use.address(*FILMS)
    return _link(address, f"Video: {_file_name(address)}") if address else use.content or ""


def _file_name(address: str) -> str:
    return address.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1]


def _embedded(use: _Use) -> str:
    address = use.address("src", "url", "href", "link")
    return _link(address) if address else use.content or ""


def _youtube(use: _Use) -> str:
    if address := use.address("url", "src"):
        return _link(address)
    number = use.named.get("id") or next(iter(use.words), "") or (use.content or "").strip()
    if re.fullmatch(r"[\w-]{6,20}", number):
        return _link(f"https://www.youtube.com/watch?v={number}")
    return ""


def _vimeo(use: _Use) -> str:
    if address := use.address("url", "src"):
        return _link(address)
    number = use.named.get("id") or next(iter(use.words), "") or (use.content or "").strip()
    return _link(f"https://vimeo.com/{number}") if number.isdigit() else ""


def _button(use: _Use) -> str:
    address = use.address("url", "href", "link")
    words = (use.content or use.named.get("text") or use.named.get("title") or "").strip()
    if not address:
        return words
    return f'\n\n<p><a href="{html.escape(address)}">{words or html.escape(address)}</a></p>\n\n'


def _quote(use: _Use) -> str:
    return f"\n\n<blockquote>{use.content or ''}</blockquote>\n\n"


def _pull_quote(use: _Use) -> str:
    inner = f"<blockquote>{use.content or ''}</blockquote>"
    return f'\n\n<figure class="wp-block-pullquote">{inner}</figure>\n\n'


def _code(use: _Use) -> str:
    content = (use.content or "").strip("\n")
    # Some editors store code as entities, others as it is.
    if PRESENT_ENTITY.search(content) and "<" not in content:
        content = html.unescape(content)
    return f"\n\n<pre><code>{html.escape(content, quote=False)}</code></pre>\n\n"


HANDLERS: dict[str, Callable[[_Use], str]] = {
    "caption": _caption,
    "wp_caption": _caption,
    "gallery": _gallery,
    "playlist": _playlist,
    "audio": _sound,
    "video": _film,
    "wpvideo": _film,
    "embed": _embedded,
    "googlemaps": _embedded,
    "instagram": _embedded,
    "soundcloud": _embedded,
    "tweet": _embedded,
    "facebook": _embedded,
    "ted": _embedded,
    "youtube": _youtube,
    "vimeo": _vimeo,
    "button": _button,
    "blockquote": _quote,
    "quote": _quote,
    "pullquote": _pull_quote,
}
