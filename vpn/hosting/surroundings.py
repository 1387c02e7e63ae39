"""What stands round a secret and says what it opens: login, host, kind of place."""

import re
from dataclasses import dataclass, replace

from vpn.hosting.enums import EntryKind, SecretKind
from vpn.hosting.vocabulary import PASSWORDS, PLACES

AROUND = 240
"""Characters before and after a secret that are looked at."""
VAGUE = 60
"""A server is behind everything: another word may stand so much farther off."""

_IP = r"(?:\d{1,3}\.){3}\d{1,3}"
_NAME = r"[a-z0-9-]{1,63}\.[a-z0-9.-]{1,180}[a-z0-9]"
_LOGIN = re.compile(
    r"(?<![\w/])(?:login|username|user|логин|юзер|пользователь)\"?[ \t]{0,3}[:=—–-]?[ \t]{0,4}\"?([\w.@+-]{2,64})",
    re.IGNORECASE,
)
_AT = re.compile(rf"(?<![\w.@/-])([a-z_][\w-]{{0,31}})@({_IP})|(?<![\w.@/-])(root)@({_NAME})", re.IGNORECASE)
_SSH = re.compile(rf"ssh[ \t]+(?:-p[ \t]?\d{{1,5}}[ \t]+)?([\w.-]{{1,32}})@({_IP}|{_NAME})", re.IGNORECASE)
_HOST = re.compile(
    rf"(?<!\w)(?:host|server|ip|хост|сервер|адрес|айпи|домен|сайт)\"?[ \t]{{0,3}}[:=—–-]?[ \t]{{0,4}}({_IP}|{_NAME})",
    re.IGNORECASE,
)
_LINK = re.compile(r"[a-z]{2,12}://(?:[^\s/@]{1,200}@)?([\w.-]{3,253})", re.IGNORECASE)
_BEHIND_AT = re.compile(r"@([\w.-]{3,253})")


@dataclass(frozen=True, slots=True)
class Found:
    """A secret at `text[start:end]`. What stands round it suggests the others; "" where nothing does."""

    start: int
    end: int
    kind: SecretKind
    value: str
    label: str = ""
    login: str = ""
    host: str = ""
    place: EntryKind = EntryKind.OTHER


def placed(found: Found, text: str) -> Found:
    """The same with what its surroundings suggest, the nearest of each kind, what stands before it first."""
    before = text[max(0, found.start - AROUND) : found.start]
    after = text[found.end : found.end + AROUND]
    link = _BEHIND_AT.match(after)
    login, host = found.login, link[1] if link else ""
    for part, at in ((before, -1), (after, 0)):
        if pairs := [*_AT.findall(part), *_SSH.findall(part)]:
            named = [each for each in pairs[at] if each]
            login, host = login or named[0], host or named[1]
        if logins := [each for each in _LOGIN.findall(part) if each.lower() not in PASSWORDS]:
            login = login or logins[at]
        if hosts := _HOST.findall(part) or _LINK.findall(part):
            host = host or hosts[at]
    return replace(found, login=login.strip(".-"), host=host.lower().strip(".-"), place=_place(before, after))


def _place(before: str, after: str) -> EntryKind:
    """By the nearest word that says so."""
    before, after = before.lower(), after.lower()
    nearest, chosen = AROUND * 2, EntryKind.OTHER
    for kind, words in PLACES:
        for word in words:
            ways = [len(before) - at - len(word) for at in [before.rfind(word)] if at >= 0]
            ways += [at + AROUND // 2 for at in [after.find(word)] if at >= 0]
            far = min(ways, default=nearest) + (VAGUE if kind == EntryKind.SERVER else 0)
            if far < nearest:
                nearest, chosen = far, kind
    return chosen
