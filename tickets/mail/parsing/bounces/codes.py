"""Codes in the words of a mail server: RFC 3463 status codes, RFC 5321 reply codes and the command they answer."""

import re

_STATUS = re.compile(r"(?<![\d.])([245]\.\d\.\d{1,3})(?![\d.]\d|\d)")
_STATUS_AFTER_REPLY = re.compile(r"\b[45]\d\d[ :-]{1,3}[#('\"]{0,2}([45]\.\d\.\d{1,3})(?![\d.]\d|\d)")
_REPLY = re.compile(r"(?<![\w.:/@#-])([45][0-5]\d)(?![\w@]|\.\d|[:/]\d)")
_ADDRESS_LITERAL = re.compile(r"\[?\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b\]?(?::\d{1,5}\b)?")

# Words by which mail systems name the command that was refused, the most telling first.
_COMMANDS = (
    (
        "DATA",
        re.compile(
            r"\(state 1[78]\)|end of data|in reply to (?:end of )?data|after data|"
            r">>> data|>>> \.|failed after i sent the message"
            r"|failed on data|\(data\)|\[data\]|\bdata command|after sending the message|pipelined data|"
            r"smtp:data|after \."
        ),
    ),
    ("RCPT", re.compile(r"\(state 14\)|rcpt[ _]to|>>> rcpt|smtp:rcpt|\(rcpt\)|rcpt command|does not like recipient")),
    ("MAIL", re.compile(r"mail[ _]from|>>> mail|smtp:mail|sender was rejected")),
    ("CONN", re.compile(r"refused to talk|initial connection|\behlo\b|\bhelo\b|my name was rejected|greeting")),
)


def find_status(text: str) -> str:
    """The RFC 3463 code that `text` carries, or ""; the one right behind a reply code is trusted most."""
    clean = _ADDRESS_LITERAL.sub(" ", text)
    found = _STATUS_AFTER_REPLY.search(clean) or _STATUS.search(clean)
    return found[1] if found else ""


def find_reply(text: str, status: str) -> str:
    """The SMTP reply code in `text` that agrees with the class of `status` (any class if that is empty), or ""."""
    clean = _ADDRESS_LITERAL.sub(" ", text)
    for found in _REPLY.finditer(clean):
        if not status or found[1][0] == status[0]:
            return found[1]
    return ""


def find_command(text: str) -> str:
    """DATA, RCPT, MAIL or CONN: what the refusing server was answering, "" if the (lower-case) text does not tell."""
    for name, words in _COMMANDS:
        if words.search(text):
            return name
    return ""


def preferred(field: str, spoken: str, reply: str) -> str:
    """Of the Status field and the code the remote server spoke, the one that says more.

    A general code (X.0.0, X.Y.0, and X.1.1, which many give for everything) yields to a special one, 4.4.7 "expired"
    yields to what was the matter, and where the classes differ the one of the SMTP reply wins. Otherwise the field,
    which the reporting server vouches for.
    """
    if not field or not spoken or field == spoken:
        return field or spoken
    if reply and (field[0] == reply[0]) != (spoken[0] == reply[0]):
        return field if field[0] == reply[0] else spoken
    if spoken.endswith(".0.0"):
        return field
    if field.endswith(".0.0") or field in {"4.4.7", "5.4.7", "4.7.0", "5.4.0"}:
        return spoken
    if (field.endswith(".0") or field.endswith(".1.1")) and not spoken.endswith(".0"):
        return spoken
    return field
