"""One's own keys at both doors: what stands there, whose it is, and what may be done."""

import re
from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.journal.models import Entry
from tests.browsers import browser_of, proved
from tests.factories import OrganisationFactory, UserFactory
from tests.statements import count_of
from tickets.enums import Priority
from tickets.models import Ticket
from vpn.actions import requesting
from vpn.actions.issuing import issue_key
from vpn.actions.revoking import block_key, revoke_key, unblock_key
from vpn.enums import KeyState
from vpn.models import Key, KeyRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(server, clara):
    server.organisations.add(clara.organisation)
    return server


@pytest.fixture
def key(ada, clara, office):
    return issue_key(person=clara, login="clara", device="laptop", servers=[office], by=ada)


@pytest.fixture
def of_anna(ada, anna, office):
    return issue_key(person=anna, login="anna", device="laptop", servers=[office], by=ada)


def page_of(key, what="", door="cabinet"):
    return reverse(f"vpn:{door}_key{what}", args=[key.pk])


def test_first_page_when_a_customer_has_keys_then_a_card_leads_to_them(key, clara):
    other = UserFactory(name="Cecil", organisation=clara.organisation)

    assert 'href="/cabinet/access/keys/"' in browser_of(clara).get("/cabinet/").content.decode()
    assert 'href="/cabinet/access/keys/"' not in browser_of(other).get("/cabinet/").content.decode()


def test_list_when_a_customer_looks_then_device_date_state_and_use_stand_there(key, clara, of_anna):
    Key.objects.filter(pk=key.pk).update(last_seen_at=timezone.now())

    text = browser_of(clara).get("/cabinet/access/keys/").content.decode()

    assert "clara-laptop" in text
    assert "valid to" in text
    assert "last seen" in text
    assert "Office" in text
    assert "anna-laptop" not in text
    assert f'action="{page_of(key, "_block")}"' in text


def test_page_when_a_key_is_new_then_it_was_created_when_it_was_issued(key, clara):
    """Its certificate begins a few minutes earlier, for clocks that are behind."""
    assert key.not_before < key.issued_at

    text = browser_of(clara).get(page_of(key)).content.decode()

    created = re.search(r'<dt>Created</dt><dd><time datetime="([^"]+)"', text)
    assert created
    assert datetime.fromisoformat(created[1]).replace(microsecond=0) == key.issued_at.replace(microsecond=0)


def test_page_when_a_customer_looks_then_it_tells_what_happened_latest_first(key, clara, ada):
    block_key(key=key, by=clara, why="lost")
    unblock_key(key=key, by=ada)

    answer = browser_of(clara).get(page_of(key))

    text = answer.content.decode()
    told = ["Ada Stern: unblocked a VPN key", "Clara Weiss: blocked a VPN key", "Ada Stern: issued a VPN key"]
    places = [text.index(line) for line in told]
    assert places == sorted(places)
    assert "laptop" in text
    assert "Office" in text
    assert answer["Cache-Control"] == "no-store, private"


def test_page_when_staff_did_something_then_their_address_is_not_told(key, clara, ada):
    proved(browser_of(ada)).post(f"/admin/vpn/key/{key.pk}/blocking/", REMOTE_ADDR="198.51.100.7")
    browser_of(clara).post(page_of(key, "_dispute"), REMOTE_ADDR="203.0.113.9")

    text = browser_of(clara).get(page_of(key)).content.decode()

    assert "Ada Stern: blocked a VPN key" in text
    assert "198.51.100.7" not in text
    assert "203.0.113.9" in text


def test_page_when_the_key_was_handed_out_then_it_is_still_there_and_hands_out_nothing(key, clara):
    browser = proved(browser_of(clara))
    assert browser.post(page_of(key), {"form": "profile"}).status_code == 200

    look, again = browser.get(page_of(key)), browser.post(page_of(key), {"form": "profile"})

    assert (look.status_code, again.status_code) == (200, 410)
    assert "took a VPN key" in look.content.decode()
    assert 'name="form"' not in look.content.decode()


@pytest.mark.parametrize("what", ["", "_block", "_dispute"])
@pytest.mark.parametrize("door", ["cabinet", "desk"])
def test_key_when_it_is_somebody_elses_then_it_is_not_there(what, door, key, of_anna, ada, clara):
    """Also for a colleague of the same company, and for administrators, who have a page of their own for it."""
    colleague = UserFactory(organisation=clara.organisation)
    people = {"cabinet": [(colleague, key), (clara, of_anna)], "desk": [(ada, of_anna)]}[door]

    for person, theirs in people:
        assert proved(browser_of(person)).post(page_of(theirs, what, door)).status_code == 404
    assert set(Key.objects.values_list("state", flat=True)) == {KeyState.VALID}


