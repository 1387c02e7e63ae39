"""HTML from outside made safe, by allow-lists."""

import re
from dataclasses import dataclass, field
from html import escape

import nh3

from helpdesk.core.sanitising import limits, pictures, quotes
from helpdesk.core.sanitising.plain import html_to_text
from helpdesk.core.sanitising.tags import ATTRIBUTE, TAG_WITH_ATTRIBUTES, names

MOST_LINKS = 5_000

_TAGS = set(
    names(
        "a abbr acronym address b bdi big blockquote br caption center cite code col colgroup dd del dfn div dl dt em",
        "figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span",
        "strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr",
    )
)
# Elements whose content is not text of the mail: it goes with them.
_DROPPED_WITH_CONTENT = set(
    names(
        "script style title template iframe noembed noframes object applet embed svg math audio video canvas",
        "xml xmp",
    )
)
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_TABLE_CELL = {"align", "valign", "width", "height", "colspan", "rowspan", "bgcolor"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "border"},
    "font": {"color", "size", "face"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "tr": {"valign", "bgcolor"},
    "td": _TABLE_CELL,
    "th": _TABLE_CELL | {"scope"},
    "col": {"width", "span"},
    "colgroup": {"width", "span"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"value"},
    "hr": {"size", "width"},
}
_STYLES = set(
    names(
        "background-color border border-bottom border-collapse border-color border-left border-radius border-right ",
        "border-spacing border-style border-top border-width color direction font font-family font-size font-style ",
        "font-weight height letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right ",
        "margin-top max-width min-width padding padding-bottom padding-left padding-right padding-top text-align ",
        "text-decoration text-indent text-transform vertical-align white-space width word-break word-wrap",
    )
)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufffd]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")

_FUNCTION = re.compile(r"(?<!rgb)(?<!rgba)(?<!hsl)(?<!hsla)\(", re.I)  # in a style: anything that is not a colour

_NOTICES = {
    "shortened": "This mail is too long to be shown in full. The rest is in the original.",
    "too-many-links": "This mail holds too many links, so only its text is shown. The original has everything.",
    "too-complex": "This mail is too complex to be laid out, so only its text is shown. The original has everything.",
}


@dataclass(frozen=True, slots=True)
class CleanHtml:
    """HTML that is safe to put into a page. `has_remote_pictures`: some were held back, their addresses moved to
    `data-remote-src`."""

    html: str
    has_remote_pictures: bool


def clean_mail_html(html: str) -> CleanHtml:
    """HTML of a mail for showing in the page: no style, class, id, name, script, form, frame or address of the page.

    Links open elsewhere and tell nothing; pictures from afar are held back. Marks of quoting become `data-quote`.
    A mail that is too long, too deep or has too many links says so in an element with `data-notice`. Never raises.
    """
    rewriting = _Rewriting()
    return CleanHtml(_cleaned(html, _MAIL, rewriting), rewriting.remote_pictures)


def clean_original_html(html: str, *, remote_pictures: bool = False) -> str:
    """HTML of a mail with its inline styles (listed properties only), for a sandboxed page with a policy of its own.

    With `remote_pictures` those keep their `src`; otherwise they wait in `data-remote-src`.
    """
    return _cleaned(html, _ORIGINAL, _Rewriting(keep_remote=remote_pictures))


def clean_markdown_html(html: str) -> str:
    """HTML rendered from the Markdown of staff or customers; to be called after rendering, never before."""
    return _cleaned(html, _MARKDOWN, _Rewriting())


def _cleaned(html: str, cleaner: nh3.Cleaner, rewriting: "_Rewriting") -> str:
    kept = html[: limits.LONGEST]
    ending = _notice("shortened") if len(html) > limits.LONGEST else ""
    if limits.shape_of(kept).hostile:
        return _notice("too-complex") + _as_text(kept) + ending
    cleaned = limits.with_slow_characters(cleaner.clean(limits.without_slow_characters(kept)))
    # "&#13;" is a bare CR by now, which whoever reads the result would take for a line feed.
    cleaned = cleaned.replace("\r", "\n")
    cleaned = TAG_WITH_ATTRIBUTES.sub(rewriting, cleaned).replace("<img>", "")
    if rewriting.links > MOST_LINKS:
        rewriting.remote_pictures = False
        return _notice("too-many-links") + _as_text(kept) + ending
    return cleaned + ending


def _notice(code: str) -> str:
    return f'<p data-notice="{code}">{_NOTICES[code]}</p>'


def _as_text(html: str) -> str:
    return f"<pre>{escape(html_to_text(html), quote=False)}</pre>"


@dataclass(slots=True)
class _Rewriting:
    """Turns each cleaned opening tag into its final form and counts what it meets."""

    keep_remote: bool = False
    links: int = 0
    remote_pictures: bool = field(default=False)

    def __call__(self, match: re.Match[str]) -> str:
        name, raw = match.groups()
        if name == "img":
            tag, is_remote = pictures.picture(dict(ATTRIBUTE.findall(raw)), remote=self.keep_remote)
            self.remote_pictures |= is_remote
            return tag
        if name == "a":
            self.links += 1
        if ' class="' not in raw and ' id="' not in raw and ' type="cite"' not in raw:
            return match[0]
        attributes = dict(ATTRIBUTE.findall(raw))
        marks = [attributes.pop(each, "") for each in ("class", "id")]
        if name == "blockquote" and attributes.pop("type", ""):
            marks.append(quotes.QUOTE)
        mark = next(filter(None, marks), "")
        kept = "".join(f' {key}="{value}"' for key, value in attributes.items())
        return f'<{name}{kept} data-quote="{mark}">' if mark else f"<{name}{kept}>"


def _mail_attribute(tag: str, name: str, value: str) -> str | None:
    if name in {"href", "src"}:
        return _address(tag, value)
    if name == "class":
        return quotes.mark_of_class(value)
    if name == "id":
        return quotes.mark_of_id(value)
    if name == "style":
        return pictures.mark_of_style(value)
    if name == "type" and tag == "blockquote":
        return "cite" if value.strip().lower() == "cite" else None
    return value


def _original_attribute(tag: str, name: str, value: str) -> str | None:
    if name in {"href", "src"}:
        return _address(tag, value)
    if name == "style":
        return ";".join(each for each in value.split(";") if "\\" not in each and not _FUNCTION.search(each)) or None
    return value


def _address(tag: str, value: str) -> str | None:
    """The address without control characters, or None when its scheme, as any reader might see it, is not listed."""
    scheme = _SCHEME.match(_INVISIBLE.sub("", value[:200]))
    if scheme is None:
        return None
    allowed = _SCHEMES | {"data"} if tag == "img" else _SCHEMES
    return _CONTROL.sub("", value).strip() if scheme[1].lower() in allowed else None


def _cleaner(attributes: dict[str, set[str]], *, keep_styles: bool = False) -> nh3.Cleaner:
    merged = {
        tag: _ATTRIBUTES.get(tag, set()) | attributes.get(tag, set()) for tag in _ATTRIBUTES.keys() | attributes.keys()
    }
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=merged,
        attribute_filter=_original_attribute if keep_styles else _mail_attribute,
        filter_style_properties=_STYLES if keep_styles else None,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
        url_schemes=_SCHEMES | {"data"},
        url_relative="deny",
    )


_MAIL = _cleaner({"*": {"class", "id"}, "img": {"style"}, "blockquote": {"type"}})
_ORIGINAL = _cleaner({"*": {"style"}}, keep_styles=True)
_MARKDOWN = _cleaner({"span": {"data-mention"}})
