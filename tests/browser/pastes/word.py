# ruff: noqa: E501 - lines as the programs write them
"""Word on the desktop (Windows and Mac), and Word for the web."""

from tests import factories

from . import Paste

HEAD = """<html xmlns:v="urn:schemas-microsoft-com:vml"
xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word"
xmlns:m="http://schemas.microsoft.com/office/2004/12/omml"
xmlns="http://www.w3.org/TR/REC-html40">
<head>
<meta http-equiv=Content-Type content="text/html; charset=utf-8">
<meta name=ProgId content=Word.Document>
<meta name=Generator content="Microsoft Word 15">
<meta name=Originator content="Microsoft Word 15">
<link rel=File-List href="file:///C:/Users/ANARUI~1/AppData/Local/Temp/msohtmlclip1/01/clip_filelist.xml">
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]-->
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style>
<!--
 /* Font Definitions */
@font-face {font-family:"Cambria Math"; panose-1:2 4 5 3 5 4 6 3 2 4; mso-font-charset:0;}
 /* Style Definitions */
p.MsoNormal, li.MsoNormal, div.MsoNormal
	{mso-style-unhide:no; mso-style-qformat:yes; mso-style-parent:""; margin-top:0in; font-size:12.0pt;
	font-family:"Aptos",sans-serif; mso-fareast-font-family:Aptos;}
h1 {mso-style-priority:9; mso-style-link:"Heading 1 Char"; font-size:20.0pt; font-weight:normal;}
p.MsoListParagraph {mso-style-priority:34; margin-left:.5in; mso-add-space:auto;}
@page WordSection1 {size:8.5in 11.0in; margin:1.0in 1.0in 1.0in 1.0in;}
div.WordSection1 {page:WordSection1;}
@list l0 {mso-list-id:562371; mso-list-type:hybrid; mso-list-template-ids:-15826218;}
@list l0:level1 {mso-level-number-format:bullet; mso-level-text:\\F0B7; font-family:Symbol;}
-->
</style>
<!--[if gte mso 10]><style>table.MsoNormalTable {mso-style-name:"Table Normal";}</style><![endif]-->
</head>
<body lang=EN-US link="#467886" vlink="#96607D" style='tab-interval:.5in;word-wrap:break-word'>
<!--StartFragment-->
"""
TAIL = "\n<!--EndFragment-->\n</body>\n</html>\n"


def item(words: str, mark: str, level: int = 1, name: str = "l0", font: str = "Symbol") -> str:
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='margin-left:{level * 0.5}in;mso-add-space:auto;\n"
        f"text-indent:-.25in;mso-list:{name} level{level} lfo1'><![if !supportLists]><span\n"
        f"style='font-family:{font};mso-fareast-font-family:{font};mso-bidi-font-family:{font}'>"
        f"<span\nstyle='mso-list:Ignore'>{mark}<span style='font:7.0pt \"Times New Roman\"'>"
        "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>"
        f"{words}<o:p></o:p></p>\n"
    )


def reference(number: int, kind: str = "ftn") -> str:
    return (
        f"<a style='mso-footnote-id:{kind}{number}' href=\"#_{kind}{number}\"\n"
        f'name="_{kind}ref{number}" title=""><span class=MsoFootnoteReference><span\n'
        "style='mso-special-character:footnote'><![if !supportFootnotes]><span\n"
        "class=MsoFootnoteReference><span style='font-size:12.0pt;line-height:115%;\n"
        f'font-family:"Aptos",sans-serif\'>[{number}]</span></span><![endif]></span></span></a>'
    )


def note(number: int, words: str, kind: str = "ftn") -> str:
    return (
        f"<div style='mso-element:footnote' id={kind}{number}>\n\n<p class=MsoFootnoteText>"
        f"<a style='mso-footnote-id:{kind}{number}' href=\"#_{kind}ref{number}\"\n"
        f'name="_{kind}{number}" title=""><span class=MsoFootnoteReference><span\n'
        "style='mso-special-character:footnote'><![if !supportFootnotes]><span\n"
        f"class=MsoFootnoteReference><span style='font-size:10.0pt'>[{number}]</span></span>"
        f"<![endif]></span></span></a> {words}<o:p></o:p></p>\n\n</div>\n"
    )


