"""What is wrong with hosts of servers, in sentences for administrators."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vpn.enums import BlocksBy, CanaryResult, Engine, ListState
from vpn.models import Ending, Host
from vpn.models.serving import CANARY_LATE, REMEMBERED, UNDONE
from vpn.pki.certificates import read_certificate

ENDS_SOON = timedelta(days=7)
"""Lists are good for a month and made anew each day: one with so little left does not reach its host any more."""

CERTIFICATE_DAYS = 30


class About(StrEnum):
    """What a trouble is about: each has a watched series of its own."""

    HOST = "host"
    LIST = "list"
    CANARY = "canary"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Trouble:
    """`words` is one sentence or two in the language of now."""

    about: About
    server: str
    words: str


LISTS: dict[str, Any] = {
    ListState.MISSING: gettext_lazy(
        "%(server)s: the revocation list is missing. OpenVPN goes on with the one it has read: whoever is revoked from"
        " now on stays in."
    ),
    ListState.UNREADABLE: gettext_lazy(
        "%(server)s: OpenVPN can't read its revocation list, so revoked keys open the server."
    ),
    ListState.GARBAGE: gettext_lazy(
        "%(server)s: what lies in place of the revocation list is none. OpenVPN refuses everybody."
    ),
    ListState.FOREIGN: gettext_lazy("%(server)s: another authority signed the revocation list. OpenVPN can't use it."),
    ListState.FUTURE: gettext_lazy(
        "%(server)s: the revocation list is dated in the future: a clock is wrong. OpenVPN refuses everybody."
    ),
    ListState.EXPIRED: gettext_lazy("%(server)s: the revocation list has expired. OpenVPN refuses everybody."),
}
CANARIES: dict[str, Any] = {
    CanaryResult.LET_IN: gettext_lazy(
        "%(server)s: a key that was revoked for ever was let in: the server does not look at its revocation list."
    ),
    CanaryResult.REFUSED: gettext_lazy(
        "%(server)s: a revoked key was refused, but not because it is revoked: %(detail)s"
    ),
    CanaryResult.SILENT: gettext_lazy(
        "%(server)s: whether a revoked key is refused can't be said: the server did not answer. %(detail)s"
    ),
}


def all_troubles() -> list[Trouble]:
    """Of every server in use, in a constant number of statements."""
    now, found = timezone.now(), []
    late = {
        each["server"]: each["oldest"]
        for each in Ending.objects.due()
        .filter(asked_at__lt=now - UNDONE, server__is_active=True)
        .order_by()
        .values("server")
        .annotate(oldest=Min("asked_at"))
    }
    for host in Host.objects.watched().select_related("server__canary"):
        found += troubles_of(host, late_since=late.get(host.server_id))
    return found


def troubles_of(host: Host, *, late_since: datetime | None) -> list[Trouble]:
    """`late_since`: since when a session there should be over."""
    return [*_of_host(host), *_of_list(host), *_of_canary(host), *_of_endings(host, late_since)]


def _of_host(host: Host) -> Iterator[Trouble]:
    server = host.server.name
    if host.reported_at is None and host.is_silent:
        yield Trouble(About.HOST, server, _("%(server)s: the host has never reported.") % {"server": server})
    elif host.is_silent:
        since = {"server": server, "at": _moment(host.reported_at)}
        yield Trouble(About.HOST, server, _("%(server)s: the host has not reported since %(at)s.") % since)
    if (days := _days_left(host)) is not None and days < CERTIFICATE_DAYS:
        words = ngettext(
            "%(server)s: its own certificate ends in %(count)d day, then nobody connects. Take new files for it.",
            "%(server)s: its own certificate ends in %(count)d days, then nobody connects. Take new files for it.",
            max(days, 0),
        )
        yield Trouble(About.HOST, server, words % {"server": server, "count": max(days, 0)})
    for each in host.troubles:
        yield Trouble(About.HOST, server, f"{server}: {each}")


def _of_list(host: Host) -> Iterator[Trouble]:
    if host.server.engine != Engine.OPENVPN or host.blocks_by == BlocksBy.DIRECTORY or not host.reported_at:
        return
    now, server = timezone.now(), host.server.name
    told = {"server": server, "at": _moment(host.list_until), "reason": host.list_refused}
    if host.list_state in LISTS:
        yield Trouble(About.LIST, server, str(LISTS[host.list_state]) % told)
    elif host.list_until is not None and host.list_until < now:  # it ran out since the host last looked
        yield Trouble(About.LIST, server, str(LISTS[ListState.EXPIRED]) % told)
    elif host.list_until is not None and host.list_until < now + ENDS_SOON:
        words = _("%(server)s: the revocation list is good only until %(at)s; then OpenVPN refuses everybody.")
        yield Trouble(About.LIST, server, words % told)
    if host.list_refused:
        words = _("%(server)s: the host does not take the new revocation list: %(reason)s")
        yield Trouble(About.LIST, server, words % told)
    if host.list_restored_from and host.list_restored_at and host.list_restored_at > now - REMEMBERED:
        words = _(
            "%(server)s: the revocation list was %(state)s until %(at)s and has been put right. Look who did that."
        )
        state = ListState(host.list_restored_from).label
        yield Trouble(About.LIST, server, words % {**told, "state": state, "at": _moment(host.list_restored_at)})


def _of_canary(host: Host) -> Iterator[Trouble]:
    if host.server.engine != Engine.OPENVPN:
        return
    server, canary = host.server.name, getattr(host.server, "canary", None)
    if canary is None:
        words = _("%(server)s has no canary: nobody tries whether revoked keys are refused.") % {"server": server}
        yield Trouble(About.CANARY, server, words)
    elif host.canary_result in CANARIES:
        told = {"server": server, "detail": host.canary_detail}
        yield Trouble(About.CANARY, server, str(CANARIES[host.canary_result]) % told)
    elif timezone.now() - max(host.canary_at or host.made_at, canary.made_at) > CANARY_LATE:
        words = _("%(server)s: for two hours nobody has tried whether revoked keys are refused.") % {"server": server}
        yield Trouble(About.CANARY, server, words)


def _of_endings(host: Host, since: datetime | None) -> Iterator[Trouble]:
    if since is not None:
        seconds = int((timezone.now() - since).total_seconds())
        words = ngettext(
            "%(server)s: somebody who must not be connected may be so still, for %(count)d minute.",
            "%(server)s: somebody who must not be connected may be so still, for %(count)d minutes.",
            seconds // 60,
        )
        yield Trouble(About.ENDING, host.server.name, words % {"server": host.server.name, "count": seconds // 60})


def _days_left(host: Host) -> int | None:
    """Of the server's own certificate, as far as it was made here."""
    if not host.server.certificate_pem:
        return None
    return (read_certificate(host.server.certificate_pem).not_after - timezone.now()).days


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""
