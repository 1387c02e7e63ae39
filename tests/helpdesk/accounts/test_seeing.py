"""An administrator sees what somebody sees, changes nothing by it, and the journal has who it was."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions import seeing, tokens
from helpdesk.accounts.actions.leaving import deactivate
from helpdesk.accounts.actions.roles import change_rule
from helpdesk.accounts.capabilities import ROLES
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Seeing, User
from helpdesk.core.context import seen_by
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.actions import record
from helpdesk.journal.models import Entry
from helpdesk.notifications.live.channels import Shut, listener
from tests.browsers import browser_of, proved
from tests.factories import GrantFactory, MessageFactory, StaffFactory, TicketFactory, UserFactory
from tests.programs import Program

pytestmark = pytest.mark.django_db
BANNER = 'class="seeing"'


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def oleg(ada):
    return GrantFactory(contractor__email="oleg@contractor.example", contractor__name="Oleg").contractor


@pytest.fixture
def browser(ada):
    return proved(browser_of(ada))


def see_as(browser, person, reason="He sees no tickets."):
    return browser.post(f"/admin/accounts/user/{person.pk}/seeing/", {"reason": reason})


def test_administrator_sees_what_the_person_sees_and_no_more(browser, oleg):
    granted, other = TicketFactory(team=oleg.grants.get().team), TicketFactory()
    before = browser.get(f"/desk/tickets/{other.number}/").status_code

    begun = see_as(browser, oleg)

    page = browser.get("/desk/tickets/")
    assert (before, begun.status_code, begun["Location"]) == (200, 303, "/")
    assert granted.subject in page.content.decode()
    assert other.subject not in page.content.decode()
    assert browser.get(f"/desk/tickets/{other.number}/").status_code == 404
    assert browser.get("/desk/people/").status_code == 200


@pytest.mark.parametrize("path", ["/desk/tickets/", "/desk/tickets/{number}/", "/desk/me/", "/desk/nothing/"])
def test_banner_stands_on_every_page_of_the_desk_while_it_lasts(browser, oleg, path):
    ticket = MessageFactory(ticket__team=oleg.grants.get().team).ticket
    address = path.format(number=ticket.number)
    before = browser.get(address).content.decode()

    see_as(browser, oleg)

    assert BANNER not in before
    assert BANNER in browser.get(address).content.decode()


def test_banner_stands_on_every_page_of_the_cabinet_as_well(browser):
    clara = UserFactory(name="Clara Weiss")
    see_as(browser, clara)

    page = browser.get("/cabinet/").content.decode()

    assert BANNER in page
    assert "You see as Clara Weiss." in page


def test_nothing_is_changed_as_somebody_else_and_one_sentence_says_so(browser, oleg):
    ticket = MessageFactory(ticket__team=oleg.grants.get().team).ticket
    see_as(browser, oleg)
    lines = Entry.objects.count()

    for path in (
        f"/desk/tickets/{ticket.number}/replies/",
        "/accounts/theme/",
        "/accounts/logout/",
        "/desk/views/new/",
    ):
        refused = browser.post(path, {"body": "Hello", "theme": "dark"})
        assert refused.status_code == 403
        assert "nothing was changed" in refused.content.decode()

    assert (ticket.messages.count(), Entry.objects.count()) == (1, lines)


@pytest.mark.parametrize("path", ["/admin/", "/accounts/password/", "/accounts/logout/", "/accounts/link/", "/metrics"])
def test_other_doors_stay_shut(browser, oleg, path):
    see_as(browser, oleg)

    refused = browser.get(path)

    assert refused.status_code == 403
    assert "the desk and the cabinet" in refused.content.decode()


def test_seen_person_is_left_untouched(browser, oleg):
    ticket = MessageFactory(ticket__team=oleg.grants.get().team).ticket
    before = User.objects.filter(pk=oleg.pk).values().get()

    see_as(browser, oleg)
    browser.get("/desk/tickets/")
    browser.get(f"/desk/tickets/{ticket.number}/")

    assert User.objects.filter(pk=oleg.pk).values().get() == before
    assert not oleg.drafts.exists()


def test_journal_has_beginning_and_end_with_the_reason(browser, ada, oleg):
    see_as(browser, oleg, reason="  He sees no tickets. ")

    ended = browser.post("/accounts/seeing/end/")

    began, over = Entry.objects.about(oleg)
    row = Seeing.objects.get()
    assert (began.verb, began.actor_id, began.facts["reason"]) == ("seeing_began", ada.pk, "He sees no tickets.")
    assert (over.verb, over.actor_id) == ("seeing_ended", ada.pk)
    assert row.ended_at is not None
    assert (ended.status_code, ended["Location"]) == (303, f"/admin/accounts/user/{oleg.pk}/change/")
    assert BANNER not in browser.get("/desk/tickets/").content.decode()


def test_browser_forgets_the_pages_of_the_other_one(browser, oleg):
    assert see_as(browser, oleg)["Clear-Site-Data"] == '"cache"'
    assert browser.post("/accounts/seeing/end/")["Clear-Site-Data"] == '"cache"'


def test_ending_what_never_began_leads_to_the_first_page(browser):
    assert browser.post("/accounts/seeing/end/")["Location"] == "/"


def test_half_an_hour_is_all_there_is(browser, oleg):
    see_as(browser, oleg)
    Seeing.objects.update(until=timezone.now() - timedelta(seconds=1))

    over = browser.get("/desk/tickets/")

    assert over.status_code == 403
    assert "The time is over" in over.content.decode()
    assert timedelta(minutes=30) == seeing.LONGEST
    assert browser.post("/accounts/seeing/end/").status_code == 303
    assert browser.get("/admin/").status_code == 200


def test_who_may_do_more_meanwhile_is_no_longer_seen_as(browser, oleg):
    see_as(browser, oleg)
    User.objects.filter(pk=oleg.pk).update(role=Role.ADMINISTRATOR)

    assert browser.get("/desk/tickets/").status_code == 403


def test_administrator_who_leaves_sees_nothing_any_more(browser, ada, oleg):
    see_as(browser, oleg)
    other = StaffFactory(role=Role.ADMINISTRATOR)

    deactivate(person=ada, by=other, reason="Left the company.")

    assert browser.get("/desk/tickets/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_sees_as_anybody(role, oleg):
    by = StaffFactory(role=role)

    with pytest.raises(NotAllowed):
        seeing.begin(person=oleg, by=by, reason="Curious.")
    assert see_as(proved(browser_of(by)), oleg).status_code in (302, 403)
    assert not Seeing.objects.exists()


def test_nobody_sees_as_an_administrator_or_who_is_switched_off_or_without_a_reason(ada, oleg):
    for person in (StaffFactory(role=Role.ADMINISTRATOR), ada, StaffFactory(is_active=False)):
        with pytest.raises(NotAllowed):
            seeing.begin(person=person, by=ada, reason="Curious.")
    with pytest.raises(Refused, match="what for"):
        seeing.begin(person=oleg, by=ada, reason="  ")


def test_nobody_sees_as_somebody_who_may_do_what_they_may_not(ada):
    anna = StaffFactory(is_auditor=True)
    own = ROLES[Role.ADMINISTRATOR].capabilities - {"see_journal"}
    change_rule(role=Role.ADMINISTRATOR, capabilities=own, requires_mfa=False, by=ada)
    Client().get("/")
    browser_of(ada).get("/desk/tickets/")

    with pytest.raises(NotAllowed):
        seeing.begin(person=anna, by=ada, reason="Curious.")


def test_seeing_as_another_one_ends_what_was_under_way(ada, oleg):
    seeing.begin(person=oleg, by=ada, reason="First.")

    seeing.begin(person=UserFactory(), by=ada, reason="Second.")

    assert [row.ended_at is None for row in Seeing.objects.order_by("pk")] == [False, True]
    assert [entry.verb for entry in Entry.objects.about(oleg)] == ["seeing_began", "seeing_ended"]


def test_what_another_one_began_is_not_ended(ada, oleg):
    begun = seeing.begin(person=oleg, by=ada, reason="First.")

    with pytest.raises(NotAllowed):
        seeing.end(seeing=begun, by=StaffFactory(role=Role.ADMINISTRATOR))


def test_line_written_meanwhile_carries_who_really_did_it(ada, oleg):
    with seen_by(ada.pk):
        record(verb="noted", subject=oleg, by=oleg)

    entry = Entry.objects.about(oleg).get()
    assert (entry.actor_id, entry.facts) == (ada.pk, {"acted_as": oleg.pk})


def test_programs_of_the_administrator_stay_the_administrators(browser, ada, oleg):
    see_as(browser, oleg)
    other = TicketFactory()

    answer = Program(ada).get(f"/api/v1/tickets/{other.number}/")

    assert answer.status_code == 200
    assert tokens.find("hd_" + "x" * 40) is None


def test_live_events_are_shut_so_that_nobody_seems_to_be_there(browser, ada, oleg):
    ticket = TicketFactory(team=oleg.grants.get().team)
    before = listener(browser.session.session_key, "ticket", str(ticket.number))

    see_as(browser, oleg)

    with pytest.raises(Shut) as shut:
        listener(browser.session.session_key, "ticket", str(ticket.number))
    assert (before.pk, shut.value.status) == (ada.pk, 204)
