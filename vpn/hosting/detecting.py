"""What in somebody's words looks as if it were a password, a key or a token.

Only reading, and never slower than in proportion to the text: naming words are found by plain search, and what stands
round each is looked at within a bounded stretch. Precision counts more than completeness: an offer that is wrong is
soon read no more. What is quoted (folds, lines with ">") and what stands under a signature is left out: it was looked
at when it was said.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from vpn.hosting.enums import SecretKind
from vpn.hosting.plausible import LONGEST, is_strong, is_word, may_be_secret, may_be_token
from vpn.hosting.surroundings import Found, placed
from vpn.hosting.vocabulary import ISSUED, KEYS, LOGINS, LOST, OF_KEYS, PASSWORDS, STEMS, TALK, TOKENS

MOST_FOUND = 20
MOST_HITS = 1_000
"""So many naming words of a text are looked at: nobody writes more."""
BETWEEN = 48
"""Characters that may stand between a naming word and its value ("password for the old server: …")."""
MOST_WORDS_BETWEEN = 5
LONGEST_KEY = 20_000
SHORTEST_NUMBER = 6
"""Digits of a password that is named with words in between ("password of the printer: 123456")."""

_OF_ISSUED = re.compile(r"[A-Za-z0-9_-]{16,128}")
_WORDS = re.compile(r"[^\W\d_][\w'’-]*")
_PARTS = re.compile(r"[_.-]")
_COPULA = re.compile(r"[ \t]{1,4}(?:is|was|now|такой|тут|вот|будет)[ \t]{1,4}", re.IGNORECASE)
_SIGN = re.compile(r"\"?[ \t]{0,4}(?::=|=>|->|[:=—–→|]|-(?=[ \t])|\t)[ \t]{0,8}")
_BOLD = re.compile(r"[*_]{1,2}[ \t]")
_PAIR = re.compile(r"([^\s/|,;:]{2,64})(?:[ \t]*[/|,;:][ \t]*|[ \t]+)(?=\S)")
_URL = re.compile(r"://([^\s/:@<>\"']{1,64}):([^\s/@<>\"']{3,128})@[\w.-]{1,253}")
_SSH = re.compile(
    r"ssh[ \t]+(?:-p[ \t]?\d{1,5}[ \t]+)?[\w.-]{1,32}@[\w.-]{3,253}(?:[ \t]+-p[ \t]?\d{1,5})?"
    r"[ \t]*[/|,:—–-]?\s{0,4}"
)
_OPTION = re.compile(r"[ \t]+-p[ \t]?")
_QUOTES = {'"': '"', "'": "'", "`": "`", "«": "»", "“": "”", "„": "“", "‘": "’"}
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}
_KEY_HEADS = ("PRIVATE KEY-----", "PRIVATE KEY BLOCK-----")


def holds_secret(text: str, folds: Sequence[Sequence[int]] = ()) -> bool:
    """Whether anything in the text looks like a secret; the first find ends the search."""
    return next(_finds(_own_words(text, folds)), None) is not None


def secrets_in(text: str, folds: Sequence[Sequence[int]] = ()) -> list[Found]:
    """What looks like a secret, in the order of the text, none over another, each value once; at most MOST_FOUND.
    `folds` are the ranges of characters that are quoted or a signature."""
    own = _own_words(text, folds)
    chosen: dict[str, Found] = {}
    reached = 0
    for found in sorted(islice(_finds(own), MOST_HITS), key=lambda each: (each.start, -each.end)):
        if found.start >= reached and found.value not in chosen:
            chosen[found.value] = found
            reached = found.end
    first = islice(chosen.values(), MOST_FOUND)
    return [placed(found, own) for found in first]


def _own_words(text: str, folds: Sequence[Sequence[int]]) -> str:
    """The text with line breaks in the place of what is quoted or a signature: spans stay what they are."""
    if folds:
        pieces, position = [], 0
        for start, end in folds:
            pieces += [text[position:start], "\n" * (min(end, len(text)) - start)]
            position = end
        text = "".join([*pieces, text[position:]])
    if (signature := text.find("\n-- \n")) >= 0:
        text = text[:signature] + "\n" * (len(text) - signature)
    if "\n>" not in text and not text.startswith(">"):
        return text
    return "\n".join("\n" * len(line) if line.startswith(">") else line for line in text.split("\n"))


def _finds(text: str) -> Iterator[Found]:
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text.replace("İ", "I").lower()
    yield from _blocks(text)
    yield from _in_links(text)
    yield from _issued(text)
    yield from _after_ssh(text, lowered)
    for start, end in islice(_naming_words(lowered), MOST_HITS):
        yield from _told(text, lowered, start, end)


def _places(text: str, sought: str) -> Iterator[int]:
    at = text.find(sought)
    while at >= 0:
        yield at
        at = text.find(sought, at + len(sought))


def _found(
    text: str, start: int, end: int, kind: SecretKind = SecretKind.PASSWORD, *, login: str = "", label: str = ""
) -> Found:
    return Found(start, end, kind, text[start:end], label=label, login=login)


def _blocks(text: str) -> Iterator[Found]:
    """Private keys: PEM (RFC 7468), OpenPGP, PuTTY."""
    for start in islice(_places(text, "-----BEGIN "), MOST_FOUND):
        line = text[start : start + 80].partition("\n")[0].rstrip()
        if line.endswith(_KEY_HEADS):
            closing = text.find("-----END ", start, start + LONGEST_KEY)
            dashes = text.find("-----", closing + 9, closing + 80) if closing >= 0 else -1
            yield _found(text, start, dashes + 5 if dashes >= 0 else _end_of_block(text, start), SecretKind.SSH_KEY)
    for start in islice(_places(text, "PuTTY-User-Key-File-"), MOST_FOUND):
        closing = text.find("Private-MAC:", start, start + LONGEST_KEY)
        end = text.find("\n", closing) if closing >= 0 else _end_of_block(text, start)
        yield _found(text, start, end if end >= 0 else len(text), SecretKind.SSH_KEY)


def _end_of_block(text: str, start: int) -> int:
    end = text.find("\n\n", start, start + LONGEST_KEY)
    return end if end >= 0 else min(len(text), start + LONGEST_KEY)


def _in_links(text: str) -> Iterator[Found]:
    """`scheme://user:password@host`."""
    for at in islice(_places(text, "://"), MOST_HITS):
        match = _URL.match(text, at)
        if match and may_be_secret(match[2]):
            yield _found(text, *match.span(2), login=match[1])


def _issued(text: str) -> Iterator[Found]:
    """Tokens whose beginning says whose they are."""
    for prefix in ISSUED:
        for at in islice(_places(text, prefix), MOST_FOUND):
            match = _OF_ISSUED.match(text, at)
            if match and (at == 0 or not text[at - 1].isalnum()) and may_be_token(match[0]):
                yield _found(text, *match.span(), SecretKind.TOKEN)


def _after_ssh(text: str, lowered: str) -> Iterator[Found]:
    """`ssh root@host`, and the password right behind it or alone on the next line."""
    for at in islice(_places(lowered, "ssh"), MOST_HITS):
        match = _SSH.match(text, at)
        if match is None:
            continue
        start, end = _token(text, match.end())
        if is_strong(text[start:end]) and may_be_secret(text[start:end]) and _ends_line(text, end):
            yield _found(text, start, end)


def _naming_words(lowered: str) -> Iterator[tuple[int, int]]:
    """Where a word stands that names a secret, names of variables included."""
    for stem in STEMS:
        reached = 0
        for at in islice(_places(lowered, stem), 10 * MOST_HITS):
            if at < reached:
                continue
            start = end = at
            while start > max(0, at - 40) and (lowered[start - 1].isalnum() or lowered[start - 1] in "_-"):
                start -= 1
            while end < min(len(lowered), at + 40) and (lowered[end].isalnum() or lowered[end] in "_-"):
                end += 1
            reached = end
            if _kind_of(lowered, start, end):
                yield start, end


def _kind_of(lowered: str, start: int, end: int) -> SecretKind | None:
    parts = _PARTS.split(lowered[start:end])
    if not PASSWORDS.isdisjoint(parts):
        return SecretKind.PASSWORD
    if not TOKENS.isdisjoint(parts):
        return SecretKind.TOKEN
    before = _WORDS.findall(lowered[max(0, start - 16) : start])
    after = _WORDS.findall(lowered[end : end + 8])
    near = {*parts, *before[-1:], *after[:1]}
    return SecretKind.TOKEN if not KEYS.isdisjoint(parts) and not OF_KEYS.isdisjoint(near) else None


def _told(text: str, lowered: str, start: int, end: int) -> Iterator[Found]:
    """What the naming word at these places names, if anything is told."""
    if "://" in text[max(0, start - 300) : start].rpartition("\n")[2].rpartition(" ")[2]:
        return
    kind = _kind_of(lowered, start, end) or SecretKind.OTHER
    before = _WORDS.findall(lowered[max(0, start - 24) : start].rpartition("\n")[2])
    is_pair = kind == SecretKind.PASSWORD and not LOGINS.isdisjoint(before[-2:])
    if is_pair and (pair := _pair(text, start, end)):
        yield pair
        return
    at, is_sure, words = _value_at(text, lowered, end, bare_option="sshpass" in lowered[start:end])
    if at < 0 or any(word in TALK for word in words):
        return
    is_sure = is_sure and not any(word in LOST for word in before[-2:])
    begin, finish = _token(text, at)
    is_number = is_sure and text[begin:finish].isdigit() and finish - begin >= SHORTEST_NUMBER
    if _counts(text, begin, finish, kind, is_sure=is_sure and (is_number or not words)):
        yield _found(text, begin, finish, kind, label=_label(text, start, end, words))


def _value_at(text: str, lowered: str, end: int, *, bare_option: bool) -> tuple[int, bool, list[str]]:
    """Where the value begins (-1: nowhere), whether a colon or the like says so, and the words in between."""
    if bare_option and (option := _OPTION.match(text, end)):
        return option.end(), True, []
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    if (copula := _COPULA.match(text, end, line_end)) and not _SIGN.match(text, copula.end() - 1, line_end):
        return copula.end(), False, []
    sign = _SIGN.search(text, end, min(line_end, end + BETWEEN))
    if sign is not None:
        between = lowered[end : sign.start()]
        words = _WORDS.findall(between)
        if len(words) <= MOST_WORDS_BETWEEN and not any(each in between for each in ".!?;,"):
            at = sign.end()
            if bold := _BOLD.match(text, at, line_end):
                at = bold.end()
            while at < line_end and text[at] in " \t":
                at += 1
            if at == line_end:
                return _alone_below(text, line_end), True, words
            return at, sign[0].strip(' "\t') in (":", "=", ":=", "=>", "|", ""), words
    at = end
    while at < line_end and text[at] in " \t":
        at += 1
    return (at, False, []) if end < at < line_end else (-1, False, [])


def _alone_below(text: str, line_end: int) -> int:
    """Where the next line that is not empty begins, when it holds one piece alone; -1 otherwise."""
    at = line_end
    while at < len(text) and at - line_end < 8 and text[at].isspace():
        at += 1
    line = text[at : at + LONGEST + 1].partition("\n")[0].strip()
    return at if line and " " not in line and at < len(text) and not line.endswith(":") else -1


def _token(text: str, at: int) -> tuple[int, int]:
    """The piece that begins here: what is in quotes, or up to the next space without the sentence's own signs."""
    if at < len(text) and (closing := _QUOTES.get(text[at])):
        end = text.find(closing, at + 1, at + LONGEST + 2)
        if end > at + 1 and "\n" not in text[at:end]:
            return at + 1, end
    end = at
    while end < len(text) and end - at <= LONGEST and not text[end].isspace():
        end += 1
    while end > at and (text[end - 1] in ",;\"'»”" or _closes_nothing(text[at:end])):
        end -= 1
    if end > at + 1 and text[end - 1] == "." and text[end - 2] != ".":
        end -= 1
    return at, end


