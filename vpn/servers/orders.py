"""What a host is to do: read from the tables each time it asks."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from vpn.enums import BlocksBy, Engine, KeyState
from vpn.models import Access, Canary, Ending, Group, Host, Key, RevocationList, Server
from vpn.models.serving import CANARY_EVERY
from vpn.networks import networks_of
from vpn.servers.configuration import pushed_route
from vpn.servers.profiles import canary_profile


def orders_for(host: Host) -> dict[str, Any]:
    """Of the server as it should be by now, in JSON; see `host.agent`."""
    server = host.server
    orders: dict[str, Any] = {"server": server.slug, "engine": server.engine, "end": [], "blocked": []}
    orders["now"] = int(timezone.now().timestamp())
    if server.engine == Engine.WIREGUARD:
        return orders | {"peers": peers_of(server)}
    authority = server.authority
    assert authority is not None, "vpn_server_has_what_its_engine_needs"
    newest = RevocationList.objects.newest(authority)
    return orders | {
        "crl": newest.pem if newest else "",
        "authorities": f"{authority.issuing_pem.strip()}\n{authority.root_pem.strip()}\n",
        "blocked": refused_serials(host),
        "routes": routes_of_clients(server),
        "end": [{"id": each.pk, "name": each.name} for each in Ending.objects.due().filter(server=server)],
        "canary": _canary(host) if newest else None,
    }


def refused_serials(host: Host) -> list[str]:
    """Decimal serials that may not enter: of blocked keys, of keys to other servers of the same authority, and of those
    that were revoked. A key of which no server is known, for it was taken over, opens them all.

    Where a revocation list decides as well, the canary is left to it: it shows whether the list is looked at.
    """
    authority = host.server.authority_id
    known = Access.objects.filter(key=OuterRef("pk"))
    opens = known.filter(server=host.server)
    keys = Key.objects.filter(authority=authority, not_after__gt=timezone.now()).filter(
        ~Q(state=KeyState.VALID) | Exists(known) & ~Exists(opens)
    )
    if host.blocks_by == BlocksBy.SCRIPT:
        keys = keys.filter(canary_of__isnull=True)
    return sorted(keys.values_list("serial", flat=True))


def routes_of_clients(server: Server) -> dict[str, list[str]]:
    """What is pushed to a client besides what everybody gets, by its common name: routes of its owner's groups."""
    by_person = Group.objects.filter(server=server).routes_by_person()
    keys = Key.objects.live().filter(accesses__server=server, device__owner__in=by_person)
    return {
        name: [pushed_route(each) for each in networks_of(" ".join(sorted(by_person[owner])))]
        for name, owner in keys.order_by("pk").values_list("common_name", "device__owner")
    }


def peers_of(server: Server) -> list[dict[str, str]]:
    """WireGuard knows no dates: who may not enter any more is simply not there."""
    accesses = Access.objects.filter(
        server=server, key__state=KeyState.VALID, key__not_after__gt=timezone.now(), address__isnull=False
    )
    return [
        {
            "public_key": each.key.public_key,
            "preshared": each.key.preshared_key,
            "address": f"{each.address}/{128 if ':' in str(each.address) else 32}",
        }
        for each in accesses.select_related("key").order_by("pk")
    ]


def _canary(host: Host) -> dict[str, str] | None:
    """Once an hour."""
    canary = Canary.objects.filter(server=host.server).select_related("key").first()
    if canary is None:
        return None
    if host.canary_at is not None and host.canary_at > timezone.now() - CANARY_EVERY:
        return None
    return {"profile": canary_profile(host.server, canary), "serial": canary.key.serial}
