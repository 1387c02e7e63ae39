"""Questions to panels by HTTPS: to the door's own address alone, with its own authority, told in one sentence."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from helpdesk.core import outgoing
from helpdesk.core.errors import Refused
from vpn.hosting.connectors.base import Door, Site, SiteCertificate, tidy

SECONDS = 15.0
MOST_BYTES = 4 * 1024 * 1024
ASKED_SITES = 30
"""Sites whose certificates are looked at one by one, where a panel tells nothing of them."""
FORM = "application/x-www-form-urlencoded"


class Unwanted(Refused):
    """The panel declined, in its own words. `code` is as the panel has it."""

    def __init__(self, words: str, code: str = "") -> None:
        super().__init__(words)
        self.code = code


def sound_https(address: str, *, port: int) -> str:
    """`https://host:port` of what a person wrote; without a port that of the panel. Raises Refused."""
    written = address.strip().rstrip("/")
    target = outgoing.target_of(written if "://" in written else f"https://{written}")
    if target.scheme != "https":
        raise Refused(_("A panel is asked by https:// alone."))
    host = f"[{target.host}]" if ":" in target.host else target.host
    named = urlsplit(written if "://" in written else f"https://{written}").port
    return f"https://{host}:{named or port}"


def ask(
    door: Door,
    path: str,
    *,
    ports: frozenset[int],
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> outgoing.Answer:
    """GET, or POST of a form or a body. Redirects are refused: a panel that has moved gets a new address by hand, and
    its credential goes nowhere else. Raises Refused."""
    told = dict(headers or {})
    if form is not None:
        body, told["Content-Type"] = urlencode(form).encode(), FORM
    url, limits = door.address + path, {"seconds": SECONDS, "most": MOST_BYTES, "authority": door.authority}
    if body is None:
        answer = outgoing.get(url, headers=told, ports=ports, **limits)  # type: ignore[arg-type]
    else:
        answer = outgoing.post(url, body=body, headers=told, ports=ports, **limits)  # type: ignore[arg-type]
    if 300 <= answer.status < 400:
        raise Refused(_("The panel leads to another address: mend the address of the door."))
    if answer.status in {401, 403}:
        raise Refused(_("The panel does not accept the login or its secret, or not from this server's address."))
    if answer.status >= 500:
        raise Refused(_("The panel answers with an error of its own (%(status)s).") % {"status": answer.status})
    return answer


def as_json(answer: outgoing.Answer) -> dict[str, object]:
    """The object that came. Raises Refused for anything else."""
    found = any_json(answer)
    if not isinstance(found, dict):
        raise broken()
    return found


def any_json(answer: outgoing.Answer) -> object:
    """Raises Refused for what is no JSON."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise broken() from error


def broken() -> Refused:
    return Refused(_("The panel answers with something that its description does not have."))


def unwanted(said: object, code: str = "") -> Unwanted:
    words = tidy(said).rstrip(".") or "?"
    return Unwanted(_("The panel declines: %(words)s.") % {"words": words}, code)


def basic(door: Door) -> dict[str, str]:
    """RFC 7617."""
    return {"Authorization": "Basic " + base64.b64encode(f"{door.login}:{door.secret}".encode()).decode()}


def rows(value: object) -> list[dict[str, object]]:
    """The objects of a list; one alone counts as a list, as converters from XML have it."""
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, dict)]


def number(value: object) -> float | None:
    """Raises nothing: what is no number is None, as "unlimited" is."""
    try:
        return float(str(value).strip())
    except ValueError:
        return None


def size(value: object, unit: int = 1) -> int | None:
    """Bytes of a number in `unit`, or with a letter behind it (`123M`); None where it says nothing or "unlimited"."""
    text = str(value).strip().upper().removesuffix("IB").removesuffix("B")
    powers = {"K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
    found = number(text[:-1]) if text[-1:] in powers else number(text)
    if found is None or not 0 <= found < 2**60:
        return None
    return int(found * (powers[text[-1]] if text[-1:] in powers else unit))


def moment(seconds: object) -> datetime | None:
    """Of seconds since 1970."""
    found = number(seconds)
    try:
        return datetime.fromtimestamp(found, UTC) if found else None
    except (OverflowError, OSError, ValueError):
        return None


def shown_certificates(sites: list[Site]) -> list[SiteCertificate]:
    """What the sites themselves show to visitors. One that shows nothing, or lies where we may not go, is left out."""
    found: list[SiteCertificate] = []
    for site in [each for each in sites if each.is_active and "*" not in each.name][:ASKED_SITES]:
        try:
            shown = outgoing.presented_certificate(outgoing.target_of(f"https://{site.name}/").host)
        except outgoing.OutgoingError:
            continue
        found.append(SiteCertificate(site.name, shown.not_valid_after_utc))
    return found
