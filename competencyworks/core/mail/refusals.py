"""
What an error that came of sending one mail means: for this mail, for its mailbox, for all mail.

Providers say 'your quota is used up' by the same codes (550, 554) as 'no such mailbox'. So an
answer is final only where it is known to concern the one mailbox; a mail that waits in vain costs
a few tries, and a mail that is given up too early is lost.
"""

import re
import smtplib
from dataclasses import dataclass

from django.core.exceptions import ValidationError

# RFC 3463 and the IANA registry of enhanced status codes.
OF_A_MAILBOX = frozenset("5.1.1 5.1.2 5.1.3 5.1.6 5.1.10 5.2.1 5.2.2".split())
# As they are said of one mailbox for the time being.
OF_A_MAILBOX_NOW = frozenset("4.1.1 4.1.2 4.1.3 4.2.0 4.2.1 4.2.2".split())
BARE = (550, 551, 553)  # these name the mailbox by their words, if at all
ENHANCED = re.compile(r"^\W*(\d\.\d{1,3}\.\d{1,3})\b")
MAILBOX = re.compile(
    r"\b(mail ?box|user|recipient|account|addressee|inbox|nobody|no such (person|address))\b", re.I
)
UNKNOWN = re.compile(r"\b(unknown|not found|does ?n[o']t exist|no such|invalid)\b", re.I)
# What is said of the sender, or of the server's own state, may name a mailbox or user too.
OF_THE_SENDER = re.compile(
    r"sender|mail from|relay|quota|limit|try (it )?again|later|tempor|too many|authent|spam|block"
    r"|reput|policy|suspend|sending|outgoing|access denied",
    re.I,
)
GREYLISTED = re.compile(r"gr[ea]y.?list", re.I)
OF_THE_CONNECTION = re.compile(r"\b(this|per|each|one|same) (connection|session)\b", re.I)
SIGN_IN = (530, 534, 535, 538)  # RFC 4954
CLOSING = 421
TOO_LARGE = (452, 552)  # as answers to MAIL: perhaps of this mail alone
CHANGING = re.compile(r"\S*[\d@]\S*")  # ids, times, counts and addresses differ from mail to mail


@dataclass(frozen=True)
class Refusal:
    """
    What became of one try. `words` are for staff to read. Neither `is_final` nor `concerns_all`:
    the mail waits. `pattern` is the answer without what changes from mail to mail, for comparing;
    "" where it says nothing of the server.
    """

    words: str
    is_final: bool = False
    concerns_all: bool = False
    pattern: str = ""
    # The server may have taken the mail before the connection broke.
    may_have_gone: bool = False


def read(error: Exception, email: str) -> Refusal:
    """What `error`, raised by sending a mail to `email`, means."""
    words = words_of(error)
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code not in TOO_LARGE:
        return Refusal(words, concerns_all=True)
    if isinstance(error, smtplib.SMTPHeloError | smtplib.SMTPAuthenticationError):
        return Refusal(words, concerns_all=True)
    answers = _answers(error)
    if any(code in SIGN_IN for code, _ in answers):
        return Refusal(words, concerns_all=True)
    if not answers:
        # What Python and Django refuse to make a mail of; ValueError covers BadHeaderError.
        is_final = isinstance(error, ValidationError | ValueError | smtplib.SMTPNotSupportedError)
        broke = isinstance(error, OSError) and not is_final  # SMTPException is one too
        return Refusal(
            words, is_final, pattern=pattern_of(words, email) if broke else "", may_have_gone=broke
        )
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        is_final = all(_is_no_mailbox(code, text, email) for code, text in answers)
        of_mailbox = all(_concerns_mailbox(code, text, email) for code, text in answers)
    else:
        is_final = of_mailbox = False
    pattern = "" if of_mailbox else pattern_of(words, email)
    return Refusal(words, is_final, pattern=pattern)


def ends_session(error: Exception) -> bool:
    """Whether a new connection may get another answer than one that has carried mail already."""
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code not in TOO_LARGE:
        return True
    answers = _answers(error)
    if not answers:
        is_ours = isinstance(error, ValueError | smtplib.SMTPNotSupportedError)
        return isinstance(error, OSError) and not is_ours
    return any(
        code == CLOSING or code in SIGN_IN or OF_THE_CONNECTION.search(text)
        for code, text in answers
    )


def words_of(error: Exception) -> str:
    """What the server said, else what Python says, for staff to read."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if answers := _answers(error):
        return "; ".join(f"{code} {text}" for code, text in answers)[:2000]
    return f"{type(error).__name__}: {error}"[:2000]


def _answers(error: Exception) -> list[tuple[int, str]]:
    """The server's answers with their codes; none where Python itself raised the error."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        answers = [(error.smtp_code, error.smtp_error)]
    else:
        return []
    return [
        (code, text.decode(errors="replace") if isinstance(text, bytes) else str(text))
        for code, text in answers
    ]


def _is_no_mailbox(code: int, text: str, email: str) -> bool:
    """Whether an answer to RCPT says for good that there is no such mailbox, or none open."""
    if code < 500:
        return False
    if found := ENHANCED.match(text):
        return found[1] in OF_A_MAILBOX
    return code in BARE and _names_mailbox(text, email)


def _concerns_mailbox(code: int, text: str, email: str) -> bool:
    """Whether an answer to RCPT, final or not, says nothing of how the next mailbox will fare."""
    found = ENHANCED.match(text)
    if GREYLISTED.search(text) or (found and found[1] in OF_A_MAILBOX | OF_A_MAILBOX_NOW):
        return True
    # Other codes say something else; 'User unknown' under one of them still means a mailbox.
    return _names_mailbox(text, email) and (not found or bool(UNKNOWN.search(text)))


def _names_mailbox(text: str, email: str) -> bool:
    if OF_THE_SENDER.search(text):
        return False
    named = email.lower() in text.lower() and UNKNOWN.search(text)
    return bool(MAILBOX.search(text) or named)


def pattern_of(words: str, email: str) -> str:
    """`words` without the address, and without what has a digit in it, but for leading codes."""
    text = words.lower()
    local, _, domain = email.lower().rpartition("@")
    for part in filter(None, (domain, local)):
        text = re.sub(rf"(?<![\w@.]){re.escape(part)}(?![\w@])", "#", text)
    first, _, rest = text.partition(" ")
    code = ENHANCED.match(rest)
    start = f"{first} {code[1]}" if code else first
    rest = rest[code.end() :] if code else rest
    return f"{start} {' '.join(CHANGING.sub('#', rest).split())}"
