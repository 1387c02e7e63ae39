"""A host that asks: what is packed for it, run as it is run there, against the program's own door."""

import json
import os
import tarfile
from io import BytesIO

import pytest

from tests.vpn.servers.world import PASSPHRASE, make_site
from vpn.actions import revoking
from vpn.enums import CanaryResult, ListState
from vpn.models import Ending, Host, RevocationList, Server, Session
from vpn.servers.actions import hosting, installing
from vpn.servers.actions.hosting import HostDetails

TRANSACTION = pytest.mark.django_db(transaction=True)


@pytest.mark.openvpn
@pytest.mark.xdist_group("openvpn")
@pytest.mark.django_db(transaction=True)
def test_host_asks_does_and_reports(lab, live_server, settings):
    """The packed program, its packed settings, OpenVPN with the packed configuration."""
    from tests.vpn.servers.world import make_company

    company = make_company()
    settings.SITE_URL = live_server.url
    site = make_site(lab, company)
    Host.objects.update(is_direct=False)
    told = json.loads((site.folder / "host.json").read_text()) | {"openvpn": [*lab.in_client, "openvpn"]}
    site.start()
    alice, bob = company.issue("alice", site.server), company.issue("bob", site.server)
    first, second = site.connect(alice), site.connect(bob)
    assert first.is_up()
    assert second.is_up()

    assert lab.ask(told) == (0, "")

    host = Host.objects.get(pk=site.host.pk)
    assert (host.list_state, host.canary_result, str(host.reported_from)) == (
        ListState.FINE,
        CanaryResult.REVOKED,
        "127.0.0.1",
    )
    assert set(Session.objects.live().values_list("name", flat=True)) == {"alice-laptop", "bob-laptop"}

    company.revoke(alice)
    revoking.block_key(key=bob, by=company.ada)
    assert Ending.objects.due().count() == 2
    assert lab.ask(told) == (0, "")

    assert not Ending.objects.due().exists()
    assert site.running.connected() == set()
    assert not second.pings(site.address)
    assert bob.serial in os.listdir(site.folder / "blocked")
    assert (site.folder / "crl.pem").read_text() == RevocationList.objects.newest(company.authority).pem


