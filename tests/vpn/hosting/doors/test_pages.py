"""The pages of doors and temporary accesses, as people of each kind see them."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.enums import Role
from tests.browsers import browser_of, proved
from tests.peers import sshd as servers
from tests.peers.ispmanager import SECRET
from tests.vpn.hosting.doors.conftest import FOUR_HOURS, accounts, fresh, grant, work_off
from vpn.hosting.actions import doors, temporary
from vpn.hosting.actions.doors import DoorDetails
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.enums import AccessState
from vpn.hosting.models import EntryDoor, TemporaryAccess

pytestmark = pytest.mark.django_db
COUNTS = [10, 4, 4, 7]
SCRIPT = "<script>alert(1)</script>.example"


def url(place, path=""):
    return f"/desk/access/{place.pk}/{path}"


def test_access_is_asked_for_made_shown_once_and_ended(door, anna, panel, place):
    desk = browser_of(anna)
    asked = desk.post(url(place, "temporary/"), {"door": door.pk, "hours": "4", "reason": "The shop is down."})
    waiting = desk.get(asked["Location"])
    work_off()
    ready = desk.get(asked["Location"])
    shown = desk.post(asked["Location"] + "delivery/")
    again = desk.post(asked["Location"] + "delivery/")
    ended = desk.post(asked["Location"] + "removal/")
    work_off()
    over = desk.get(asked["Location"])

    access = TemporaryAccess.objects.get()
    secret = re.search(r'id="given_value"[^>]*value="([^"]+)"', shown.content.decode())[1]
    assert asked.status_code == 303
    assert (waiting["Refresh"], "Refresh" in ready) == ("3", False)
    assert "It is ready" in ready.content.decode()
    assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
    assert len(secret) >= 20
    assert secret not in ready.content.decode() + again.content.decode()
    assert (again.status_code, ended.status_code) == (422, 303)
    assert "It has been removed" in over.content.decode()
    assert (access.state, accounts(panel)) == (AccessState.ENDED, set())


def test_form_that_says_too_little_comes_back(door, anna, place):
    desk = browser_of(anna)

    for form in ({}, {"door": door.pk, "hours": "999", "reason": "x"}, {"door": door.pk, "hours": "4", "reason": " "}):
        assert desk.post(url(place, "temporary/"), form).status_code == 422
    unknown = desk.post(url(place, "temporary/"), {"door": door.pk, "hours": "4", "reason": "x", "ticket": "99999"})

    assert "There is no such ticket" in unknown.content.decode()
    assert TemporaryAccess.objects.count() == 0


def test_entry_that_wants_a_proof_asks_for_it(door, anna, place):
    place.needs_proof = True
    place.save()
    desk = browser_of(anna)
    form = {"door": door.pk, "hours": "4", "reason": "Work"}

    led_away = desk.post(url(place, "temporary/"), form)
    taken = proved(desk).post(url(place, "temporary/"), form)

    assert "/desk/access/" not in led_away["Location"].split("?")[0]
    assert taken["Location"].startswith(url(place, "temporary/"))


def test_shown_only_to_whom_it_was_made_for(made, pavel, place):
    answer = browser_of(pavel).post(url(place, f"temporary/{made.pk}/delivery/"))

    assert (answer.status_code, fresh(made).shown_at) == (403, None)


@pytest.mark.parametrize("path", ["temporary/{access}/", "doors/{door}/", "temporary/"])
def test_contractor_without_a_grant_and_customers_find_nothing(made, oleg, clara, place, path):
    address = url(place, path.format(access=made.pk, door=made.door_id))

    assert browser_of(oleg).get(address).status_code == 404
    assert browser_of(clara).get(address).status_code == 403


def test_contractor_sees_their_own_accesses_alone(made, oleg, pavel, place):
    grant(place, oleg, pavel)
    own = temporary.ask(door=made.door, for_whom=oleg, by=oleg, reason="Checkout", lasting=FOUR_HOURS)
    desk = browser_of(oleg)

    assert desk.get(url(place, f"temporary/{made.pk}/")).status_code == 404
    assert desk.get(url(place, f"temporary/{own.pk}/")).status_code == 200
    assert made.name not in desk.get(url(place)).content.decode()


def test_access_under_another_entry_is_not_found(made, pavel, shop, anna):
    from vpn.hosting.models import Entry

    other = Entry.objects.create(organisation=shop, name="Another", created_by=pavel)

    assert browser_of(anna).get(url(other, f"temporary/{made.pk}/")).status_code == 404
    assert browser_of(anna).get(url(other, f"doors/{made.door_id}/")).status_code == 404


def test_door_is_set_up_by_keepers_and_asked(place, root, panel, pavel, anna):
    form = {
        "connector": "ispmanager",
        "address": panel.address,
        "login": "root",
        "secret": root.pk,
        "authority": panel.authority.pem,
    }
    refused = browser_of(anna).post(url(place, "doors/new/"), form)
    desk = browser_of(pavel)
    made = desk.post(url(place, "doors/new/"), form)
    waiting = desk.get(made["Location"])
    work_off()
    page = desk.get(made["Location"]).content.decode()

    assert (refused.status_code, made.status_code, waiting["Refresh"]) == (403, 303, "3")
    assert "shop.example" in page
    assert "120" in page
    assert SECRET not in page


def test_door_is_changed_asked_again_and_removed(door, pavel, place, panel):
    desk = browser_of(pavel)
    page = desk.get(url(place, f"doors/{door.pk}/details/")).content.decode()
    form = {"connector": "ispmanager", "address": panel.address, "login": "admin2", "secret": door.secret_id}
    changed = desk.post(url(place, f"doors/{door.pk}/details/"), form)
    EntryDoor.objects.update(asked_at=None)
    asked = desk.post(url(place, f"doors/{door.pk}/facts/"))
    removed = desk.post(url(place, f"doors/{door.pk}/removal/"))

    assert panel.address in page
    assert (changed.status_code, asked.status_code, removed.status_code) == (303, 303, 303)
    assert EntryDoor.objects.get().login == "admin2"
    assert desk.get(url(place, f"doors/{door.pk}/")).status_code == 404


def test_addresses_that_are_none_come_back_with_the_reason(place, root, pavel):
    form = {"connector": "plesk", "address": "http://panel.example", "login": "", "secret": root.pk}

    answer = browser_of(pavel).post(url(place, "doors/new/"), form)

    assert answer.status_code == 422
    assert "https:// alone" in answer.content.decode()


def test_words_of_a_panel_are_text_on_the_page(door, panel, anna, place):
    panel.sites = [{"name": SCRIPT, "owner": SCRIPT, "active": "on"}]
    panel.users = [{"name": SCRIPT, "diskused": "1", "disklimit": "2"}]
    panel.certificates = [{"name": SCRIPT, "valid_after": "2030-01-01"}]
    doors.ask_for_facts(door=door, by=anna)
    work_off()
    desk = browser_of(anna)

    for address in (url(place, f"doors/{door.pk}/"), url(place)):
        page = desk.get(address).content.decode()
        assert "<script>alert" not in page
    assert html.escape(SCRIPT) in desk.get(url(place, f"doors/{door.pk}/")).content.decode()


def test_customer_sees_who_had_an_account_when_and_why(made, clara, place):
    page = browser_of(clara).get(f"/cabinet/access/{place.pk}/").content.decode()

    assert "Anna Orlova" in page
    assert made.name in page
    assert "The shop is down." in page
    assert made.door.address not in page


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_statements_for_one_and_three(door, anna, place, count, details, pavel):
    for _each in range(count):
        temporary.ask(door=door, for_whom=anna, by=anna, reason="Work", lasting=FOUR_HOURS)
    for _each in range(count - 1):
        doors.add(entry=place, details=details, by=pavel)
    desk = browser_of(anna)
    desk.get(url(place))

    counts = []
    for path in ("", f"doors/{door.pk}/", f"temporary/{TemporaryAccess.objects.first().pk}/", "temporary/"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert desk.get(url(place, path)).status_code == 200
        counts.append(len(asked))

    assert max(counts) <= 15
    assert counts == COUNTS


@pytest.mark.sshd
def test_host_key_is_compared_and_confirmed_on_the_page_with_a_fresh_proof(tmp_path, place, pavel, anna, panel):
    if reason := servers.missing():
        pytest.skip(reason)
    with servers.running(tmp_path) as server:
        key = put_in(entry=place, kind="ssh_key", label="Key", value=server.secret, by=pavel)
        door = doors.add(entry=place, details=DoorDetails("ssh", server.address, server.login, key), by=pavel)
        work_off()
        desk = browser_of(pavel)
        page = html.unescape(desk.get(url(place, f"doors/{door.pk}/")).content.decode())
        shown = re.search(r'name="fingerprint" value="(SHA256:[^"]+)"', page)[1]
        hidden = browser_of(anna).get(url(place, f"doors/{door.pk}/")).content.decode()
        without = desk.post(url(place, f"doors/{door.pk}/host-key/"), {"fingerprint": shown})
        confirmed = proved(desk).post(url(place, f"doors/{door.pk}/host-key/"), {"fingerprint": shown})

    assert 'name="fingerprint"' not in hidden
    assert url(place) not in without["Location"].split("?")[0]
    assert confirmed["Location"] == url(place, f"doors/{door.pk}/")
    assert EntryDoor.objects.get().host_key == server.host_key


def test_role_that_lost_the_vault_gets_nothing_shown(made, anna, place):
    anna.role = Role.CONTRACTOR
    anna.save()

    assert browser_of(anna).post(url(place, f"temporary/{made.pk}/delivery/")).status_code == 404
