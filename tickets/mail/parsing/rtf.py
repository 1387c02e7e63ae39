"""Outlook's compressed RTF (MS-OXRTFCP) opened, and its text taken out."""

import re
import struct

COMPRESSED, UNCOMPRESSED = b"LZFu", b"MELA"
MAX_RTF = 20 * 1024 * 1024
PRELOADED = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
WINDOW = 4096
TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
HIDDEN = frozenset(
    {
        b"fonttbl",
        b"colortbl",
        b"stylesheet",
        b"info",
        b"pict",
        b"object",
        b"themedata",
        b"listtable",
        b"listoverridetable",
        b"header",
        b"footer",
        b"generator",
        b"xmlnstbl",
        b"rsidtbl",
        b"latentstyles",
        b"datastore",
        b"colorschememapping",
        b"fldinst",
    }
)
SPOKEN = {
    b"par": "\n",
    b"line": "\n",
    b"tab": "\t",
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"cell": "\t",
    b"row": "\n",
}
CHARSET_CODECS = {
    204: "cp1251",
    238: "cp1250",
    161: "cp1253",
    162: "cp1254",
    128: "cp932",
    134: "gb18030",
    129: "cp949",
    136: "big5hkscs",
}


def decompress_rtf(packed: bytes) -> bytes:
    """The RTF inside; empty when the header is not one of compressed RTF."""
    if len(packed) < 16:
        return b""
    raw_size = struct.unpack_from("<I", packed, 4)[0]
    kind = packed[8:12]
    if kind == UNCOMPRESSED:
        return packed[16 : 16 + raw_size]
    return _inflate(packed, min(raw_size, MAX_RTF)) if kind == COMPRESSED else b""


def _inflate(packed: bytes, raw_size: int) -> bytes:
    window = bytearray(PRELOADED.ljust(WINDOW, b" "))
    write, position, end = len(PRELOADED), 16, len(packed)
    out = bytearray()
    while position < end and len(out) < raw_size:
        control = packed[position]
        position += 1
        for bit in range(8):
            if position >= end:
                return bytes(out)
            if not control >> bit & 1:
                run = packed[position : position + 1]
                position += 1
            else:
                if position + 1 >= end:
                    return bytes(out)
                token = packed[position] << 8 | packed[position + 1]
                position += 2
                if token >> 4 == write:
                    return bytes(out)
                run = _copied(window, token >> 4, (token & 15) + 2, write)
            for byte in run:
                window[write] = byte
                write = (write + 1) % WINDOW
            out += run
    return bytes(out)


def _copied(window: bytearray, offset: int, length: int, write: int) -> bytes:
    """A run out of the window; it may reach into the bytes that it is itself writing."""
    run = bytearray()
    for index in range(length):
        source = (offset + index) % WINDOW
        ahead = (source - write) % WINDOW
        run.append(run[ahead] if ahead < index else window[source])
    return bytes(run)


def rtf_to_text(rtf: bytes) -> str:
    """The words of an RTF document in order, without its layout."""
    out: list[str] = []
    pending = bytearray()
    stack: list[tuple[bool, int]] = []
    hidden, skip_after_unicode, fallback_left, codec, starred = False, 1, 0, "cp1252", False
    for token in TOKEN.finditer(rtf):
        word, number, hexadecimal, symbol, brace, plain = token.groups()
        if hexadecimal and not hidden:
            if fallback_left:
                fallback_left -= 1
            else:
                pending.append(int(hexadecimal, 16))
            continue
        if pending:
            out.append(pending.decode(codec, "replace"))
            pending.clear()
        if brace == b"{":
            stack.append((hidden, skip_after_unicode))
        elif brace == b"}":
            hidden, skip_after_unicode = stack.pop() if stack else (False, 1)
        elif symbol == b"*":
            starred = True
            continue
        elif word:
            word = word.lower()
            if word in HIDDEN or (starred and word not in (b"htmltag", b"mhtmltag")):
                hidden = True
            elif word == b"fcharset" and number and int(number) in CHARSET_CODECS:
                codec = CHARSET_CODECS[int(number)]
            elif word == b"ansicpg" and number and int(number) in range(1250, 1259):
                codec = "cp" + number.decode("ascii")
            elif word in (b"htmltag", b"mhtmltag"):
                hidden = True
            elif word == b"uc" and number:
                skip_after_unicode = max(0, min(int(number), 8))
            elif word == b"u" and number and not hidden:
                out.append(_character(int(number)))
                fallback_left = skip_after_unicode
            elif word in SPOKEN and not hidden:
                out.append(SPOKEN[word])
        elif symbol and not hidden:
            out.append(
                {b"~": "\xa0", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n"}.get(symbol, symbol.decode("latin-1"))
            )
        elif plain and not hidden:
            taken = min(fallback_left, len(plain))
            fallback_left -= taken
            out.append(plain[taken:].decode(codec, "replace"))
        starred = False
    out.append(pending.decode(codec, "replace"))
    return "".join(out).replace("\x00", "").strip()


def _character(number: int) -> str:
    code = number % 65_536
    return "" if 0xD800 <= code < 0xE000 or code == 0 else chr(code)
