"""Bytes to text whatever the label says: the label is believed when the result reads like language, else rescued.

Order of trust: pure ASCII; the declared charset if it decodes cleanly and looks sane; valid UTF-8; the Cyrillic
charsets compared by how much the result reads like Russian; charset-normalizer; at last the declared charset with
replacements.
"""

import codecs
import re
from functools import lru_cache

from helpdesk.core.cyrillic import CYRILLIC_CHARSETS, russian_score

ALIASES = {
    "ansi_x3.110-1983": "latin-1",
    "ansi_x3.4-1968": "ascii",
    "us": "ascii",
    "ansi": "cp1252",
    "ascii-8bit": "ascii",
    "binary": "ascii",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
    "utf8mb4": "utf-8",
    "x-unknown": "",
    "unknown": "",
    "unknown-8bit": "",
    "x-user-defined": "",
    "default": "",
    "default_charset": "",
    "none": "",
    "8bit": "",
    "7bit": "ascii",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ce": "mac-latin2",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-greek": "mac-greek",
    "x-mac-turkish": "mac-turkish",
    "x-mac-icelandic": "mac-iceland",
    "x-mac-japanese": "cp932",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "euc-cn": "gb18030",
    "x-euc-cn": "gb18030",
    "chinese": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "ksc_5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "korean": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "iso-8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-6-e": "iso-8859-6",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "x-windows-1251": "cp1251",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "cp-1251": "cp1251",
    "x-cp1251": "cp1251",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "koi": "koi8-r",
    "koi8-ru": "koi8-u",
    "x-koi8-r": "koi8-r",
    "ibm866": "cp866",
    "dos-866": "cp866",
    "iso-ir-111": "koi8-r",
}
SINGLE_BYTE_LATIN = frozenset({"cp1252", "iso8859-1", "iso8859-15", "ascii", "mac-roman", "cp437", "cp850", "latin-1"})
WITHOUT_HIGH_BYTES = frozenset({"utf-7", "hz", "iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_kr"})
NOT_TEXT_CODECS = frozenset(
    {"base64", "bz2", "hex", "quopri", "rot13", "uu", "zlib", "idna", "punycode", "unicode_escape"}
)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
NUMBERED = re.compile(r"^(?:x-)?(?:cp|ibm|windows|win|dos|ms)[-_ ]?(?=\d)")
SAMPLE_BYTES = 16 * 1024
FEW_HIGH_BYTES = 20
HIGH_BYTE = re.compile(rb"[\x80-\xff]")
BINARY_BYTE = re.compile(rb"[\x00-\x08\x0e-\x1f]")
HIGH_RUN = re.compile(rb"[\x80-\xff]{2,}")


@lru_cache(maxsize=512)
def codec_of(label: str) -> str:
    """Python's name of the codec behind a label as mails write it; empty when there is none."""
    name = label.strip(" \t\r\n\"'<>;,").lower().split("*")[0]
    name = name.removeprefix("charset=").strip("\"' ")
    for candidate in (ALIASES.get(name, name), name.replace("_", "-"), NUMBERED.sub("cp", name)):
        candidate = ALIASES.get(candidate, candidate)
        if not candidate or len(candidate) > 60 or not candidate.isascii():
            continue
        try:
            found = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        if found.name not in NOT_TEXT_CODECS and found._is_text_encoding:
            return found.name
    return ""


def decode_text(content: bytes, label: str = "", *, hint: str = "", warnings: set[str] | None = None) -> str:
    """The text of `content`, free of NUL, other control characters and lone surrogates.

    `label` is the declared charset, `hint` one that the mail names elsewhere, for content that has no label of its own.
    """
    codec = codec_of(label) if label else ""
    if label and not codec and warnings is not None and label.isprintable():
        warnings.add(f"Unknown charset {label[:40]}")
    text = _decode(content, codec, codec_of(hint) if hint else "", warnings)
    return without_controls(text)


def without_controls(text: str) -> str:
    return FORBIDDEN.sub("", text) if FORBIDDEN.search(text) else text


def _decode(content: bytes, codec: str, hint: str, warnings: set[str] | None) -> str:
    if content.isascii() and codec not in WITHOUT_HIGH_BYTES and not codec.startswith("utf-16") and codec != "utf-32":
        if codec or (b"\x1b$" not in content and b"\x1b(" not in content):
            return content.decode("ascii")
        codec = "iso2022_jp_ext"
    if content.startswith(b"\xef\xbb\xbf"):
        content, codec = content[3:], "utf-8"
    if codec.startswith(("utf-16", "utf-32")) or (not codec and content.startswith((b"\xff\xfe", b"\xfe\xff"))):
        wide = _decode_wide(content, codec or "utf-16")
        if wide is not None:
            return wide
        codec = ""
    clean = _strict(content, codec) if codec else None
    if clean is not None and (codec in ("utf-8", "ascii") or (codec in WITHOUT_HIGH_BYTES)):
        return clean
    if codec in WITHOUT_HIGH_BYTES and content.isascii():
        return content.decode(codec, "replace")
    return _rescued(content, codec, clean, hint, warnings)


