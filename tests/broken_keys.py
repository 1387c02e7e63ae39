"""Rows about VPN keys that the database must not take."""

from django.utils import timezone

from tests.factories import StaffFactory, TicketFactory
from vpn.models import (
    Access,
    Authority,
    Device,
    DownloadLink,
    Group,
    Key,
    KeyRequest,
    Reminder,
    RevocationList,
    Server,
)

NOW = timezone.now()


def authority(**fields):
    count = Authority.objects.count()
    plain = {"name": f"A {count}", "slug": f"a{count}", "root_pem": "x", "issuing_pem": "x"}
    return Authority.objects.create(**(plain | fields))


def server(**fields):
    count = Server.objects.count()
    plain = {"name": f"S {count}", "slug": f"s{count}", "engine": "wireguard"}
    return Server.objects.create(**(plain | fields))


def device(name="anna-laptop", **fields):
    plain = {"login": "anna", "name": "laptop", "common_name": name, "skeleton": name}
    return Device.objects.create(**(plain | fields))


def key(**fields):
    count = Key.objects.count()
    plain = {
        "device": fields.pop("device", None) or device(f"d-{count}"),
        "engine": "wireguard",
        "common_name": "anna-laptop",
        "public_key": f"k{count}",
        "not_before": NOW,
        "not_after": NOW,
    }
    return Key.objects.create(**(plain | fields))


def serial_twice():
    of = authority()
    for _time in range(2):
        key(engine="openvpn", authority=of, public_key="", serial="7")


def list_twice():
    of = authority()
    for _time in range(2):
        RevocationList.objects.create(authority=of, number=1, pem="x", issued_at=NOW, next_update=NOW)


def access_twice():
    of, there = key(), server()
    for _time in range(2):
        Access.objects.create(key=of, server=there)


def address_twice():
    there = server()
    for _time in range(2):
        Access.objects.create(key=key(), server=there, address="10.0.0.2")


def link_twice():
    of = key()
    for _time in range(2):
        DownloadLink.objects.create(key=of, token_hash="x", expires_at=NOW)


def wish(**fields):
    person = fields.pop("person", None) or StaffFactory()
    plain = {"person": person, "asked_by": person, "device_name": "phone", "reason": "x"}
    return KeyRequest.objects.create(**({"server": fields.pop("server", None) or server()} | plain | fields))


def wish_twice():
    person, there = StaffFactory(), server()
    for _time in range(2):
        wish(person=person, server=there)


def replaced_twice():
    old = key()
    for _time in range(2):
        key(replaces=old)


def reminder(**fields):
    plain = {"key": fields.pop("key", None) or key(), "step": 14, "ticket": TicketFactory()}
    return Reminder.objects.create(**(plain | fields))


def reminder_twice():
    of = key()
    for _time in range(2):
        reminder(key=of)


def group_twice():
    of = server()
    for _time in range(2):
        Group.objects.create(server=of, name="Developers", routes="10.0.0.0/8")


BROKEN_KEYS = [
    ("authority_key_where_it_is", lambda: authority(signer="passphrase")),
    ("authority_key_where_it_is", lambda: authority(encrypted_key_pem="x")),
    ("revocation_list_number_once", list_twice),
    ("vpn_server_has_what_its_engine_needs", lambda: server(engine="openvpn")),
    ("vpn_server_has_what_its_engine_needs", lambda: server(authority=authority())),
    ("vpn_group_name_of_server", group_twice),
    ("device_name_once", lambda: [device(skeleton="a"), device("Anna-Laptop", skeleton="b")]),
    ("key_serial_once", serial_twice),
    ("key_public_once", lambda: [key(public_key="k"), key(public_key="k")]),
    ("key_is_of_its_engine", lambda: key(public_key="")),
    ("key_is_of_its_engine", lambda: key(engine="openvpn", authority=authority(), public_key="", serial="0x7")),
    ("key_blocked_since", lambda: key(state="blocked")),
    ("key_revoked_is_not_kept", lambda: key(state="revoked", private_key="x")),
    ("access_once", access_twice),
    ("access_address_once", address_twice),
    ("key_request_decided_by_somebody", lambda: wish(state="approved")),
    ("key_request_decided_by_somebody", lambda: wish(decided_at=NOW)),
    ("key_request_issued_has_key", lambda: wish(state="issued", decided_at=NOW, decided_by=StaffFactory())),
    ("key_request_open_once", wish_twice),
    ("reminder_once", reminder_twice),
    ("reminder_of_a_step", lambda: reminder(step=7)),
]
