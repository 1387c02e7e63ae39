"""When two names are one to whoever reads them."""

_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "2": "z", "8": "b"})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def skeleton_of(name: str) -> str:
    """The same for names that a hurried eye takes for one (after Unicode Technical Standard #39, 4, within ASCII):
    `anna-laptop`, `Anna-Laptop` and `anna-1aptop`."""
    text = name.casefold().translate(_ALIKE)
    for pair, single in _PAIRS:
        text = text.replace(pair, single)
    return text
