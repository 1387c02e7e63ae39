"""Whether a piece of text may be a password or a token. Each looks at one piece of at most LONGEST characters."""

import re

from vpn.hosting.vocabulary import NO_VALUES

LONGEST = 128
SHORTEST = 4
SHORTEST_STRONG = 6
SHORTEST_TOKEN = 16
MANY_KINDS = 3

_ADDRESS = re.compile(r"[^\s@]{1,64}@[\w-]{1,63}\.[\w.-]{2,190}")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_IP = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d{1,5})?")
_NUMBERED = re.compile(r"№.*|#\d+")
_CALLED = re.compile(r"[A-Za-z_$][\w.$]*[(\[]")
_REFERENCE = re.compile(r"\$\{?[A-Za-z_]\w*\}?|%\w*%|\{\{?.*\}\}?|<.*>|\[.*\]|%[sd]|<\w+")
_FILE = re.compile(r"[\w/.-]+\.(?:php|html?|txt|pdf|docx?|xlsx?|png|jpe?g|zip|py|js|env|ru|com|org|net)", re.IGNORECASE)
_MASKING = frozenset("*•·●xXхХ.…_-=?")
_ALPHABET = re.compile(r"[A-Za-z0-9_\-./+=~]{16,}")


def may_be_secret(piece: str) -> bool:
    """Not an address, a date, a number of something, a placeholder, a masked value, a word that says there is none."""
    if not SHORTEST <= len(piece) <= LONGEST or piece.lower() in NO_VALUES:
        return False
    if "://" in piece or piece.lower().startswith("www.") or set(piece) <= _MASKING or len(set(piece)) == 1:
        return False
    if any(form.fullmatch(piece) for form in (_ADDRESS, _DATE, _TIME, _IP, _REFERENCE, _FILE)):
        return False
    return not _NUMBERED.fullmatch(piece) and not _CALLED.match(piece) and not _is_cyrillic_word(piece)


def is_strong(piece: str) -> bool:
    """A piece that no sentence has by itself: letters and digits, or three kinds of characters."""
    if len(piece) < SHORTEST_STRONG:
        return False
    has_letters = any(each.isalpha() for each in piece)
    has_digits = any(each.isdigit() for each in piece)
    has_signs = any(not each.isalnum() and each not in "'’-." for each in piece)
    has_both_cases = any(each.islower() for each in piece) and any(each.isupper() for each in piece[1:])
    return (has_letters and has_digits) or (has_letters and has_signs and has_both_cases) or (has_digits and has_signs)


def is_word(piece: str) -> bool:
    """Plain Latin letters, or digits alone."""
    return piece.isdigit() or (piece.isascii() and piece.isalpha())


def may_be_token(piece: str) -> bool:
    """What programs are given: long, of one alphabet, with digits and letters."""
    if not _ALPHABET.fullmatch(piece) or "://" in piece or _FILE.fullmatch(piece):
        return False
    return any(each.isdigit() for each in piece) and any(each.isalpha() for each in piece)


def _is_cyrillic_word(piece: str) -> bool:
    return all(each.isalpha() or each in "-.,!" for each in piece) and any("а" <= each.lower() <= "ё" for each in piece)