def _closes_nothing(piece: str) -> bool:
    opening = _CLOSING.get(piece[-1])
    return opening is not None and opening not in piece


def _counts(text: str, start: int, end: int, kind: SecretKind, *, is_sure: bool) -> bool:
    piece = text[start:end]
    if kind == SecretKind.TOKEN:
        return may_be_token(piece) or (is_sure and may_be_secret(piece) and is_strong(piece))
    if not may_be_secret(piece):
        return False
    if is_sure and is_word(piece):
        return _ends_line(text, end)
    return is_strong(piece) or is_sure


def _ends_line(text: str, end: int) -> bool:
    """Nothing more of a sentence comes behind it."""
    rest = text[end : end + 40].partition("\n")[0].lstrip("\"'»”`)").strip()
    return not rest or rest[0] in ",;./|("


def _pair(text: str, start: int, end: int) -> Found | None:
    """ "login / password: anna / secret", also on two lines of their own."""
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    at, is_sure = end, False
    if sign := _SIGN.search(text, end, min(line_end, end + BETWEEN)):
        words = _WORDS.findall(text[end : sign.start()].lower())
        if len(words) > MOST_WORDS_BETWEEN or not TALK.isdisjoint(words):
            return None
        at, is_sure = sign.end(), True
    while at < line_end and text[at] in " \t":
        at += 1
    if not text[at:line_end].strip():
        first = _alone_below(text, line_end)
        if first < 0:
            return None
        login_start, login_end = _token(text, first)
        second = _alone_below(text, login_end)
        begin, finish = _token(text, second) if second >= 0 else (0, 0)
    elif match := _PAIR.match(text, at, line_end):
        login_start, login_end = match.span(1)
        begin, finish = _token(text, match.end())
    else:
        return None
    if not _counts(text, begin, finish, SecretKind.PASSWORD, is_sure=is_sure):
        return None
    return _found(text, begin, finish, login=text[login_start:login_end].strip("\"'«»"))


def _label(text: str, start: int, end: int, words: list[str]) -> str:
    """What the secret is for, where its naming says so: "for the shop", `DB_PASSWORD`."""
    name = text[start:end]
    if "_" in name:
        return name[:100]
    return text[end : end + BETWEEN].partition(":")[0].partition("=")[0].strip(' "-—–\t')[:60] if words else ""
