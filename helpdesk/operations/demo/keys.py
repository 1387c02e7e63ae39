"""Keys to a made-up VPN: so that their pages are not empty. No private key of anybody is among them."""

import hashlib
from datetime import timedelta

from django.utils import timezone

from helpdesk.accounts.models import User
from vpn.enums import Engine
from vpn.models import Access, Device, Key, KeyRequest, Server
from vpn.names import skeleton_of
from vpn.wireguard import new_pair

DAYS = 397


def hand_out(*, to: User, asked_by: User) -> None:
    """A WireGuard server, `to` with a key for a laptop and a phone, and somebody who waits for one."""
    private_key, public_key = new_pair()
    server = Server.objects.create(
        name="Phones (WireGuard)",
        slug="phones",
        engine=Engine.WIREGUARD,
        endpoint="vpn.example.org:51820",
        network="10.9.0.0/24",
        private_key=private_key,
        public_key=public_key,
    )
    for number, device in enumerate(("laptop", "phone"), start=2):
        _key(server, to, device, f"10.9.0.{number}")
    KeyRequest.objects.create(
        person=asked_by, asked_by=asked_by, server=server, device_name="laptop", reason="Works from home on Fridays."
    )


def _key(server: Server, owner: User, device: str, address: str) -> None:
    login = (owner.email or "").partition("@")[0]
    name, now = f"{login}-{device}", timezone.now()
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
        handed_out_at=now,
    )
    Access.objects.create(key=made, server=server, address=address)
