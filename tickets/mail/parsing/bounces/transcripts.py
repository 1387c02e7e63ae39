"""Bounces written as plain text: which addresses they name as failed, and with what words.

Hardly two mail systems write alike, but nearly all put the failed address at the beginning of a line, or behind one of
a few words ("to", "recipient", "unknown user"), and the reason beside or below it, before the returned mail begins.
"""

import re

from tickets.mail.parsing.bounces.causes import Cause
from tickets.mail.parsing.bounces.failures import Failure
from tickets.mail.parsing.bounces.phrases import cause_of_words, plain

MAX_TEXT = 60_000
MAX_LINES = 600
MAX_LINE = 1_000
MAX_RECIPIENTS = 100
MAX_WORDS = 1_500

_ADDRESS = r"[^\s<>()\[\]\"',;:|*]{1,64}@[\w.-]{1,255}\w"
_AT_BEGINNING = re.compile(rf"^[ \t*>\"'+•-]{{0,20}}[<(]?({_ADDRESS})[>)]?[\"']?[ \t]{{0,9}}(.{{0,900}})")
_IN_REPLY = re.compile(rf"^(?:<<< )?[45]\d\d[ -](?:[45]\.\d\.\d{{1,3}} )?<({_ADDRESS})>")
_BEHIND_WORD = re.compile(
    r"(?:rcpt(?: |_)?to ?:?|recipients?(?: address)?:?|delivered to:?|mail to|message to|deliver(?:y)? to|"
    r"addressed to|"
    r"permanent errors:|unknown user:?|user unknown:?|user not found:?|no such user:?|user(?:name)?:|user\(s\)|"
    r"generated (?:by|from)|size:|"
    r"attempts:|failed:|"
    r"addressee:?|^ {0,9}to ?:|address:|to the following address:?|user mailbox[^:]{0,40}:|undeliverable to|"
    r"not delivered to|"
    r"empfänger:?|destinataire:?|destinatario:?|destinatário:?|получател\w{1,2}:?|宛先:?)"
    rf"[ \t:]{{0,9}}[\"'<(]{{0,2}}({_ADDRESS})",
    re.I,
)
_RETURNED_MAIL = re.compile(
    r"^[ \t>*]{0,9}(?:[-=_*#]{2,80} {0,3})?(?:this is a copy of|below this line is|the header of the original|"
    r"the headers of the|original message|"
    r"original mail|message headers? follow|original message follows|unsent message|returned message|message header|"
    r"included is a copy|a copy of the|the body of the message|returned mail follows|message text follows|"
    r"исходное сообщение|ursprüngliche nachricht|message d'origine|mensaje original|mensagem original|"
    r"messaggio originale|"
    r"the attachment contains|the original message is|header of the original|begin message|start of message|"
    r"copy of the message|"
    r"return-path:|received:|dkim-signature:|x-received:|here is your returned|returned text follows|mail header)",
    re.I,
)
_OF_OTHERS = re.compile(
    r"mail[ _]from|envelope-from|^ {0,9}from ?:|sender|contact|write to|send mail|support|postmaster|help|"
    r"hello|^on .{0,80}wrote|"
    r"reply-to|message-id|message details|\(expanded from|abuse@|hello |references:",
    re.I,
)
_CONVERSATION = re.compile(r"^(?:>>>|<<<|\.\.\. while|while talking|[45]\d\d )", re.I)


def report_lines(text: str) -> list[str]:
    """The lines of the report itself: without the returned mail below them."""
    lines = [line[:MAX_LINE].rstrip() for line in text[:MAX_TEXT].splitlines()[:MAX_LINES]]
    for number, line in enumerate(lines):
        if number and _RETURNED_MAIL.match(line) and any(earlier.strip() for earlier in lines[:number]):
            return lines[:number]
    return lines


def failures_in_report(text: str, *, known: tuple[str, ...] = ()) -> list[Failure]:
    """The failed recipients that the plain text names, each with the words around it.

    `known` are recipients told elsewhere (X-Failed-Recipients): then only words about them are looked for.
    """
    lines = report_lines(text)
    places = _places(lines)
    if known:
        places = [
            (number, address) for number, address in places if address.lower() in {name.lower() for name in known}
        ]
    places = [place for index, place in enumerate(places) if not index or places[index - 1][1] != place[1]]
    context = "\n".join(lines)[:MAX_WORDS]
    failures: dict[str, Failure] = {}
    for index, (number, address) in enumerate(places[:MAX_RECIPIENTS]):
        end = places[index + 1][0] if index + 1 < len(places) else len(lines)
        words = _words(lines, number, max(end, number + 1), address)
        earlier = failures.setdefault(address.lower(), Failure(address, context=context))
        if len(words) > len(earlier.diagnostic):
            earlier.diagnostic = words
    for name in known:
        failures.setdefault(name.lower(), Failure(name, context=context))
    return list(failures.values())


def whole_report(text: str) -> str:
    """All that the report says in plain text, capped."""
    return "\n".join(report_lines(text))[:MAX_WORDS]


def _places(lines: list[str]) -> list[tuple[int, str]]:
    """Line numbers and addresses, by the surest of three ways of naming a failed address that finds any."""
    beginnings: list[tuple[int, str]] = []
    replies: list[tuple[int, str]] = []
    mentions: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        if "@" not in line:
            continue
        if (found := _IN_REPLY.match(line)) is not None:
            replies.append((number, found[1]))
        elif (found := _AT_BEGINNING.match(line)) is not None and _reads_as_recipient(found[2]):
            beginnings.append((number, found[1]))
        elif (found := _BEHIND_WORD.search(line)) is not None and not _OF_OTHERS.search(line[: found.start(1)]):
            mentions.append((number, found[1]))
    return beginnings or replies or mentions


def _reads_as_recipient(rest: str) -> bool:
    """True if what follows an address at the beginning of a line is a reason or nothing, not a sentence."""
    return (
        not rest
        or rest[0] in ":.[(<,;-–"
        or bool(re.match(r"(?:on |invalid|user|mailbox|unknown|host|\d{3})", rest, re.I))
    )


def _words(lines: list[str], start: int, end: int, address: str) -> str:
    """The paragraphs from `start` on, up to the one that names a cause; what stands above if there are none."""
    words = ""
    for number in range(start, end):
        line = lines[number].strip(" >")
        if line:
            words = f"{words} {line}"
        elif words[-1:].strip() and cause_of_words(plain(words)) is not Cause.UNDEFINED:
            break
        else:
            words = f"{words.rstrip()} "
        if len(words) > MAX_WORDS:
            break
    if len(words.strip()) > len(address) + 5:
        return words[:MAX_WORDS].strip()
    above = [line.strip() for line in lines[max(0, start - 4) : start] if line.strip()]
    return " ".join([*above, words.strip()])[:MAX_WORDS]


def conversation(text: str) -> str:
    """The lines of an SMTP session in a report (">>> DATA", "<<< 550 ..."), with which it answers what was refused."""
    return "\n".join(line for line in report_lines(text) if _CONVERSATION.match(line.strip()))[:MAX_WORDS]
