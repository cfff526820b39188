"""The archive that tests import, and what its import tells."""

import re
from pathlib import Path

SAMPLES = Path(__file__).parent / "wxr"
ARCHIVE = SAMPLES / "archive.xml"
# What a newer export may say differently.
EDITS = {
    "body": "It leads <a",
    "title": "<title>A Second Look</title>",
    "person": "<![CDATA[Marisol Reyes]]>",
    "topic": "How <em>learning</em> is seen.",
    "comment": "<![CDATA[Good.]]></wp:comment_content>",
    "comments": "<wp:comment_id>901</wp:comment_id>",
}


def row(report: str, kind: str) -> list[int]:
    """The numbers of one line of the report's table."""
    line = next(line for line in report.splitlines() if line.startswith(f"{kind} "))
    return [int(number) for number in re.findall(r"\d+", line)[:6]]