NOTES = (
    "<div style='mso-element:footnote-list'><![if !supportFootnotes]><br clear=all>\n\n"
    '<hr align=left size=1 width="33%">\n\n<![endif]>\n'
)
PICTURE = (
    '<p class=MsoNormal><!--[if gte vml 1]><v:shapetype id="_x0000_t75" coordsize="21600,21600">'
    '</v:shapetype><v:shape id="Picture_x0020_{n}" o:spid="_x0000_i102{n}" type="#_x0000_t75" '
    'alt="{alt}" style=\'width:60pt;height:40pt\'><v:imagedata src="file:///C:/Users/ANARUI~1/'
    'AppData/Local/Temp/msohtmlclip1/01/clip_image00{n}.png" o:title=""/></v:shape><![endif]-->'
    '<![if !vml]><img width=80 height=53\nsrc="file:///C:/Users/ANARUI~1/AppData/Local/Temp/'
    'msohtmlclip1/01/clip_image00{n}.png"\nalt="{alt}" v:shapes="Picture_x0020_{n}"><![endif]>'
    "<o:p></o:p></p>\n"
)
RTF = (
    r"{\rtf1\adeflang1025\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\fswiss Aptos;}}"
    r"{\header \pard\plain {\*\shppict{\pict\pngblip 00ff}}\par}"
    r"\pard\plain \ltrpar {\rtlch Words \}"
    "{pictures}"
    r"\par}}"
)


def in_rtf(content: bytes, kind: str = "pngblip") -> str:
    return (
        r"{\*\shppict{\pict{\*\picprop\shplid1025{\sp{\sn shapeType}{\sv 75}}}\picscalex100"
        r"\picscaley100\picw1588\pich1058\picwgoal900\pichgoal600" + f"\\{kind}"
        r"\bliptag-1428396\blipupi96{\*\blipuid aade2114b7b5b2a1aade2114b7b5b2a1}"
        "\n" + content.hex() + "}}"
        r"{\nonshppict {\pict\picscalex100\picw1588\wmetafile8\bliptag-1428396 0100090000}}"
    )


