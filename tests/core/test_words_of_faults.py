"""Words of exceptions and warnings keep what tells an operator the cause, and nobody's data."""

import logging
import warnings

import pytest
from django.conf import settings as site

from competencyworks.core.log_lines import LineFormatter

COLLECT = "run manage.py collectstatic"
FOLDERS = ("MEDIA_ROOT", "STATIC_ROOT", "VAR_DIR", "BASE_DIR")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(2, "No such file", "{MEDIA_ROOT}/papers/report-2016-11-30-end.pdf"),
         "FileNotFoundError: [Errno 2] No such file: MEDIA_ROOT/papers/report-2016-11-30-end.pdf"),
        (PermissionError(13, "Permission denied", "{STATIC_ROOT}/staticfiles.json"),
         "PermissionError: [Errno 13] Permission denied: STATIC_ROOT/staticfiles.json"),
        (PermissionError(13, "Permission denied", "{VAR_DIR}/mail"),
         "PermissionError: [Errno 13] Permission denied: CW_VAR/mail"),
        (OSError(18, "Cross-device link", "{BASE_DIR}/templates/404.html", None, "/srv/ann"),
         "OSError: [Errno 18] Cross-device link: templates/404.html -> […]"),
        (FileNotFoundError(2, "No such file", "{MEDIA_ROOT}/../../srv/ann"),
         "FileNotFoundError: [Errno 2] No such file: […]"),
        (FileNotFoundError(2, "No such file", "{MEDIA_ROOT}/ann@example.org"),
         "FileNotFoundError: [Errno 2] No such file: MEDIA_ROOT/[…]"),
        (FileNotFoundError(2, "No such file", "/srv/ann"),
         "FileNotFoundError: [Errno 2] No such file: […]"),
        (OSError(9, "Bad file descriptor", 7), "OSError: [Errno 9] Bad file descriptor: […]"),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (ValueError("Missing staticfiles manifest entry for 'css/site.css'"),
         f"ValueError: Missing staticfiles manifest entry for 'css/site.css': {COLLECT}"),
        (ValueError("Missing staticfiles manifest entry for 'a b'"),
         "ValueError: Missing staticfiles manifest entry for […]"),
    ],
    ids=str,
)  # fmt: skip
def test_what_an_operator_needs_stays(error, words):
    if isinstance(getattr(error, "filename", None), str):
        folders = {name: getattr(site, name) for name in FOLDERS}
        error.filename = error.filename.format(**folders)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "It failed", (), (None, error, None))
    assert LineFormatter().format(record).splitlines()[-1] == f"  - | {words}"


def test_a_warning_of_python_is_a_record(caplog):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("Ask ann@example.org\nsecond line", UserWarning, stacklevel=1)
    (record,) = caplog.records
    line = LineFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert " WARNING py.warnings " in line
    assert line.endswith("UserWarning: Ask […]")