def _rescued(content: bytes, codec: str, clean: str | None, hint: str, warnings: set[str] | None) -> str:
    """Content with high bytes whose label is missing, wrong or in doubt."""
    as_utf8 = _strict(content, "utf-8")
    if as_utf8 is not None and (clean is None or _is_surely_utf8(as_utf8, codec)):
        return _said(as_utf8, codec, "utf-8", warnings)
    if codec == "utf-8" and (almost := _nearly_utf8(content)) is not None:
        return _said(almost, codec, "utf-8 with gaps", warnings)
    if clean is None or codec in SINGLE_BYTE_LATIN or codec in CYRILLIC_CHARSETS:
        guess = _best_cyrillic(content, codec)
        if guess:
            return _said(content.decode(guess, "replace"), codec, guess, warnings)
    if clean is not None:
        return clean
    if codec == "cp1252":
        return content.decode("cp1252", "latin1_gaps")
    if codec not in ("", "ascii", "utf-8"):
        replaced = content.decode(codec, "replace")
        if replaced.count("\ufffd") * 20 <= len(replaced):
            return _said(replaced, codec, codec + " with gaps", warnings)
    if (almost := _nearly_utf8(content)) is not None:
        return _said(almost, codec, "utf-8 with gaps", warnings)
    hinted = _strict(content, hint) if hint else None
    if hinted is not None:
        return hinted
    return _normalised(content, codec, warnings)


def _nearly_utf8(content: bytes) -> str | None:
    """UTF-8 with a few damaged bytes, which is still mostly letters of several bytes; None for anything else."""
    text = content.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    whole = sum(1 for character in text[:SAMPLE_BYTES] if character > "\x7f") - damaged
    return text if damaged <= 1 + whole // 10 and whole > 2 * damaged else None


def _said(text: str, codec: str, used: str, warnings: set[str] | None) -> str:
    if warnings is not None and used != codec:
        warnings.add(f"Charset {codec or 'missing'}, read as {used}")
    return text


def _strict(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _is_surely_utf8(text: str, codec: str) -> bool:
    """Valid UTF-8 under another label: sure when its letters are ones that people write."""
    high = [character for character in text[:SAMPLE_BYTES] if character > "\x7f"]
    if codec in ("cp949", "gb18030", "big5hkscs", "cp932", "euc_jp"):
        return len(high) >= 3 and all(character < "\u0530" for character in high)
    return bool(high) and all(
        character.isalpha()
        or character.isspace()
        or "\u2000" <= character <= "\u2bff"
        or "\xa0" <= character <= "\xbf"
        or character > "\u3000"
        for character in high
    )


def _best_cyrillic(content: bytes, codec: str) -> str:
    """The Cyrillic charset in which the content reads clearly more like Russian than as declared; or empty."""
    sample = _sample(content)
    declared, least = 0.0, 0.6
    if codec in CYRILLIC_CHARSETS:
        declared = russian_score(sample.decode(codec, "replace"))
        least = declared + 0.25
    elif not _has_whole_words_of_high_bytes(sample):
        return ""
    best, best_score = "", least
    for candidate in CYRILLIC_CHARSETS:
        score = russian_score(sample.decode(candidate, "replace")) if candidate != codec else 0.0
        if score > best_score:
            best, best_score = candidate, score
    return best


def _has_whole_words_of_high_bytes(sample: bytes) -> bool:
    """Cyrillic in one byte a letter comes in whole words; accents of Western languages stand alone."""
    high = len(HIGH_BYTE.findall(sample))
    return sum(map(len, HIGH_RUN.findall(sample))) * 10 >= high * 8


def _sample(content: bytes) -> bytes:
    """A sample that holds the bytes in question: the start of the content, or the lines that have high bytes."""
    if len(content) <= SAMPLE_BYTES:
        return content
    first = re.search(rb"[\x80-\xff]", content)
    start = max(0, first.start() - 40) if first else 0
    return content[start : start + SAMPLE_BYTES]


def _decode_wide(content: bytes, codec: str) -> str | None:
    """UTF-16 or UTF-32, unless the content plainly is something narrower."""
    if codec == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        even, odd = content[0:2000:2].count(0), content[1:2000:2].count(0)
        if even == odd == 0 and content.isascii() and not BINARY_BYTE.search(content[:2000]):
            return None
        if even == odd:
            # The byte that says which script it is varies least.
            even, odd = -len(set(content[0:2000:2])), -len(set(content[1:2000:2]))
        codec = "utf-16-be" if even > odd else "utf-16-le"
    width = 4 if codec.startswith("utf-32") else 2
    return _strict(content[: len(content) // width * width], codec)


def _normalised(content: bytes, codec: str, warnings: set[str] | None) -> str:
    sample = _sample(content)
    few = len(HIGH_BYTE.findall(sample)) < FEW_HIGH_BYTES
    if codec in ("", "ascii") and few and not _has_whole_words_of_high_bytes(sample):
        return _said(content.decode("cp1252", "latin1_gaps"), codec, "cp1252", warnings)
    # Loaded where rarely needed: it takes 75 ms, which a child would pay at every start.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    found = from_bytes(sample, steps=5, chunk_size=512).best()
    guess = codec_of(found.encoding) if found is not None else ""
    if guess and guess not in ("utf-16", "utf-32"):
        text = content.decode(guess, "replace")
        return _said(text, codec, guess, warnings)
    return _said(
        content.decode(codec or "cp1252", "replace" if codec else "latin1_gaps"), codec, "whatever fits", warnings
    )


def _fill_gap(error: UnicodeError) -> tuple[str, int]:
    """cp1252 leaves five bytes undefined; they stay readable as the control characters of ISO 8859-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("latin1_gaps", _fill_gap)