WORD = {
    "headings, emphasis and a link": Paste(
        HEAD + "<h1>Where we began<o:p></o:p></h1>\n"
        "<p class=MsoNormal>Students <b>move on</b> when <i style='mso-bidi-font-style:normal'>they\n"
        "are</i> ready<span style='mso-spacerun:yes'>  </span>and <u>not</u> before, as <a\n"
        'href="https://example.org/a?b=1&amp;c=2">the report</a> says.<o:p></o:p></p>\n'
        "<h2>What we tried<o:p></o:p></h2>\n"
        "<p class=MsoNormal align=center style='text-align:center'>H<sub>2</sub>O, 4<sup>th</sup>, "
        "<s>old</s>, <span style='background:yellow;mso-highlight:yellow'>marked</span>.<o:p></o:p></p>\n"
        "<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n"
        "<p class=MsoQuote>A quotation<o:p></o:p></p>\n" + TAIL,
        "<h2>Where we began</h2><p>Students <strong>move on</strong> when <em>they are</em> ready and "
        '<u>not</u> before, as <a href="https://example.org/a?b=1&amp;c=2">the report</a> says.</p>'
        '<h3>What we tried</h3><p class="align-center">H<sub>2</sub>O, 4<sup>th</sup>, <s>old</s>, '
        "<mark>marked</mark>.</p><blockquote><p>A quotation</p></blockquote>",
    ),
    "lists with levels and numbers": Paste(
        HEAD
        + "<p class=MsoNormal>First:<o:p></o:p></p>\n"
        + item("One", "·")
        + item("Inner", "o", 2, font='"Courier New"')
        + item("Two", "·")
        + "<p class=MsoNormal>Then:<o:p></o:p></p>\n"
        + item("Three", "3.", name="l1", font="Aptos")
        + item("Four", "4.", name="l1", font="Aptos")
        + item("Sub", "a)", 2, name="l1", font="Aptos")
        + TAIL,
        "<p>First:</p><ul><li>One<ul><li>Inner</li></ul></li><li>Two</li></ul><p>Then:</p>"
        '<ol start="3"><li>Three</li><li>Four<ol type="a"><li>Sub</li></ol></li></ol>',
    ),
    "footnotes and an endnote": Paste(
        HEAD
        + f"<p class=MsoNormal>A claim{reference(1)} and more{reference(2)}.<o:p></o:p></p>\n"
        + f"<p class=MsoNormal>The end{reference(1, 'edn')}<o:p></o:p></p>\n"
        + NOTES
        + note(1, "See <i>Nature</i>, p. 5.")
        + note(2, 'At <a href="https://example.org/">example.org</a>.')
        + "</div>\n"
        + NOTES
        + note(1, "An endnote.", "edn")
        + "</div>\n"
        + TAIL,
        "<p>A claim[fn]See <em>Nature</em>, p. 5.[/fn] and more[fn]At "
        '<a href="https://example.org/">example.org</a>.[/fn].</p>'
        "<p>The end[fn]An endnote.[/fn]</p>",
    ),
    "pictures with their RTF": Paste(
        HEAD
        + "<p class=MsoNormal>Before<o:p></o:p></p>\n"
        + PICTURE.format(n=1, alt="A chart&#10;&#10;Description automatically generated")
        + PICTURE.format(n=2, alt="Steps")
        + "<p class=MsoNormal>After<o:p></o:p></p>\n"
        + TAIL,
        "<p>Before</p><p><img A chart></p><p><img Steps></p><p>After</p>",
        rtf=RTF.replace(
            "{pictures}",
            in_rtf(factories.pixels((60, 40)))
            + in_rtf(factories.pixels((30, 40), "JPEG"), "jpegblip"),
        ),
    ),
    "pictures that cannot come along, comments, a table": Paste(
        HEAD
        + PICTURE.format(n=1, alt="A drawing")
        + "<p class=MsoNormal><a style='mso-comment-reference:AR_1;mso-comment-date:20260101T1200'>Said"
        "</a><span class=MsoCommentReference><span style='font-size:8.0pt'><![if !supportAnnotations]>"
        '<a class=msocomanchor id="_anchor_1" onmouseover="msoCommentShow(1)" href="#_msocom_1" '
        'language=JavaScript name="_msoanchor_1">[AR1]</a><![endif]></span></span> here.<o:p></o:p></p>\n'
        "<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse'>\n"
        " <thead><tr style='mso-yfti-irow:0'><td width=312 colspan=2 valign=top style='width:233.75pt'>"
        "<p class=MsoNormal align=center style='text-align:center'><b>State</b><o:p></o:p></p></td></tr></thead>\n"
        " <tr style='mso-yfti-irow:1;mso-yfti-lastrow:yes'><td width=156><p class=MsoNormal>Ohio<o:p></o:p></p></td>"
        "<td width=156><p class=MsoNormal>5<o:p></o:p></p><p class=MsoNormal>or 6<o:p></o:p></p></td></tr></table>\n"
        "<div style='mso-element:comment-list'><![if !supportAnnotations]><hr class=msocomoff align=left size=1 "
        'width="33%"><![endif]><div style=\'mso-element:comment\'><div id="_com_1" class=msocomtxt>'
        '<a name="_msocom_1"></a><p class=MsoCommentText>Is this so?<o:p></o:p></p></div></div></div>\n'
        + TAIL,
        '<p>Said here.</p><table><thead><tr><th class="align-center" colspan="2" scope="col">State</th></tr>'
        "</thead><tbody><tr><td>Ohio</td><td>5<p>or 6</p></td></tr></tbody></table>",
        notice=("1 picture could not be pasted (“A drawing”)", "1 reviewer’s comment"),
    ),
    "a table of contents, a bookmark and links to files": Paste(
        HEAD + "<p class=MsoToc1><a href=\"#_Toc1234\">Start<span style='mso-tab-count:1 dotted'>"
        "................ </span>1</a><o:p></o:p></p>\n"
        '<h1><a name="_Toc1234">Start</a><o:p></o:p></h1>\n'
        '<p class=MsoNormal>See <a href="file:///C:/Users/ana/plan.docx">the plan</a>, <a\n'
        'href="mailto:ana@example.org">Ana</a> or <a href="#_Ref9">there</a>.<o:p></o:p></p>\n'
        + TAIL,
        '<p><a href="#s-toc1234">Start................ 1</a></p><h2 id="s-toc1234">Start</h2>'
        '<p>See the plan, <a href="mailto:ana@example.org">Ana</a> or there.</p>',
        notice=("1 link leads to a file",),
    ),
}


