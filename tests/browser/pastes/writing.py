# ruff: noqa: E501 - lines as the programs write them
"""Google Docs, Apple Pages and LibreOffice Writer."""

from tests import factories

from . import Paste


def run(words: str, style: str = "font-weight:400;font-style:normal;text-decoration:none") -> str:
    return (
        '<span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;background-color:transparent;'
        f'{style};font-variant:normal;vertical-align:baseline;white-space:pre;white-space:pre-wrap;">{words}</span>'
    )


def docs(inside: str) -> str:
    return (
        '<meta charset=\'utf-8\'><meta charset="utf-8"><b style="font-weight:normal;" '
        f'id="docs-internal-guid-2c9d9d3c-7fff-5a31-9c7a-1f6a50b0a1b2">{inside}</b>'
    )


P = '<p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;">'
ITEM = (
    '<li dir="ltr" style="list-style-type:{kind};font-size:11pt;font-weight:400;white-space:pre;" '
    'aria-level="{level}"><p dir="ltr" style="line-height:1.38;" role="presentation">{words}</p></li>'
)


def docs_item(words: str, kind: str = "disc", level: int = 1) -> str:
    return ITEM.format(kind=kind, level=level, words=run(words))


GOOGLE_DOCS = {
    "headings, emphasis and a link": Paste(
        docs(
            f'<h1 dir="ltr" style="line-height:1.38;margin-top:20pt;">{run("Where we began")}</h1>{P}'
            f"{run('Students ')}{run('move on', 'font-weight:700;font-style:normal')}{run(' when ')}"
            f"{run('ready', 'font-weight:400;font-style:italic')}{run(', ')}"
            f"{run('not before', 'font-weight:400;text-decoration:underline')}{run(', H')}"
            '<span style="font-size:11pt;"><span style="font-size:0.6em;vertical-align:sub;">2</span></span>'
            '<a href="https://www.google.com/url?q=https://example.org/a?b%3D1&amp;sa=D" '
            f'style="text-decoration:none;">{run("link", "font-weight:400;text-decoration:underline")}</a></p>'
            f"<br />{P}{run('marked', 'font-weight:400;background-color:#ffff00')}</p>"
            f'<h2 dir="ltr" style="line-height:1.38;">{run("Later")}</h2>'
        )
        + '<br class="Apple-interchange-newline">',
        "<h2>Where we began</h2><p>Students <strong>move on</strong> when <em>ready</em>, <u>not before</u>, "
        'H<sub>2</sub><a href="https://example.org/a?b=1">link</a></p><p><mark>marked</mark></p><h3>Later</h3>',
    ),
    "lists within lists and a check list": Paste(
        docs(
            '<ul style="margin-top:0;margin-bottom:0;padding-inline-start:48px;">'
            + docs_item("One")
            + '<ul style="margin-top:0;">'
            + docs_item("Inner", "circle", 2)
            + "</ul>"
            + docs_item("Two")
            + "</ul>"
            '<ol style="margin-top:0;">' + docs_item("First", "lower-alpha") + "</ol>"
            '<ul style="margin-top:0;"><li dir="ltr" role="checkbox" aria-checked="true" aria-level="1" '
            'style="list-style-type:none;"><img src="data:image/png;base64,iVBORw0KGgo=" width="17.6px" '
            'height="17.6px" alt="checked" aria-roledescription="checkbox" />'
            f'<p dir="ltr" role="presentation">{run("Done")}</p></li></ul>'
        ),
        "<ul><li>One<ul><li>Inner</li></ul></li><li>Two</li></ul>"
        '<ol type="a"><li>First</li></ol><ul><li>☑ Done</li></ul>',
    ),
    "bare spans": Paste(
        docs(f"{P}<span><span>Bare</span></span><span> </span><span>words</span></p><span></span>"),
        "<p>Bare words</p>",
    ),
    "bare spans without the mark of the program": Paste(
        "<meta charset='utf-8'><span><span>Bare <span>spans</span></span></span>",
        "<p>Bare spans</p>",
    ),
    "a table, a picture from its server and the mark of a footnote": Paste(
        docs(
            '<div dir="ltr" style="margin-left:0pt;" align="left"><table style="border:none;border-collapse:'
            'collapse;"><colgroup><col width="312" /><col width="312" /></colgroup><tbody><tr style="height:0pt">'
            f'<td style="vertical-align:top;">{P}{run("Ohio")}</p></td><td style="vertical-align:top;">{P}'
            f"{run('5')}</p></td></tr></tbody></table></div>{P}{run('A claim')}"
            '<span style="font-size:11pt;"><span style="font-size:0.6em;vertical-align:super;">1</span></span></p>'
            f'{P}<span style="border:none;display:inline-block;overflow:hidden;width:60px;height:40px;"><img '
            'src="https://lh7-rt.googleusercontent.example/docsz/AD_4nX?key=1" width="60" height="40" '
            'style="margin-left:0px;" /></span></p>'
        ),
        "<table><tbody><tr><td>Ohio</td><td>5</td></tr></tbody></table><p>A claim<sup>1</sup></p>",
        notice=("1 picture could not be pasted.", "looks like a footnote"),
    ),
}

