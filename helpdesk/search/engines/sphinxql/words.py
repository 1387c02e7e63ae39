"""Texts as the index gets them: folded words and single spaces, nothing else; marks and identifiers as numbers.

Folding is done here, for what is written and what is asked alike, so that the server's table of characters stays short
and no sign of its query language can come from a text.
"""

import re
import unicodedata
from hashlib import blake2b

_WORD = re.compile(r"\w+")
_COMBINING = re.compile(r"[\u0300-\u036f]+")
_BEYOND = re.compile(r"[^\x00-\uffff]+")
_KEPT = str.maketrans({"й": "\ue000", "Й": "\ue000"})
SHORT_I = "\ue000"


def folded(text: str) -> str:
    """Words without accents in small letters, with spaces between. Beyond the basic plane there is nothing to be
    found. й is a letter of its own: without its mark the Russian endings would be others."""
    plain = unicodedata.normalize("NFKC", text).translate(_KEPT)
    bare = _COMBINING.sub("", unicodedata.normalize("NFKD", plain)).replace(SHORT_I, "й")
    return " ".join(_WORD.findall(_BEYOND.sub(" ", bare.lower())))


def mark_token(mark: str) -> str:
    """A mark as a word that no stemmer changes and no text of people contains by intent: its digits say nothing."""
    return f"m{_number(mark)}"


def identifier_token(identifier: str) -> str:
    """The same for an identifier in small letters."""
    return f"i{_number(identifier)}"


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())