def run(words: str, style: str = "", more: str = "") -> str:
    return (
        f'<span data-contrast="auto" xml:lang="EN-US" lang="EN-US" class="TextRun SCXW1234 BCX0" '
        f'style="margin: 0px; padding: 0px; user-select: text; font-size: 12pt; {style}"{more}>'
        f'<span class="NormalTextRun SCXW1234 BCX0" style="margin: 0px;">{words}</span></span>'
    )


END = (
    '<span class="EOP SCXW1234 BCX0" data-ccp-props="{&quot;201341983&quot;:0,&quot;335559739&quot;:160}" '
    'style="margin: 0px; font-size: 12pt;">&nbsp;</span>'
)


def outline(inside: str) -> str:
    return f'<div class="OutlineElement Ltr SCXW1234 BCX0" style="margin: 0px; direction: ltr;">{inside}</div>'


def web_item(words: str, kind: str, level: int, place: int) -> str:
    return (
        '<div class="ListContainerWrapper SCXW1234 BCX0" style="margin: 0px; position: relative;">'
        f'<{kind} class="BulletListStyle1 SCXW1234 BCX0" role="list" start="{place}" style="margin: 0px;">'
        f'<li role="listitem" data-leveltext="" data-font="Symbol" data-listid="1" data-aria-posinset="{place}" '
        f'data-aria-level="{level}" class="OutlineElement Ltr SCXW1234 BCX0" style="margin: 0px 0px 0px 24px;">'
        f'<p class="Paragraph SCXW1234 BCX0" paraid="12" style="margin: 0px;">{run(words)}{END}</p></li></{kind}></div>'
    )


WORD_WEB = {
    "headings, emphasis, lists": Paste(
        "<meta charset='utf-8'>"
        + outline(
            '<p class="Paragraph SCXW1234 BCX0" role="heading" aria-level="1" paraid="1" style="margin: 0px; '
            f'font-weight: normal;">{run("Where we began", "", " data-ccp-parastyle=&quot;heading 1&quot;")}{END}</p>'
        )
        + outline(
            f'<p class="Paragraph SCXW1234 BCX0" paraid="2" style="margin: 0px;">{run("Students ")}'
            f"{run('move on', 'font-weight: bold;')}{run(' when ', 'font-weight: normal;')}"
            f"{run('ready', 'font-style: italic;')}{run('.')}"
            '<a class="Hyperlink SCXW1234 BCX0" href="https://example.org/" target="_blank" rel="noreferrer">'
            f"{run('Source', 'text-decoration: underline; color: rgb(5, 99, 193);')}</a>{END}</p>"
        )
        + web_item("One", "ul", 1, 1)
        + web_item("Inner", "ul", 2, 1)
        + web_item("Two", "ul", 1, 2)
        + web_item("First", "ol", 1, 1),
        "<h2>Where we began</h2><p>Students <strong>move on</strong> when <em>ready</em>."
        '<a href="https://example.org/">Source</a></p>'
        "<ul><li>One<ul><li>Inner</li></ul></li><li>Two</li></ul><ol><li>First</li></ol>",
    ),
    "a picture from its server and the mark of a footnote": Paste(
        "<meta charset='utf-8'>"
        + outline(
            f'<p class="Paragraph SCXW1234 BCX0" paraid="3" style="margin: 0px;">{run("A claim")}'
            f"{run('1', 'vertical-align: super;')}{END}</p>"
        )
        + outline(
            '<p class="Paragraph SCXW1234 BCX0" paraid="4"><span class="WACImageContainer SCXW1234 BCX0">'
            '<img src="https://word-edit.officeapps.live.example/we/ResReader.ashx?n=E2o1.img" alt="A bar chart" '
            f'class="WACImage SCXW1234 BCX0" style="margin: 0px;"></span>{END}</p>'
        ),
        "<p>A claim<sup>1</sup></p>",
        notice=("1 picture could not be pasted (“A bar chart”)", "looks like a footnote"),
    ),
}
