"""Asking for a key: who may for whom, who is told of it, who is told what was decided."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import RoleRule, User
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.registries import queue_probes
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery, Notice
from helpdesk.notifications.registries import composers, known_of, may_be_told
from tests.browsers import browser_of, proved
from tests.factories import OrganisationFactory, StaffFactory, TicketFactory, UserFactory
from vpn.actions import requesting
from vpn.actions.issuing import issue_key
from vpn.actions.news import spread
from vpn.enums import RequestState
from vpn.models import KeyRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(server, clara):
    server.organisations.add(clara.organisation)
    return server


@pytest.fixture
def wish(office, clara):
    return requesting.ask(person=clara, server=office, device_name="phone", reason="Travel", by=clara)


def letters():
    """Who gets which title, in the order they were written."""
    rows = Delivery.objects.filter(purpose=Purpose.NOTICE).select_related("person").order_by("pk")
    return [(row.person.name, row.content["title"]) for row in rows]


def test_request_when_it_is_made_then_all_who_issue_keys_hear_of_it_once(wish, ada, anna):
    boris = StaffFactory(name="Boris Adler", role=Role.ADMINISTRATOR)

    assert (spread(), spread()) == (2, 0)

    notices = Notice.objects.order_by("person")
    assert {notice.person for notice in notices} == {ada, boris}
    assert {notice.title for notice in notices} == {"Clara Weiss asks for a VPN key to Office"}
    assert {notice.text for notice in notices} == {"Travel"}
    assert notices[0].path == f"/admin/vpn/keyrequest/{wish.pk}/change/"


def test_request_when_an_administrator_reads_russian_then_the_notice_is_russian(wish, ada):
    User.objects.filter(pk=ada.pk).update(language="ru")

    spread()

    assert Notice.objects.get().title == "Clara Weiss просит VPN-ключ к серверу Office"


def test_request_when_administrators_may_not_issue_keys_then_none_of_them_is_told(wish, ada):
    rule, _made = RoleRule.objects.get_or_create(role=Role.ADMINISTRATOR)
    rule.capabilities = ["configure", "enter_admin", "enter_desk"]
    rule.save()
    from helpdesk.accounts import policy

    policy.read()

    assert spread() == 0


def test_request_when_it_is_decided_before_anybody_was_told_then_nobody_is(wish, ada):
    requesting.refuse(request=wish, by=ada, answer="No")

    assert spread() == 0


def test_request_when_it_waits_then_the_watch_counts_it(wish, ada):
    KeyRequest.objects.update(asked_at=timezone.now() - timedelta(hours=3))
    state = dict(queue_probes.items())["vpn_requests"].measure

    assert state().waiting == 1
    assert 3 * 3600 <= state().oldest_seconds < 3 * 3600 + 60
    requesting.approve(request=wish, by=ada)
    assert (state().waiting, state().oldest_seconds) == (0, 0.0)


def test_request_when_it_is_approved_then_who_asked_is_told(wish, ada):
    requesting.approve(request=wish, by=ada)

    assert letters() == [("Clara Weiss", "A VPN key to Office is approved")]
    assert Delivery.objects.get(purpose=Purpose.NOTICE).content["path"] == "/cabinet/access/keys/"


def test_request_when_it_is_refused_then_who_asked_is_told_why(wish, ada):
    requesting.refuse(request=wish, by=ada, answer="Ask your manager first.")

    assert letters() == [("Clara Weiss", "No VPN key to Office")]
    text = Delivery.objects.get(purpose=Purpose.NOTICE).content["text"]
    assert text == "The request for Clara Weiss was refused: Ask your manager first."


@pytest.mark.parametrize(
    ("decide", "title"),
    [
        (lambda wish, by: requesting.approve(request=wish, by=by), "VPN-ключ к серверу Office одобрен"),
        (lambda wish, by: requesting.refuse(request=wish, by=by, answer="Нет"), "VPN-ключа к серверу Office не будет"),
    ],
)
def test_request_when_its_person_reads_russian_then_the_letter_is_russian(decide, title, wish, ada, clara):
    User.objects.filter(pk=clara.pk).update(language="ru")

    decide(wish, ada)

    row = Delivery.objects.get(purpose=Purpose.NOTICE)
    assert row.content["title"] == title
    assert composers[Purpose.NOTICE]([row]).content


def test_request_when_an_agent_asked_for_a_customer_then_both_are_told_where_they_look(office, ada, anna, clara):
    ticket = TicketFactory(requester=clara)
    wish = requesting.ask(person=clara, server=office, device_name="pc", reason="Work", by=anna, ticket=ticket)
    requesting.approve(request=wish, by=ada)

    assert [name for name, _title in letters()] == ["Clara Weiss", "Anna Orlova"]
    assert [row.content["path"] for row in Delivery.objects.filter(purpose=Purpose.NOTICE).order_by("pk")] == [
        "/cabinet/access/keys/",
        f"/desk/tickets/{ticket.number}/",
    ]


def test_notice_when_somebody_has_nothing_to_do_with_the_request_then_they_may_not_be_told(wish, ada, anna, clara):
    told, known = may_be_told["vpn.keyrequest"], known_of["vpn.keyrequest"]

    assert [told(person, wish.pk) for person in (ada, clara, anna)] == [True, True, False]
    assert [known(person, [wish.pk]) for person in (ada, clara, anna)] == [{wish.pk}, {wish.pk}, set()]


def test_request_when_it_is_made_twice_then_it_is_one(wish, clara, office):
    again = requesting.ask(person=clara, server=office, device_name="phone", reason="Again", by=clara)

    assert again == wish
    assert Entry.objects.filter(verb="vpn_key_requested").count() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"reason": "  "},
        {"until": timezone.localdate() - timedelta(days=1)},
        {"device_name": "../../evil"},
        {"device_name": "pho\nne"},
        {"device_name": "CON"},
        {"device_name": "-h"},
    ],
)
def test_request_when_something_is_amiss_then_nothing_is_written(more, office, clara):
    with pytest.raises(Refused):
        requesting.ask(**{"person": clara, "server": office, "device_name": "pc", "reason": "x", "by": clara} | more)

    assert not KeyRequest.objects.exists()


def test_request_when_the_server_is_not_open_to_their_company_then_it_is_refused(office):
    stranger = UserFactory(organisation=OrganisationFactory())

    with pytest.raises(Refused, match="not open"):
        requesting.ask(person=stranger, server=office, device_name="pc", reason="x", by=stranger)


def test_request_when_a_customer_asks_for_somebody_else_then_it_is_not_allowed(office, clara):
    colleague = UserFactory(organisation=clara.organisation)

    with pytest.raises(NotAllowed):
        requesting.ask(person=colleague, server=office, device_name="pc", reason="x", by=clara)


def test_request_when_a_contractor_asks_then_a_day_is_needed(server):
    oleg = StaffFactory(role=Role.CONTRACTOR)

    with pytest.raises(Refused, match="say which"):
        requesting.ask(person=oleg, server=server, device_name="pc", reason="x", by=oleg)


@pytest.mark.parametrize("first", ["approve", "refuse", "withdraw"])
@pytest.mark.parametrize("second", ["approve", "refuse", "withdraw"])
def test_request_when_it_was_decided_then_it_is_not_decided_again(first, second, wish, ada, clara):
    deciding = {
        "approve": lambda: requesting.approve(request=wish, by=ada),
        "refuse": lambda: requesting.refuse(request=wish, by=ada, answer="No"),
        "withdraw": lambda: requesting.withdraw(request=wish, by=clara),
    }
    deciding[first]()
    kept = KeyRequest.objects.get().state

    with pytest.raises(Refused, match="decided already"):
        deciding[second]()

    assert KeyRequest.objects.get().state == kept


def test_request_when_others_would_decide_then_it_is_not_allowed(wish, anna, clara):
    for person in (anna, clara):
        with pytest.raises(NotAllowed):
            requesting.approve(request=wish, by=person)
        with pytest.raises(NotAllowed):
            requesting.refuse(request=wish, by=person, answer="No")
    with pytest.raises(NotAllowed):
        requesting.withdraw(request=wish, by=anna)


def test_request_when_its_key_is_issued_then_it_has_the_key_once(wish, ada, clara, office):
    requesting.approve(request=wish, by=ada)

    key = issue_key(person=clara, login="clara", device="phone", servers=[office], by=ada, request=wish)
    issue_key(person=clara, login="clara", device="phone", servers=[office], by=ada, request=wish)

    kept = KeyRequest.objects.get()
    assert (kept.state, kept.key) == (RequestState.ISSUED, key)
    assert Entry.objects.filter(verb="vpn_request_answered").count() == 1


def test_page_when_an_administrator_approves_then_it_leads_to_issuing_filled_in(wish, ada):
    browser = proved(browser_of(ada))

    answer = browser.post(f"/admin/vpn/keyrequest/{wish.pk}/approval/")

    assert (answer.status_code, answer["Location"]) == (303, f"/admin/vpn/key/issue/?request={wish.pk}")
    page = browser.get(answer["Location"]).content.decode()
    assert 'value="phone"' in page
    assert 'value="clara' in page


@pytest.mark.parametrize("path", ["approval", "refusal"])
def test_page_when_no_fresh_proof_is_there_then_nothing_is_decided(path, wish, ada):
    answer = browser_of(ada).post(f"/admin/vpn/keyrequest/{wish.pk}/{path}/", {"answer": "No"})

    assert answer.status_code == 303
    assert "/accounts/proof/" in answer["Location"]
    assert KeyRequest.objects.get().state == RequestState.WAITING


def test_cabinet_when_a_customer_asks_then_the_request_is_theirs(office, clara):
    browser = browser_of(clara)

    answer = browser.post(
        "/cabinet/access/keys/", {"server": office.pk, "device_name": "tablet", "reason": "On the road"}
    )

    assert answer.status_code == 303
    made = KeyRequest.objects.get()
    assert (made.person, made.asked_by, made.device_name) == (clara, clara, "tablet")
    assert "tablet → Office" in browser.get("/cabinet/access/keys/").content.decode()
