"""The head of a quoted mail as Outlook and others copy it: From, Sent, To, Subject, in any language they speak."""

import re
from collections.abc import Sequence

from tickets.mail.parsing.folding.languages import DATE, FORWARD_BEGINS, FROM, LABELS, OTHER, SEPARATORS, SUBJECT, TO

_LABEL = re.compile(r"[>*_|\s]{0,6}([^\W\d_][^:：*<>@]{0,22}?)[\s*]{0,4}[:：]")
_FIELD = re.compile(r"[^\W\d_][\w -]{0,22}[:：](?!//)")
_RULE = re.compile(r"[-_=*–—\s]{3,}$")
_SEPARATOR = re.compile(rf"(?:{SEPARATORS})(?!\w)", re.I)
_FORWARD = re.compile(rf"[\s*>]{{0,6}}(?:{FORWARD_BEGINS})\s?[:：]?\W{{0,4}}$", re.I)
_RULE_MARKS = "-–—_=*> "

LONGEST_HEAD = 30  # lines, lists of recipients included
MOST_CONTINUATIONS = 3  # lines of one field that hold no address


def role_of(line: str) -> int | None:
    """Which field of a mail's head the line begins, or None."""
    if ":" not in line[:40] and "：" not in line[:40]:
        return None
    match = _LABEL.match(line[:60])
    return LABELS.get(match[1].rstrip().replace("\xa0", " ").replace("’", "'").lower()) if match else None


def is_separator(line: str) -> bool:
    """Whether the line is "-----Original Message-----" or one of its kin."""
    if line[:1] in _RULE_MARKS:
        phrase = line.lstrip(_RULE_MARKS)
        has_rule = len(line) - len(phrase) >= 2
        return has_rule and len(phrase) < 150 and bool(_SEPARATOR.match(phrase.replace("’", "'")))
    return len(line) < 80 and bool(_FORWARD.match(line))


def head_end(lines: Sequence[str], start: int) -> int | None:
    """The index after the head that begins at `start`, or None when that is no head of a mail.

    A head names a sender, a date, and a subject or a recipient's address, each once. Without a recipient, a
    field that mail does not have means a form that someone filled in.
    """
    roles: set[int] = set()
    continuations = 0
    index = start
    stop = min(len(lines), start + LONGEST_HEAD)
    while index < stop:
        line = lines[index]
        if not line:
            following = role_of(lines[index + 1]) if index + 1 < stop else None
            if following is None or following in roles:
                break
            index += 1
            continue
        role = role_of(line)
        if role is not None:
            if role in roles and role != OTHER:
                break
            roles.add(role)
            continuations = 0
        elif _FIELD.match(line[:40]):
            if roles >= {FROM, DATE, TO}:
                break
            return None
        else:
            continuations += "@" not in line
            if continuations > MOST_CONTINUATIONS:
                break
        index += 1
    has_address = any("@" in line for line in lines[start:index])
    is_head = roles >= {FROM, DATE} and (SUBJECT in roles or (TO in roles and has_address))
    return index if is_head else None


def with_rule_above(lines: Sequence[str], start: int, first: int) -> int:
    """`start`, or the index of the ruled line right above it (blank lines between allowed), not before `first`."""
    above = start - 1
    while above >= first and not lines[above]:
        above -= 1
    return above if above >= first and _RULE.match(lines[above][:200]) else start
