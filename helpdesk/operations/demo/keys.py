"""Keys to a made-up VPN: so that their pages are not empty. No private key of anybody is among them."""

import hashlib
from datetime import timedelta

from django.utils import timezone

from helpdesk.accounts.models import User
from vpn.enums import Engine
from vpn.models import Access, Device, Host, Key, KeyRequest, Server, Session
from vpn.names import skeleton_of
from vpn.wireguard import new_pair

DAYS = 397


def hand_out(*, to: User, asked_by: User, open_to: User) -> None:
    """A WireGuard server, `to` with a key for a laptop and a phone, where they were connected, and somebody who waits
    for one; the company of `open_to` may ask for keys as well. Another server was switched off, so that nobody waits
    for word of its host."""
    server = _server("Phones (WireGuard)", "phones", "vpn.example.org:51820", "10.9.0.0/24")
    assert open_to.organisation is not None, "a customer of the demo works for a company"
    server.organisations.add(open_to.organisation)
    for number, device in enumerate(("laptop", "phone"), start=2):
        _connected(_key(server, to, device, f"10.9.0.{number}"), server, hours=number)
    old = _server("Old office (WireGuard)", "old-office", "old.example.org:51820", "10.8.0.0/24", is_active=False)
    ended = timezone.now() - timedelta(days=12)
    Host.objects.create(
        server=old, interface="wg0", asked_at=ended, reported_at=ended, reported_from="192.0.2.17", made_at=ended
    )
    KeyRequest.objects.create(
        person=asked_by, asked_by=asked_by, server=server, device_name="laptop", reason="Works from home on Fridays."
    )


def _server(name: str, slug: str, endpoint: str, network: str, *, is_active: bool = True) -> Server:
    private_key, public_key = new_pair()
    return Server.objects.create(
        name=name,
        slug=slug,
        engine=Engine.WIREGUARD,
        is_active=is_active,
        endpoint=endpoint,
        network=network,
        private_key=private_key,
        public_key=public_key,
    )


def _connected(key: Key, server: Server, *, hours: int) -> None:
    """Yesterday, for so long."""
    ended = timezone.now() - timedelta(days=1)
    Session.objects.create(
        server=server,
        key=key,
        name=key.public_key,
        real="198.51.100.24:51820",
        address=f"10.9.0.{hours}/32",
        received=hours * 9_300_000,
        sent=hours * 71_000_000,
        connected_at=ended - timedelta(hours=hours),
        seen_at=ended,
        ended_at=ended,
    )
    Key.objects.filter(pk=key.pk).update(last_seen_at=ended)


def _key(server: Server, owner: User, device: str, address: str) -> Key:
    login = (owner.email or "").partition("@")[0]
    name, now = f"{login}-{device}", timezone.now() - timedelta(days=30)
    _private_key, public_key = new_pair()
    made = Key.objects.create(
        device=Device.objects.create(
            owner=owner, login=login, name=device, common_name=name, skeleton=skeleton_of(name)
        ),
        engine=Engine.WIREGUARD,
        common_name=name,
        fingerprint=hashlib.sha256(public_key.encode()).hexdigest(),
        public_key=public_key,
        not_before=now,
        not_after=now + timedelta(days=DAYS),
        issued_at=now,
        handed_out_at=now,
    )
    Access.objects.create(key=made, server=server, address=address)
    return made
