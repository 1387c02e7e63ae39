"""Identifiers in texts: numbers of orders, addresses, names of files and hosts. They are found by a fragment."""

import re

SHORTEST, LONGEST, MOST = 3, 80, 40
SCANNED = 20_000  # of a text so many characters: what comes later is found by whole words alone
_TOKEN = re.compile(r"[\w@.+/-]{3,}")
_SIGN = re.compile(r"[\d@]")
_LOOKS_SO = re.compile(r"[\d@._/-]")
_PARTING = re.compile(r"[@._+-]+")


def identifiers_in(*texts: str) -> list[str]:
    """The identifiers of the texts in lower case, each once, at most MOST: words with a digit or an at sign."""
    found: dict[str, None] = {}
    for text in texts:
        for token in _TOKEN.findall(text[:SCANNED]):
            if not token.isalpha() and len(token) <= LONGEST and _SIGN.search(token):
                found[token.strip(".-/+_").lower()] = None
    return [token for token in found if len(token) >= SHORTEST][:MOST]


def is_fragment(text: str) -> bool:
    """Whether what somebody looks for may be a piece of an identifier."""
    return SHORTEST <= len(text) <= LONGEST and not text.count(" ") and bool(_LOOKS_SO.search(text))


def parted(address: str) -> str:
    """An address, its domain, and its parts, so that each is a word."""
    return f"{address} {address.rpartition('@')[2]} {_PARTING.sub(' ', address)}" if address else ""


def names_in(text: str) -> set[str]:
    """Words of a sender that are long enough to be misspelt, in lower case."""
    return {word.lower() for word in text.split() if word.isalpha() and 4 <= len(word) <= LONGEST}
