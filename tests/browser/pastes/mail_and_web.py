# ruff: noqa: E501 - lines as the programs write them
"""Messages (Outlook, Gmail, Apple Mail) and pages of the web, as browsers copy them."""

from . import Paste
from .word import HEAD, TAIL

COMPUTED = (
    "color: rgb(32, 33, 34); font-family: sans-serif; font-size: 16px; font-style: normal; "
    "font-variant-ligatures: normal; font-weight: 400; letter-spacing: normal; orphans: 2; text-align: start; "
    "text-indent: 0px; text-transform: none; widows: 2; word-spacing: 0px; white-space: normal; "
    "background-color: rgb(255, 255, 255); text-decoration-style: initial; text-decoration-color: initial;"
)

MAIL = {
    "Outlook": Paste(
        HEAD
        + "<p class=MsoNormal>Dear Ana,<o:p></o:p></p>\n<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n"
        "<p class=MsoNormal><span style='font-size:11.0pt;color:#1F497D'>see <a href=\"https://nam02.safelinks."
        'protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&amp;data=05%7C02&amp;reserved=0">the '
        "report</a>.<o:p></o:p></span></p>\n<div style='border:none;border-top:solid #E1E1E1 1.0pt'>"
        "<p class=MsoNormal><b>From:</b> Ben &lt;ben@example.org&gt;<br><b>Sent:</b> Monday<o:p></o:p></p></div>\n"
        + TAIL,
        '<p>Dear Ana,</p><p>see <a href="https://example.org/a?b=1">the report</a>.</p>'
        "<p><strong>From:</strong> Ben &lt;ben@example.org&gt;<br><strong>Sent:</strong> Monday</p>",
    ),
    "Gmail": Paste(
        f'<meta charset=\'utf-8\'><div style="{COMPUTED}">Dear Ana,</div><div style="{COMPUTED}"><br></div>'
        f'<div style="{COMPUTED}">One <b>bold</b> line&nbsp;<img data-emoji="😀" class="an1" alt="😀" '
        'aria-label="😀" draggable="false" src="https://fonts.gstatic.example/s/e/notoemoji/1f600/72.png"></div>'
        f'<div style="{COMPUTED}">two<br><br>three<br>four</div><div><ol><li style="margin-left:15px">First</li>'
        '</ol></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid">'
        '<div dir="ltr">Said</div></blockquote><img src="https://track.example/o.gif" width="1" height="1">',
        "<p>Dear Ana,</p><p>One <strong>bold</strong> line&nbsp;😀</p><p>two</p><p>three<br>four</p>"
        "<ol><li>First</li></ol><blockquote><p>Said</p></blockquote>",
    ),
    "Apple Mail": Paste(
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>'
        '<body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">'
        '<div>Dear Ana,</div><div><br></div><div>see <a href="https://example.org/">this</a> and&nbsp;the '
        'picture:</div><div><img apple-inline="yes" id="8A" alt="map.png" src="cid:part1@example.org"></div>'
        '<div><br><blockquote type="cite"><div>On Monday, Ben wrote:</div><br class="Apple-interchange-newline">'
        "<div>Said</div></blockquote></div></body></html>",
        '<p>Dear Ana,</p><p>see <a href="https://example.org/">this</a> and&nbsp;the picture:</p>'
        "<blockquote><p>On Monday, Ben wrote:</p><p>Said</p></blockquote>",
        notice=("1 picture could not be pasted (“map.png”)",),
    ),
}

WEB = {
    "an article of an encyclopedia": Paste(
        f'<meta charset=\'utf-8\'><h2 style="{COMPUTED}">Where we began</h2><p style="{COMPUTED}">A <b>claim</b>'
        '<sup id="cite_ref-1" class="reference" style="font-size: 12.8px;"><a href="https://en.wiki.example/wiki/X'
        '#cite_note-1" style="text-decoration: none;"><span class="cite-bracket">[</span>1<span class='
        '"cite-bracket">]</span></a></sup> and <a href="https://en.wiki.example/wiki/Y" title="Y">more</a>'
        '<code style="font-family: monospace;">x = 1</code>.</p>'
        '<figure class="mw-default-size"><img src="https://upload.wiki.example/1.png" alt="A map" width="220" '
        'height="150"><figcaption>The map</figcaption></figure>'
        '<ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink"><b><a '
        'href="https://en.wiki.example/wiki/X#cite_ref-1" aria-label="Jump up">^</a></b></span> '
        '<span class="reference-text">See <i>Nature</i>, <a href="https://doi.org/10.1/x">doi</a>.</span></li></ol>',
        '<h2>Where we began</h2><p>A <strong>claim</strong>[fn]See <em>Nature</em>, <a href="https://doi.org/10.1/x">'
        'doi</a>.[/fn] and <a href="https://en.wiki.example/wiki/Y">more</a><code>x = 1</code>.</p>'
        "<p>The map</p>",
        notice=("1 picture could not be pasted (“A map”)",),
    ),
    "code, a definition list, a frame, hidden words": Paste(
        '<html><body>\n<!--StartFragment--><div class="content"><h1>Title</h1><p>Intro<span class="sr-only"> hidden'
        '</span><span style="display: none">x</span></p><pre class="highlight"><code><span class="k">if</span> a:\n'
        '    pass</code></pre><dl><dt>Term</dt><dd>Meaning</dd></dl><iframe src="https://www.youtube.com/embed/abc" '
        'title="Talk"></iframe><button>Copy</button><script>x()</script><svg><text>no</text></svg></div>'
        "<!--EndFragment-->\n</body></html>",
        "<h2>Title</h2><p>Intro</p><pre>if a:\n    pass</pre><dl><dt>Term</dt><dd>Meaning</dd></dl>"
        '<p><a href="https://www.youtube.com/embed/abc">Talk</a>Copy</p>',
    ),
    "a page of this site with a footnote": Paste(
        '<meta charset=\'utf-8\'><p>A claim<a class="footnote-ref" id="fnref-1" href="https://example.org/p/#fn-1" '
        'role="doc-noteref" aria-label="Footnote 1">1</a><span class="sidenote" aria-hidden="true"><sup>1</sup> See '
        'this.</span> and so on.</p><section class="footnotes" role="doc-endnotes" aria-label="Footnotes"><ol>'
        '<li id="fn-1"><p>See this. <a class="footnote-back" href="https://example.org/p/#fnref-1" role="doc-backlink"'
        ' aria-label="Back to reference 1">↩</a></p></li></ol></section>',
        "<p>A claim[fn]See this.[/fn] and so on.</p>",
    ),
    "a cell and a layout table": Paste(
        '<table role="presentation"><tbody><tr><td><table><tbody><tr><td><p>Hello</p></td></tr></tbody></table></td>'
        "</tr></tbody></table>",
        "<p>Hello</p>",
    ),
}
