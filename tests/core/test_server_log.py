"""What granian itself logs of faults holds nothing that a visitor said, and no second report."""

import logging

import pytest
from django.http import HttpRequest, StreamingHttpResponse

from competencyworks.core.fault_reports import reduced
from competencyworks.core.log_lines import JsonFormatter, LineFormatter
from competencyworks.core.request_log import AnswerBrokenOff, RequestLogMiddleware

# As granian 2.8 writes it, in one message.
TOLD = """\
Application callable raised an exception
Traceback (most recent call last):
  File "/srv/site/wiki/exports.py", line 12, in rows
    raise ValueError(f"{name} <{email}>")
ValueError: Ann Lee <ann@example.org>
hunter2"""
REPEATED = TOLD.replace("ValueError: Ann Lee <ann@example.org>", "x.request_log.AnswerBrokenOff")


def record(words: str) -> logging.LogRecord:
    return logging.LogRecord("_granian.utils", logging.ERROR, "", 0, words, (), None)


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_a_fault_is_told_by_files_and_lines_alone(formatter):
    text = formatter.format(record(TOLD))
    assert "Application callable raised an exception" in text
    assert "exports.py" in text
    assert "line 12, in rows" in text
    for word in ("Ann", "ann@", "hunter2", "email"):
        assert word not in text


def test_a_fault_that_is_logged_already_is_one_line():
    text = LineFormatter().format(record(REPEATED))
    assert text.endswith("ERROR _granian.utils Application callable raised an exception")


def test_a_fault_that_is_reported_already_is_not_reported_again():
    assert reduced({}, {"log_record": record(REPEATED)}) is None
    report = reduced({"logger": "_granian.utils"}, {"log_record": record(TOLD)})
    assert "hunter2" not in str(report)
    assert report["logentry"] == {"message": "Application callable raised an exception"}


def test_the_server_learns_nothing_of_a_fault_in_a_streamed_answer(caplog):
    def content():
        yield b"first"
        raise ValueError("Ann Lee <ann@example.org>")

    request = HttpRequest()
    request.method = "GET"
    answer = RequestLogMiddleware(lambda request: StreamingHttpResponse(content()))(request)
    with pytest.raises(AnswerBrokenOff) as told:
        answer.getvalue()
    assert (str(told.value), told.value.__context__, told.value.__cause__) == ("", None, None)
    (fault,) = [each for each in caplog.records if each.exc_info]
    assert fault.id == request.id
