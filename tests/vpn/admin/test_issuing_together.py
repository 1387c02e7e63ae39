"""Eight administrators press *Issue* at once over HTTP, and the signer is killed amid: what they were told is so."""

import signal
from urllib.parse import urlsplit

import pytest
from django.db import connections

from helpdesk.accounts.models import User
from helpdesk.operations.bench.pressing import administrator, press, press_together, reckon
from tests.factories import StaffFactory
from tests.vpn.signer.processes import SignerProcess
from tests.vpn_world import authority_at, openvpn_server
from vpn.models import Key
from vpn.signer.folder import LEDGER
from vpn.signer.ledger import Ledger

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.django_db(transaction=True)]
KEYS, CLIENTS = 40, 8


@pytest.fixture
def process(tmp_path):
    with SignerProcess(tmp_path, "--per-hour=1000") as running:
        yield running


@pytest.fixture
def people(nobody_rings):
    return [StaffFactory() for _each in range(KEYS)]


@pytest.fixture
def clients(live_server, nobody_rings):
    made = [administrator(urlsplit(live_server.url).port) for _each in range(CLIENTS)]
    yield made
    for client in made:
        client.close()
    connections.close_all()


def serials_of(process: SignerProcess) -> set[int]:
    ledger = Ledger(process.folder / LEDGER, is_looked_at=True)
    ledger.close()
    return ledger.serials


def test_keys_by_eight_clients_while_the_signer_is_killed_are_all_there_and_whole(process, people, clients, settings):
    settings.VPN_ISSUES_PER_TEN_MINUTES = KEYS
    server, killed = openvpn_server(authority_at(process.socket)), []

    def kill() -> None:
        killed.append(process.kill())
        process.start()

    made = press_together(clients, people, server, kill=kill, at=[0.4])

    found = reckon(made, people, serials_of(process))
    assert killed == [-signal.SIGKILL]
    assert found | {"refused": 0, "unheard": 0} == {
        "keys": KEYS,
        "refused": 0,
        "failed": 0,
        "lost": 0,
        "half_done": 0,
        "unheard": 0,
        "serials_unique": True,
    }
    assert found["refused"] <= CLIENTS  # those whose patience ended before the signer was back, on a slow machine
    assert User.objects.filter(devices__keys__isnull=False).distinct().count() == KEYS


def test_reckoning_says_what_is_lost_and_what_is_left_half_done(process, people, clients, settings):
    settings.VPN_ISSUES_PER_TEN_MINUTES = KEYS
    server = openvpn_server(authority_at(process.socket))
    made = [press(clients[0], person, server) for person in people[:3]]
    ledger = serials_of(process)
    first, second, third = Key.objects.order_by("pk")

    assert reckon(made, people, ledger)["lost"] == 0
    assert reckon(made, people, ledger - {int(first.serial)})["lost"] == 1
    assert reckon(made[1:], people, ledger)["half_done"] == 1
    second.links.all().delete()
    assert reckon(made, people, ledger)["half_done"] == 1
    third.private_key = "kept too long"
    third.save(update_fields=["private_key"])
    assert reckon(made, people, ledger)["half_done"] == 2


def test_limit_holds_for_each_who_issues_while_all_press_at_once(process, people, clients, settings):
    settings.VPN_ISSUES_PER_TEN_MINUTES = 2
    server = openvpn_server(authority_at(process.socket))
    one = clients[0]
    same = [type(one)(one.host, one.port, one.session, one.csrf) for _each in range(CLIENTS)]

    made = press_together(same, people[:CLIENTS], server, kill=lambda: None, at=[])

    assert sum(each.key is not None for each in made) == 2
    assert {each.status for each in made} == {200, 422}
    assert Key.objects.count() == 2
    for client in same:
        client.close()