@pytest.mark.parametrize("what", ["_block", "_dispute"])
def test_page_when_it_is_only_looked_at_then_nothing_is_done(what, key, clara):
    assert browser_of(clara).get(page_of(key, what)).status_code == 405
    assert browser_of(clara).head(page_of(key)).status_code == 200
    assert Key.objects.get().state == KeyState.VALID


def test_this_was_not_me_when_it_is_pressed_then_the_key_is_blocked_and_somebody_looks(key, clara, settings):
    settings.VPN_NIGHT_HOURS = (0, 0)
    browser = browser_of(clara)
    assert "This was not me" in browser.get(page_of(key)).content.decode()

    for _time in range(2):
        answer = browser.post(page_of(key, "_dispute"), HTTP_USER_AGENT="Phone")

    assert (answer.status_code, answer["Location"]) == (303, page_of(key))
    assert Key.objects.get().state == KeyState.BLOCKED
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.priority) == (clara, Priority.URGENT)
    told = Entry.objects.get(verb="vpn_key_disputed")
    assert (told.actor, told.facts["browser"]) == (clara, "Phone")


def test_this_was_not_me_when_the_key_was_unblocked_since_then_it_works_again(key, clara, ada):
    browser = browser_of(clara)
    browser.post(page_of(key, "_dispute"))
    unblock_key(key=key, by=ada)

    browser.post(page_of(key, "_dispute"))

    assert Key.objects.get().state == KeyState.BLOCKED
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("what", ["_block", "_dispute"])
def test_key_when_it_is_revoked_already_then_the_page_says_so(what, key, clara, ada):
    revoke_key(key=key, reason="superseded", by=ada)

    answer = browser_of(clara).post(page_of(key, what))

    assert answer.status_code == 422
    assert "This key is revoked" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_key_when_no_fresh_proof_is_there_then_it_is_not_handed_out(key, clara):
    answer = browser_of(clara).post(page_of(key), {"form": "profile"})

    assert "/accounts/proof/" in answer["Location"]
    assert Key.objects.get().private_key


@pytest.mark.parametrize("name", ["../../evil", "a b", "laptop\nx", ".", "-h", "ноутбук", "a$(id)b", "Laptop", "con"])
def test_form_when_the_device_has_a_hostile_name_then_nothing_is_asked(name, office, clara):
    asked = {"server": office.pk, "device_name": name, "reason": "Work"}

    answer = browser_of(clara).post("/cabinet/access/keys/", asked)

    assert answer.status_code == 422
    assert not KeyRequest.objects.exists()


def test_form_when_the_server_is_another_companys_then_nothing_is_asked(office):
    stranger = UserFactory(organisation=OrganisationFactory())

    answer = browser_of(stranger).post("/cabinet/access/keys/", {"server": office.pk, "device_name": "pc"})

    assert answer.status_code == 422
    assert not KeyRequest.objects.exists()


def test_request_when_it_is_taken_back_by_another_then_it_is_not_there(office, clara):
    wish = requesting.ask(person=clara, server=office, device_name="phone", reason="Travel", by=clara)
    colleague = UserFactory(organisation=clara.organisation)
    path = reverse("vpn:cabinet_key_request_withdrawal", args=[wish.pk])

    assert browser_of(colleague).post(path).status_code == 404
    assert browser_of(clara).post(path).status_code == 303
    assert browser_of(clara).post(path).status_code == 422


@pytest.mark.parametrize("door", ["cabinet", "desk"])
def test_list_runs_as_many_statements_for_three_as_for_one(door, ada, anna, clara, office, settings):
    settings.VPN_ISSUES_PER_TEN_MINUTES = 20
    person, login = {"cabinet": (clara, "clara"), "desk": (anna, "anna")}[door]
    browser, path = browser_of(person), reverse(f"vpn:{door}_keys")

    def one_more(name):
        issue_key(person=person, login=login, device=name, servers=[office], by=ada)
        requesting.ask(person=person, server=office, device_name=f"{name}-too", reason="Work", by=person)

    one_more("first")
    browser.get(path)
    one, statements = count_of(lambda: browser.get(path))
    for name in ("second", "third"):
        one_more(name)
    three, others = count_of(lambda: browser.get(path))

    assert one == three, statements + others
    assert one <= 15, statements


def test_page_runs_as_many_statements_for_many_lines_as_for_few(key, clara, ada):
    browser = browser_of(clara)
    browser.get(page_of(key))
    few, statements = count_of(lambda: browser.get(page_of(key)))
    for _time in range(3):
        block_key(key=key, by=clara)
        unblock_key(key=key, by=ada)
    many, others = count_of(lambda: browser.get(page_of(key)))

    assert few == many, statements + others
    assert few <= 15, statements
