"""The marks that mail programs put on the mail they quote, reduced to three words of our own.

Classes and ids do not survive cleaning. What they told about quoting does, as `data-quote`, which nobody outside can
write: the attribute itself is not on any allow-list. Forging a class folds the forger's own words behind one click.
"""

import re

QUOTE = "quote"  # this element holds quoted mail
INTRODUCTION = "introduction"  # this element is the line "On ... wrote:"
REST = "rest"  # quoted mail starts here and goes on to the end

_CLASSES = {
    "gmail_quote": QUOTE,
    "gmail_attr": INTRODUCTION,
    "moz-cite-prefix": INTRODUCTION,
    "moz-forward-container": QUOTE,
    "protonmail_quote": QUOTE,
    "tutanota_quote": QUOTE,
    "yahoo_quoted": QUOTE,
    "zmail_extra": QUOTE,
    "outlookmessageheader": REST,
    "reply-intro": INTRODUCTION,
    "mailquote": QUOTE,
}
_IDS = {
    "divrplyfwdmsg": REST,
    "appendonsend": REST,
    "stopspelling": REST,
    "replysplit": REST,
    "outlookmessageheader": REST,
    "reply-intro": INTRODUCTION,
    "yahoo_quoted": QUOTE,
    "isforwardcontent": QUOTE,
    "mail-editor-reference-message-container": QUOTE,
    "ms-outlook-mobile-reference-message": QUOTE,
}
# Outlook puts `x_` before the names of the mail it quotes, once a round; Yahoo puts its own prefix and a number around.
_DECORATION = re.compile(r"^(?:x_){0,50}(?:ydp[0-9a-z]{1,20}-?)?|_?[0-9]{4,}$")


def mark_of_class(value: str) -> str | None:
    """The mark for the value of a `class` attribute, or None."""
    for name in value.lower().split()[:20]:
        mark = _CLASSES.get(_DECORATION.sub("", name[:120]))
        if mark:
            return mark
    return None


def mark_of_id(value: str) -> str | None:
    """The mark for the value of an `id` attribute, or None."""
    return _IDS.get(_DECORATION.sub("", value[:120].strip().lower()))
