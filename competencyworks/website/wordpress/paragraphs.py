"""
Paragraphs where WordPress's classic editor left them to the page.

That editor stores an empty line between paragraphs and a line end for a line break, and
WordPress makes `<p>` and `<br>` of them each time it shows the text. Here it happens once, on
the tree, so that formatting which runs over several paragraphs comes out right.
"""

import re

from lxml import etree

Node = str | etree._Element

INLINE = frozenset(
    ["a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "br", "cite", "code", "del",
     "dfn", "em", "embed", "font", "i", "iframe", "img", "ins", "kbd", "mark", "q", "rb", "rp",
     "rt", "ruby", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup",
     "time", "tt", "u", "var", "video", "wbr"]
)  # fmt: skip
# Text that lies loose in these is made paragraphs of.
FLOW = frozenset(["div", "blockquote", "center", "details", "section", "article", "aside"])
# In these only if there are several.
LOOSE = frozenset(["li", "td", "th", "dd", "figcaption"])
# These are, or are within, one paragraph.
ONE_LINE = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption", "summary", "address"])
VERBATIM = frozenset(["pre", "textarea"])
ALONE = frozenset(["img", "iframe", "embed", "audio", "video", "hr"])

EMPTY_LINE = re.compile(r"\n[ \t]*\n\s*")
LINE_END = re.compile(r"[ \t]*\n\s*")
SPACE = " \t\n"


def add_paragraphs(root: etree._Element, line_breaks: bool) -> None:
    """
    Make paragraphs below `root`, in place.

    `line_breaks` says that single line ends are line breaks, too (the classic editor), and
    not mere white space (the block editor).
    """
    fill(root, _paragraphs(nodes_of(root), line_breaks))


def nodes_of(element: etree._Element) -> list[Node]:
    """Texts and elements in `element`, in order; the elements lose their tails."""
    nodes: list[Node] = [element.text] if element.text else []
    for child in element:
        nodes.append(child)
        if child.tail:
            nodes.append(child.tail)
    for child in element:
        child.tail = None
    return nodes


def fill(element: etree._Element, nodes: list[Node]) -> None:
    """Make `nodes` all that `element` holds."""
    for child in list(element):
        element.remove(child)
    element.text = None
    last = None
    for node in nodes:
        if not isinstance(node, str):
            element.append(node)
            last = node
        elif last is None:
            element.text = (element.text or "") + node
        else:
            last.tail = (last.tail or "") + node


def _arranged(element: etree._Element, line_breaks: bool) -> list[Node]:
    """`element` with its paragraphs made; one that holds empty lines becomes several."""
    name, nodes = element.tag, nodes_of(element)
    if name in VERBATIM:
        fill(element, nodes)
    elif name == "p":
        paragraphs = [_like(element, block) for block in _blocks(nodes, line_breaks) or [[]]]
        if element.get("id"):
            paragraphs[0].set("id", element.get("id"))
        return paragraphs
    elif name in FLOW or (name in LOOSE and line_breaks and _has_empty_line(nodes)):
        fill(element, _paragraphs(nodes, line_breaks))
    elif name in LOOSE or name in ONE_LINE:
        inner: list[Node] = []
        for block in _blocks(nodes, line_breaks):
            if inner and isinstance(block, list):
                inner.append(etree.Element("br") if name in ONE_LINE else "\n")
            inner.extend(block if isinstance(block, list) else [block])
        fill(element, inner)
    else:
        inner = [
            found
            for node in nodes
            for found in ([node] if isinstance(node, str) else _arranged(node, line_breaks))
        ]
        fill(element, inner)
    return [element]


def _paragraphs(nodes: list[Node], line_breaks: bool) -> list[Node]:
    """`nodes` with their loose text in paragraphs."""
    new = etree.Element("p")
    return [_like(new, block) for block in _blocks(nodes, line_breaks)]


def _blocks(nodes: list[Node], line_breaks: bool) -> list[etree._Element | list[Node]]:
    """The blocks among `nodes`, and lists of what is to be in one paragraph."""
    blocks: list[etree._Element | list[Node]] = []
    for group in _groups(_lifted(nodes)):
        if isinstance(group, list):
            parts = [_trimmed(part) for part in (_split(group) if line_breaks else [group])]
            blocks.extend(_broken(part) if line_breaks else part for part in parts if part)
        else:
            blocks.extend(_arranged(group, line_breaks))
    return blocks