COCOA = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n<html>\n<head>\n'
    '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">\n'
    '<meta http-equiv="Content-Style-Type" content="text/css">\n<title></title>\n'
    '<meta name="Generator" content="Cocoa HTML Writer">\n<meta name="CocoaVersion" content="2575.3">\n'
    '<style type="text/css">\n'
    "p.p1 {margin: 0.0px 0.0px 0.0px 0.0px; font: 30.0px 'Helvetica Neue'; color: #000000}\n"
    "p.p2 {margin: 0.0px 0.0px 0.0px 0.0px; font: 11.0px 'Helvetica Neue'; color: #000000; min-height: 12.0px}\n"
    "p.p3 {margin: 0.0px 0.0px 0.0px 0.0px; text-align: center; font: 11.0px 'Helvetica Neue'}\n"
    "li.li4 {margin: 0.0px 0.0px 0.0px 0.0px; font: 11.0px 'Helvetica Neue'; color: #000000}\n"
    "span.s1 {text-decoration: underline}\nspan.s2 {font: 11.0px 'Helvetica Neue'}\n"
    "span.s3 {font-weight: bold; vertical-align: baseline}\nul.ul1 {list-style-type: disc}\n"
    "ol.ol1 {list-style-type: upper-roman}\n</style>\n</head>\n<body>\n"
)

APPLE_PAGES = {
    "words, emphasis in rules, lists": Paste(
        COCOA + '<p class="p1"><b>Where we began</b></p>\n<p class="p2"><br></p>\n'
        '<p class="p2">Students <b>move on</b><span class="Apple-converted-space">&nbsp; </span>when <i>ready</i>, '
        '<span class="s1">not</span> <span class="s3">before</span>.</p>\n<p class="p3">Middle</p>\n'
        '<ul class="ul1">\n<li class="li4"><span class="s2"></span>One</li>\n<ul class="ul1">\n'
        '<li class="li4">Inner</li>\n</ul>\n<li class="li4">Two</li>\n</ul>\n'
        '<ol class="ol1">\n<li class="li4">First</li>\n</ol>\n</body>\n</html>\n',
        "<p><strong>Where we began</strong></p><p>Students <strong>move on</strong> when <em>ready</em>, "
        '<u>not</u> <strong>before</strong>.</p><p class="align-center">Middle</p>'
        '<ul><li>One<ul><li>Inner</li></ul></li><li>Two</li></ul><ol type="I"><li>First</li></ol>',
    ),
    "a picture that comes as a file": Paste(
        COCOA
        + '<p class="p2">Before</p>\n<p class="p2"><img src="file:///Pasted%20Graphic.png" alt="A map">'
        '</p>\n<p class="p2">After</p>\n</body>\n</html>\n',
        "<p>Before</p><p><img A map></p><p>After</p>",
        files=[factories.pixels((20, 10))],
    ),
}

