"""The cause of a failed delivery, told from the words of a mail server."""

import re
from functools import cache

from tickets.mail.parsing.bounces.causes import Cause
from tickets.mail.parsing.bounces.vocabulary import VOCABULARY

MAX_PLAIN = 2_000

_LINK = re.compile(r"https?://[^\s>)\]]{1,500}")
_ADDRESS = re.compile(r"[<(\[\"']{0,2}[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{1,255}[>)\]\"']{0,2}")
_SPACE = re.compile(r"\s+")
_CONTINUED_REPLY = re.compile(r" [45]\d\d[- ](?:[45]\.\d\.\d{1,3} )?(?=\w)")


def _pattern(phrases: str) -> re.Pattern[str]:
    """One alternation of all phrases; none begins with a repeat, so that a search stays linear."""
    single = [" ".join(phrase.split()) for phrase in phrases.split(";")]
    return re.compile("|".join(re.escape(phrase).replace(r"\*", ".{0,40}?") for phrase in single if phrase))


@cache
def _patterns() -> tuple[tuple[Cause, re.Pattern[str]], ...]:
    """Compiled at the first bounce: a tenth of a second that most processes never need."""
    return tuple((cause, _pattern(phrases)) for cause, phrases in VOCABULARY)


def plain(text: str) -> str:
    """`text` as `cause_of_words` wants it: lower case, one line, no addresses or links, no repeated reply codes.

    Addresses and links go because they are made of words such as "userunknown" that mean nothing there.
    """
    words = _ADDRESS.sub(" ", _LINK.sub(" ", text[:MAX_PLAIN]))
    return _SPACE.sub(" ", _CONTINUED_REPLY.sub(" ", _SPACE.sub(" ", words))).strip().lower()


def cause_of_words(words: str) -> Cause:
    """The cause that `words` (see `plain`) name, UNDEFINED if no phrase is in them."""
    for cause, pattern in _patterns():
        if pattern.search(words):
            return cause
    return Cause.UNDEFINED
