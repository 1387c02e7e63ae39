"""Sessions that must not go on."""

from django.db import transaction
from django.db.models import QuerySet

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record
from vpn.enums import Engine, WhyEnded
from vpn.models import Ending, Host, Key, Server, Session
from vpn.servers.permissions import can_keep_servers


@transaction.atomic
def end_sessions(*, key: Key, why: str, by: User | None = None) -> int:
    """Whoever is connected by this key is to be put out, at every server that has a host and would let the key in. The
    number of servers that were asked."""
    servers = Server.objects.filter(host__isnull=False)
    if key.engine == Engine.WIREGUARD:
        servers = servers.filter(accesses__key=key)
    else:
        servers = servers.filter(authority=key.authority_id)
    name = key.public_key or key.common_name
    asked = [Ending(server=each, key=key, name=name, why=why, asked_by=by) for each in servers.order_by("pk")]
    Ending.objects.bulk_create(asked, ignore_conflicts=True)
    turn_hosts(servers=[each.server for each in asked])
    return len(asked)


@transaction.atomic
def disconnect(*, session: Session, by: User) -> Ending:
    """This one is put out; with a valid key they may come back. Raises NotAllowed."""
    ensure(can_keep_servers(by))
    ending, _made = Ending.objects.get_or_create(
        server=session.server,
        name=session.name,
        done_at=None,
        defaults={"key": session.key, "why": WhyEnded.ASKED, "asked_by": by},
    )
    record(verb="vpn_session_ended", subject=session.server, by=by, name=session.name)
    turn_hosts(servers=[session.server])
    return ending


def turn_hosts(*, servers: "list[Server]") -> None:
    """Once this is committed, hosts that Helpdesk reaches itself do what they should; others ask soon."""
    _turn(Host.objects.filter(server__in=[each.pk for each in servers]))


def turn_hosts_of(*, key: Key) -> None:
    """The same for the servers that the key opens."""
    _turn(Host.objects.filter(server__accesses__key=key))


def _turn(hosts: QuerySet[Host]) -> None:
    from vpn.servers.tasks import turn  # noqa: PLC0415 - the task turns hosts, by this module's rows

    for host in hosts.filter(is_direct=True).order_by("pk").values_list("pk", flat=True):
        ring(turn, host)