@pytest.mark.django_db
def test_door_without_the_token_or_with_anothers_is_shut(client, company, tmp_path):
    from tests.vpn.servers.world import make_host, make_server

    server, other = make_server(company), make_server(company)
    host, others = make_host(company, server, folder=tmp_path), make_host(company, other, folder=tmp_path)
    old = hosting.renew_token(host=host, by=company.ada)
    token = hosting.renew_token(host=host, by=company.ada)

    def asked(token: str, path: str = "/vpn/pull/") -> int:
        return client.post(path, headers={"Authorization": token} if token else {}).status_code

    assert [asked(each) for each in ("", "Bearer ", f"Bearer {old}", f"Basic {token}", "Bearer x")] == [401] * 5
    assert asked("Bearer x", "/vpn/report/") == 401
    assert asked(f"Bearer {token}") == 200
    assert client.get("/vpn/pull/", headers={"Authorization": f"Bearer {token}"}).status_code == 405
    assert client.post("/vpn/pull/", headers={"Authorization": f"Bearer {token}"}).json()["server"] == server.slug
    assert Server.objects.filter(pull_token_hash__contains=token).count() == 0
    Host.objects.filter(pk=others.pk).update(asked_at=None)
    Server.objects.filter(pk=server.pk).update(is_active=False)
    assert asked(f"Bearer {token}") == 401


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [b"", b"[]", b"{", b'{"crl": {"state": "splendid"}}', b'{"sessions": [{"name": "%s"}]}' % (b"x" * 65),
     b'{"troubles": ["a", 7]}', b'{"sessions": [{"name": "a", "since": -1}]}', b'{"ended": [{"id": 1}]}',
     b'{"sessions": [{"name": "a", "received": 99999999999999999999999}]}'],
)  # fmt: skip
def test_report_that_is_none_is_refused_and_changes_nothing(client, company, tmp_path, said):
    from tests.vpn.servers.world import make_host, make_server

    host = make_host(company, make_server(company), folder=tmp_path)
    token = hosting.renew_token(host=host, by=company.ada)

    answer = client.post(
        "/vpn/report/", said, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 422
    assert Host.objects.get(pk=host.pk).reported_at is None


@pytest.mark.django_db
def test_report_of_one_host_ends_nothing_at_another(client, company, tmp_path):
    from tests.vpn.servers.world import make_host, make_server

    mine, other = make_server(company), make_server(company)
    host = make_host(company, mine, folder=tmp_path)
    make_host(company, other, folder=tmp_path)
    theirs = Ending.objects.create(server=other, name="alice", why="revoked")
    token = hosting.renew_token(host=host, by=company.ada)

    said = {"ended": [{"id": theirs.pk, "done": True}], "sessions": []}
    answer = client.post(
        "/vpn/report/", json.dumps(said), content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 200
    assert list(Ending.objects.due()) == [theirs]


@pytest.mark.django_db
def test_files_for_a_host_hold_what_it_needs_with_the_right_modes(company, tmp_path, settings):
    from tests.vpn.servers.world import make_host, make_server

    settings.SITE_URL = "https://desk.example"
    server = make_server(company, routes="10.1.0.0/16\n10.2.0.0/16", dns="10.1.0.53", management_password="word")
    host = make_host(company, server, folder="/etc/openvpn/helpdesk")
    company.publish()

    content = installing.take_files(host=host, by=company.ada, passphrase=PASSPHRASE)
    with tarfile.open(fileobj=BytesIO(content)) as packed:
        modes = {each.name.partition("/")[2]: each.mode for each in packed.getmembers() if each.isfile()}
        assert modes == {
            "server.conf": 0o644, "ca.crt": 0o644, "tls.key": 0o600, "crl.pem": 0o644, "not_blocked": 0o755,
            "management.password": 0o600, "server.crt": 0o644, "server.key": 0o600, "helpdesk_vpn_host.pyz": 0o755,
            "host.json": 0o600, "helpdesk-vpn-host.service": 0o644, "README.txt": 0o644,
        }  # fmt: skip
        config = packed.extractfile(f"{server.slug}/server.conf").read().decode()
        assert 'push "route 10.1.0.0 255.255.0.0"' in config
        assert 'push "dhcp-option DNS 10.1.0.53"' in config
        told = json.loads(packed.extractfile(f"{server.slug}/host.json").read())
        assert hosting.host_with(told["token"]) == host
        assert told["url"] == "https://desk.example"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("network", "10.8.0.0/24\nup /bin/sh"),
        ("routes", "10.1.0.0/16 255.255.0.0\nplugin x"),
        ("dns", "8.8.8.8;reboot"),
        ("remotes", "vpn.example 1194 udp\nup /bin/sh"),
        ("remotes", ""),
    ],
)
def test_server_whose_row_would_become_a_directive_is_refused(company, column, value):
    from helpdesk.core.errors import Refused
    from tests.vpn.servers.world import make_server
    from vpn.servers.configuration import server_config

    server = make_server(company, **{column: value})

    with pytest.raises(Refused):
        server_config(server, Host(server=server, folder="/etc/openvpn/helpdesk"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "details",
    [
        {"folder": "/etc/x y"},
        {"folder": "relative"},
        {"folder": "/etc/$(id)"},
        {"folder": "/etc/x\nup y"},
        {"runs_as": "nobody nogroup"},
        {"canary_remote": "host"},
        {"canary_remote": "host 1194 udp\nup x"},
    ],
)
def test_host_whose_details_would_become_a_directive_is_refused(company, details):
    from helpdesk.core.errors import Refused
    from tests.vpn.servers.world import make_server

    with pytest.raises(Refused):
        hosting.set_up(server=make_server(company), details=HostDetails(**details), by=company.ada)
