"""Texts of the company that go along with a key, and what must not stand in them.

A profile can run commands on the machine that connects with it (`up`, `plugin`, `setenv opt up …`), read and write any
file there, and load libraries. So a template is read as OpenVPN reads it (`parse_line` and `add_option` in its
`options_parse.c` and `options.c`), and only directives that merely describe a connection are taken.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.pki.directives import ASKED, CONNECTION, DESCRIBING, FILES, PROXIES, RUNNING, RUNNING_FAMILIES, SERVING
from vpn.pki.naming import LONGEST_COMMON_NAME

USER_MARK = "change_me"
PROFILE = "mycompany_vpn_change_me.ovpn"
LONGEST_TEMPLATE = 64 * 1024
LONGEST_LINE = 255  # OPTION_LINE_SIZE
DEFAULTS = {
    "openssl.cnf": (
        "# profile of change_me\n[ req ]\ndefault_bits = 2048\ndistinguished_name = dn\nprompt = no\n[ dn ]\n"
        "CN = change_me\n"
    ),
    "server.conf": (
        "# server side reference for change_me (MyCompany VPN)\ndev tun\nproto udp\nport 1194\ntopology subnet\n"
        "crl-verify crl.pem\ntls-crypt ta.key\n"
    ),
    "readme_vpn_win.txt": (
        "Hello change_me!\r\n1. Install OpenVPN GUI.\r\n"
        "2. Copy all files to C:\\Users\\change_me\\OpenVPN\\config\r\n3. Right-click the tray icon - Connect.\r\n"
    ),
}
"""The texts of the owner's own process, byte for byte. The profile has none: it is made for each key."""

ENVIRONMENT = frozenset({"CLIENT_CERT", "FRIENDLY_NAME"})
# openssl.cnf can load libraries and other files (config(5ssl)), and go on in the next line.
LOADING = re.compile(
    r"^\s*\.\s*(?:include|pragma)|^[^=]*(?:engine|dynamic_path|module|provider|activate|soft_load|init|_conf)|\\\s*$",
    re.IGNORECASE,
)
# Controls, and everything that some program may take for the end of a line.
FORBIDDEN_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def fill_template(text: str, user: str) -> str:
    """The text with the person's key name at every `change_me`."""
    return text.replace(USER_MARK, user)


def check_template(name: str, text: str) -> None:
    """Raises Refused with the line's number for what could do more on a machine than describe a connection, and for a
    name that isn't one of the archive's."""
    if name not in DEFAULTS and name != PROFILE:
        raise Refused(_("“%(name)s” isn't a file of the archive.") % {"name": name})
    if len(text) > LONGEST_TEMPLATE:
        raise Refused(_("A template has at most 64 KB."))
    text = text.removeprefix("\ufeff")
    if found := FORBIDDEN_CHARACTER.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise Refused(_("Line %(number)s has a character that doesn't belong into a text.") % {"number": line})
    if name == "openssl.cnf":
        _check_openssl(text)
    elif name != "readme_vpn_win.txt":
        # As long as it can become: what follows the limit of a line would be a line of its own.
        filled = fill_template(text, "u" * LONGEST_COMMON_NAME)
        _check_directives(filled, allowed=DESCRIBING if name == PROFILE else SERVING)


def words(line: str) -> list[str]:
    """The words of a line as OpenVPN takes them apart: quotes of both kinds, backslashes outside of single quotes,
    comments from a `#` or `;` that begins a word. Raises ValueError for a quote that isn't closed."""
    found: list[str] = []
    word, quote, escaped, inside = "", "", False, False
    for character in line:
        ends = False
        if escaped:
            word, escaped, inside = word + character, False, True
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            ends = character == quote
            word = word if ends else word + character
        elif character.isspace():
            ends = inside
        elif character in "#;" and not inside:
            break
        elif character in "\"'" and not inside:
            quote, inside = character, True
        else:
            word, inside = word + character, True
        if ends:
            found.append(word)
            word, quote, inside = "", "", False
    if quote or escaped:
        raise ValueError("open quote or backslash")
    return [*found, word] if inside else found


def _check_directives(text: str, *, allowed: frozenset[str]) -> None:
    within = ""
    for number, parts in _lines(text):
        directive = parts[0]
        if directive.startswith("<"):
            within = _block(parts, within, number)
            continue
        _check_directive(parts, allowed=CONNECTION if within else allowed, number=number)
    if within:
        raise Refused(_("The block <connection> isn't closed."))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line's number and words. A lone carriage return ends a line too: some clients take it so."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if len(line.encode()) > LONGEST_LINE:
            raise Refused(_("Line %(number)s is longer than OpenVPN reads.") % {"number": number})
        try:
            parts = words(line)
        except ValueError as error:
            raise Refused(_("Line %(number)s has a quote that isn't closed.") % {"number": number}) from error
        if parts:
            yield number, parts


def _block(parts: list[str], within: str, number: int) -> str:
    """What we are in after the line. Keys and certificates are put in for each person, never by a template."""
    if parts == ["<connection>"] and not within:
        return "connection"
    if parts == ["</connection>"] and within:
        return ""
    raise Refused(
        _("Line %(number)s: “%(word)s” may not stand in a template.") % {"number": number, "word": parts[0][:40]}
    )


def _check_directive(parts: list[str], *, allowed: frozenset[str], number: int) -> None:
    directive = parts[0].removeprefix("--")
    shown = {"number": number, "word": directive[:40]}
    if directive == "setenv":
        _check_environment(parts, allowed=allowed, number=number)
    elif directive == "push" and len(parts) > 1:
        _check_directives(parts[1], allowed=allowed)
    elif directive in RUNNING or directive.startswith(RUNNING_FAMILIES):
        raise Refused(
            _("Line %(number)s: “%(word)s” can run commands, load programs or write files on somebody's machine.")
            % shown
        )
    elif directive not in allowed:
        raise Refused(_("Line %(number)s: “%(word)s” may not stand in a template.") % shown)
    if _names_a_file(directive, parts[1:]):
        raise Refused(_("Line %(number)s: “%(word)s” names a file outside of the archive.") % shown)


def _names_a_file(directive: str, values: list[str]) -> bool:
    """One that is not of the archive."""
    if directive in PROXIES:
        return bool(values[2:]) and values[2] not in ASKED
    if directive == "auth-user-pass":
        return bool(values)
    return directive in FILES and any("/" in value or "\\" in value for value in values)


def _check_environment(parts: list[str], *, allowed: frozenset[str], number: int) -> None:
    """`setenv opt DIRECTIVE …` is that directive."""
    if len(parts) > 2 and parts[1] == "opt":
        _check_directive(parts[2:], allowed=allowed, number=number)
    elif len(parts) < 2 or parts[1] not in ENVIRONMENT:
        raise Refused(
            _("Line %(number)s: “%(word)s” may not stand in a template.") % {"number": number, "word": "setenv"}
        )


def _check_openssl(text: str) -> None:
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if LOADING.search(line):
            raise Refused(
                _("Line %(number)s: “%(word)s” can run commands, load programs or write files on somebody's machine.")
                % {"number": number, "word": line.strip()[:40]}
            )
