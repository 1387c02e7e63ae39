"""The shape of canonical HTML, the form in which every cleaner here returns its work."""

import re

VOID = frozenset({"br", "col", "hr", "img", "wbr"})

# A tag of canonical HTML: names in lower case, values in double quotes with `"`, `<` and `>` escaped.
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z][a-z-]*="[^"]*")*)>')
TAG_WITH_ATTRIBUTES = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z][a-z-]*="[^"]*")+)>')
ATTRIBUTE = re.compile(r' ([a-z][a-z-]*)="([^"]*)"')


def names(*lines: str) -> frozenset[str]:
    """The words in `lines`: lists of tag and property names read better as text."""
    return frozenset(" ".join(lines).split())