def _like(paragraph: etree._Element, block: etree._Element | list[Node]) -> etree._Element:
    """A copy of `paragraph` with the nodes of `block`; an element stays what it is."""
    return _copy(paragraph, block) if isinstance(block, list) else block


def _has_empty_line(nodes: list[Node]) -> bool:
    """Whether an empty line divides the text between two blocks."""
    for group in _groups(nodes):
        if isinstance(group, list):
            texts = [node if isinstance(node, str) else "".join(node.itertext()) for node in group]
            if EMPTY_LINE.search("".join(texts).strip(SPACE)):
                return True
    return False


def _lifted(nodes: list[Node]) -> list[Node]:
    """`nodes`, with blocks that lie in inline elements lifted out of them."""
    lifted: list[Node] = []
    for node in nodes:
        if isinstance(node, str) or node.tag not in INLINE or not _holds_block(node):
            lifted.append(node)
            continue
        for group in _groups(_lifted(nodes_of(node))):
            if isinstance(group, list):
                lifted.append(_copy(node, group))
            else:
                _push_in(node, group)
                lifted.append(group)
    return lifted


def _push_in(wrapper: etree._Element, block: etree._Element) -> None:
    """Wrap what the paragraphs and headings in `block` hold with copies of `wrapper`."""
    if block.tag in ONE_LINE or block.tag == "p":
        fill(block, [_copy(wrapper, nodes_of(block))])
        return
    for child in block:
        if child.tag not in INLINE:
            _push_in(wrapper, child)


def _copy(element: etree._Element, nodes: list[Node]) -> etree._Element:
    copy = etree.Element(element.tag, dict(element.attrib))
    copy.attrib.pop("id", None)
    fill(copy, nodes)
    return copy


def _holds_block(element: etree._Element) -> bool:
    return any(below.tag not in INLINE for below in element.iterdescendants())


def _groups(nodes: list[Node]) -> list[list[Node] | etree._Element]:
    """Runs of inline nodes, and the blocks between them."""
    groups: list[list[Node] | etree._Element] = []
    for node in nodes:
        if not isinstance(node, str) and node.tag not in INLINE:
            groups.append(node)
        elif groups and isinstance(groups[-1], list):
            groups[-1].append(node)
        else:
            groups.append([node])
    return groups


def _split(nodes: list[Node]) -> list[list[Node]]:
    """`nodes` cut at empty lines, also at those within inline elements."""
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if isinstance(node, str):
            first, *others = EMPTY_LINE.split(node)
            parts[-1].append(first)
            parts.extend([text] for text in others)
            continue
        inner = _split(nodes_of(node))
        if len(inner) == 1:
            fill(node, inner[0])
            parts[-1].append(node)
        else:
            first, *others = [_copy(node, part) for part in inner]
            parts[-1].append(first)
            parts.extend([copy] for copy in others)
    return parts


def _trimmed(nodes: list[Node]) -> list[Node]:
    """`nodes` without white space and line breaks at both ends; [] if nothing is left."""
    nodes = [node for node in nodes if node != ""]
    while nodes and _is_blank(nodes[0]):
        nodes = nodes[1:]
    while nodes and _is_blank(nodes[-1]):
        nodes = nodes[:-1]
    if nodes and isinstance(nodes[0], str):
        nodes[0] = nodes[0].lstrip(SPACE)
    if nodes and isinstance(nodes[-1], str):
        nodes[-1] = nodes[-1].rstrip(SPACE)
    return nodes


def _is_blank(node: Node) -> bool:
    if isinstance(node, str):
        return not node.strip(SPACE)
    if node.tag == "br":
        return True
    if node.tag in ALONE or node.get("id") or node.get("name"):
        return False
    return not "".join(node.itertext()).strip(SPACE) and not any(
        below.tag in ALONE for below in node.iterdescendants()
    )


def _broken(nodes: list[Node]) -> list[Node]:
    """`nodes` with line ends turned into line breaks, but for those beside one."""
    flat: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            first, *others = LINE_END.split(node)
            flat.append(first)
            for line in others:
                flat.extend(["\n", line])
        else:
            fill(node, _broken(nodes_of(node)))
            flat.append(node)
    flat = [node for node in flat if not (isinstance(node, str) and node == "")]
    broken: list[Node] = []
    for index, node in enumerate(flat):
        if not (isinstance(node, str) and node == "\n"):
            broken.append(node)
        elif not any(getattr(near, "tag", "") == "br" for near in flat[index - 1 : index + 2]):
            broken.append(etree.Element("br"))
    return broken
