"""Names and addresses from outside, shown as what they are."""

import re
import unicodedata

LONGEST_NAME = 4_000  # characters that are looked at: normalising takes quadratic time for some longer input

# Categories that never belong into a line of text: controls, surrogates, unassigned code points.
_UNWANTED = frozenset({"Cc", "Cs", "Cn"})
# Format characters that names really need: joiners of emoji, Persian and Indic scripts.
_WANTED_FORMATS = frozenset("\u200c\u200d")
_SPACES = re.compile(r"\s+")
_LABEL_DOTS = re.compile(r"[.\u3002\uff0e\uff61]")

# Scripts that are written together in honest names of one country.
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)
# Letters of other scripts that read as a Latin letter; a label of nothing else pretends to be Latin.
_LATIN_LOOKALIKES = frozenset("асԁеһіјӏорԛѕѵԝхуүҽոսօզցհյԼαονρυιτκωγ")


def clean_name(text: str) -> str:
    """`text` as one line fit for a name, subject or file name.

    Normalised (NFC); control, invisible and direction-changing characters removed; white space collapsed. Only the
    first 4,000 characters are kept.
    """
    text = text[:LONGEST_NAME]
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text).strip()
    visible = "".join(map(_shown, text))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", visible)).strip()


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in _UNWANTED or (category == "Cf" and character not in _WANTED_FORMATS):
        return ""
    return character


def readable_address(address: str) -> str:
    """A mail address for people: its domain in its own script, or in punycode where it could pass for another one.

    A domain label is shown in its script when all its letters are of one script (or of scripts that one language
    mixes) and it is not made only of look-alikes of Latin letters; see Unicode TR 39.
    """
    local, at, domain = clean_name(address).rpartition("@")
    if not at or (domain.isascii() and "xn--" not in domain.lower()):
        return f"{local}{at}{domain}"
    return f"{local}@" + ".".join(_readable_label(label) for label in _LABEL_DOTS.split(domain))


def _readable_label(label: str) -> str:
    shown = unicodedata.normalize("NFKC", label[:63]).lower()
    if shown.startswith("xn--"):
        try:
            shown = shown[4:].encode("ascii").decode("punycode")
        except UnicodeError:
            return shown
    if shown.isascii():
        return shown
    if _is_honest(shown):
        return shown
    return "xn--" + shown.encode("punycode").decode("ascii")


def _is_honest(label: str) -> bool:
    if label != clean_name(label) or label != unicodedata.normalize("NFKC", label).lower():
        return False
    letters = [character for character in label if character not in "-0123456789"]
    if any(unicodedata.category(character)[0] not in "LM" for character in letters):
        return False
    scripts = {unicodedata.name(character, "?").split(" ")[0] for character in letters} - {"COMBINING"}
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        return False
    return not all(character in _LATIN_LOOKALIKES for character in letters)
