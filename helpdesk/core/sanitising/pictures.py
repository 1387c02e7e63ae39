"""Which pictures of a mail are shown at once, which wait for a click, which are dropped."""

import re
from html import unescape

LARGEST_DATA_URL = 270_000  # characters, about 200 KB of picture

_DATA_URL = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.I)
_SHOWN = ("alt", "title", "width", "height", "align", "border", "hspace", "vspace", "dir", "lang", "style")
_UNSEEN = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:^|;)\s*(?:max-)?(?:width|height)\s*:\s*[01](?:\.\d*)?(?:px|pt)?\s*(?:!|;|$))",
    re.I,
)

HIDDEN = "hidden"  # what the style of a picture is reduced to when nobody would see it


def mark_of_style(style: str) -> str | None:
    """HIDDEN when the style says that nobody is to see the picture, else None."""
    return HIDDEN if _UNSEEN.search(style[:2_000]) else None


def picture(attributes: dict[str, str], *, remote: bool) -> tuple[str, bool]:
    """The tag for a picture with these (escaped) attributes, and whether it comes from afar.

    A picture from afar keeps its address as `data-remote-src`, or as `src` when `remote` pictures are wanted. One that
    nobody would see reports the reading of the mail and is dropped, as is an embedded one that is large or no bitmap.
    """
    source = attributes.get("src", "")
    kept = "".join(
        f' {name}="{attributes[name]}"' for name in _SHOWN if name in attributes and attributes[name] != HIDDEN
    )
    scheme = source.lstrip()[:6].lower()
    if scheme.startswith("cid:"):
        return f'<img src="{source}"{kept}>', False
    if scheme.startswith("data:"):
        sound = len(source) <= LARGEST_DATA_URL and _DATA_URL.fullmatch(unescape(source).strip())
        return (f'<img src="{source}"{kept}>', False) if sound else _words_for(attributes)
    if _is_tracker(attributes):
        return "", False
    if scheme.startswith(("http:", "https:")):
        return f'<img {"src" if remote else "data-remote-src"}="{source}"{kept}>', True
    return _words_for(attributes)


def _is_tracker(attributes: dict[str, str]) -> bool:
    if attributes.get("style") == HIDDEN:
        return True
    return any(attributes.get(side, "").strip().removesuffix("px") in {"0", "1"} for side in ("width", "height"))


def _words_for(attributes: dict[str, str]) -> tuple[str, bool]:
    """A picture without a usable source leaves its words behind, if it has any."""
    return (f'<img alt="{attributes["alt"]}">', False) if attributes.get("alt") else ("", False)