LIBRE = (
    '<!DOCTYPE html>\n<html>\n<head>\n\t<meta http-equiv="content-type" content="text/html; charset=utf-8"/>\n'
    '\t<title></title>\n\t<meta name="generator" content="LibreOffice 24.8.4.2 (Linux)"/>\n'
    '\t<style type="text/css">\n\t\t@page { size: 8.5in 11in; margin: 0.79in }\n'
    "\t\tp { line-height: 115%; margin-bottom: 0.1in; background: transparent }\n"
    "\t\th1 { margin-bottom: 0.08in; background: transparent; page-break-after: avoid }\n"
    "\t\ta.sdfootnoteanc { font-size: 57% }\n\t\tp.sdfootnote { font-size: 10pt }\n\t</style>\n</head>\n"
    '<body lang="en-US" link="#000080" vlink="#800000" dir="ltr">'
)

LIBREOFFICE = {
    "headings, emphasis, lists, a table": Paste(
        LIBRE
        + '<h1 class="western">Where we began</h1>\n<p style="line-height: 115%; margin-bottom: 0.1in">\n'
        'Students <b>move on</b> when <i>ready</i>, <u>not</u> <strike>then</strike> <font color="#000080">'
        '<u><a href="https://example.org/">here</a></u></font>, H<sub><font size="2" style="font-size: 8pt">2'
        '</font></sub>O</p>\n<ul>\n\t<li><p style="line-height: 100%">\n\tOne</p>\n\t<ul>\n\t\t<li><p>Inner</p>\n'
        '\t</ul>\n\t<li><p>Two</p>\n</ul>\n<p align="center">Middle</p>\n'
        '<table width="100%" cellpadding="4" cellspacing="0">\n\t<col width="128*"/>\n\t<thead>\n\t<tr valign="top">'
        '<th width="50%" style="border: 1px solid"><p>State</p></th><th><p>Age</p></th></tr></thead><tbody>'
        '<tr><td><p>Ohio</p></td><td><p align="right">5</p></td></tr></tbody></table>\n<p><br/>\n\n</p>\n'
        "</body>\n</html>\n",
        "<h2>Where we began</h2><p>Students <strong>move on</strong> when <em>ready</em>, <u>not</u> <s>then</s> "
        '<a href="https://example.org/">here</a>, H<sub>2</sub>O</p><ul><li>One<ul><li>Inner</li></ul></li>'
        '<li>Two</li></ul><p class="align-center">Middle</p><table><thead><tr><th scope="col">State</th>'
        '<th scope="col">Age</th></tr></thead><tbody><tr><td>Ohio</td><td class="align-right">5</td></tr></tbody>'
        "</table>",
    ),
    "footnotes and a picture with its RTF": Paste(
        LIBRE
        + '<p>A claim<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a>'
        ' and more<a class="sdfootnoteanc" name="sdfootnote2anc" href="#sdfootnote2sym"><sup>2</sup></a>.</p>\n'
        '<p><img src="file:///tmp/lu12345.tmp/lu_tmp_1.png" name="Image1" alt="A map" width="60" height="40" '
        'border="0"/></p>\n<div id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" '
        'name="sdfootnote1sym" href="#sdfootnote1anc">1</a>See <i>Nature</i>.</p>\n</div>\n<div id="sdfootnote2">'
        '<p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote2sym" href="#sdfootnote2anc">2</a>'
        "Another.</p>\n</div>\n</body>\n</html>\n",
        "<p>A claim[fn]See <em>Nature</em>.[/fn] and more[fn]Another.[/fn].</p><p><img A map></p>",
        rtf=r"{\rtf1\ansi{\fonttbl{\f0 Liberation Serif;}}\pard Words {\*\shppict{\pict\picscalex100"
        r"\picw60\pich40\pngblip "
        + factories.pixels((60, 40)).hex()
        + r"}}{\nonshppict{\pict\wmetafile8 0100}}\par}",
    ),
}
