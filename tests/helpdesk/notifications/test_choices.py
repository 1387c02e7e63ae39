"""What people want mail about is what they get."""

from email import message_from_bytes
from email.policy import default

import pytest

from helpdesk.accounts.actions import personal
from helpdesk.accounts.enums import MailTopic, Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from tests.browsers import browser_of
from tests.factories import OrganisationFactory, ParticipantFactory, StaffFactory, TicketFactory, UserFactory
from tickets.actions import conversation
from tickets.actions.opening import file_request


@pytest.fixture
def clara(db):
    return UserFactory(email="clara@shop.example", role=Role.CUSTOMER_MANAGER, organisation=OrganisationFactory())


@pytest.fixture
def jonas(clara):
    return UserFactory(name="Jonas Weber", email="jonas@shop.example", organisation=clara.organisation)


def choose(person, *topics):
    return personal.choose_mail(person=person, topics=topics, by=person)


def recipients(purpose=Purpose.REPLY):
    return sorted(Delivery.objects.filter(purpose=purpose).values_list("recipient", flat=True))


@pytest.mark.parametrize(
    ("claras", "jonases", "written"),
    [
        (["own", "followed"], ["own"], ["clara@shop.example", "jonas@shop.example"]),
        (["own"], ["own"], ["jonas@shop.example"]),
        (["followed"], ["followed"], ["clara@shop.example"]),
        ([], [], []),
    ],
)
def test_answers_go_to_those_who_want_them(clara, jonas, claras, jonases, written):
    ticket = TicketFactory(requester=jonas)
    ParticipantFactory(ticket=ticket, user=clara)
    choose(clara, *claras)
    choose(jonas, *jonases)

    conversation.reply(ticket=ticket, by=StaffFactory(), text="It works again.")

    assert recipients() == written


def test_managers_hear_of_new_requests_only_when_they_chose_to(clara, jonas):
    file_request(by=jonas, subject="Unheard", text="x")
    choose(clara, "organisation")
    ticket = file_request(by=jonas, subject="Heard", text="x")
    file_request(by=clara, subject="Mine", text="x")
    file_request(by=UserFactory(), subject="Of nobody's company", text="x")

    [row] = Delivery.objects.filter(purpose=Purpose.NOTICE)
    letter = message_from_bytes(composers[Purpose.NOTICE]([row]).content, policy=default)

    assert row.recipient == "clara@shop.example"
    assert letter["Subject"] == "New request of your company: Heard"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"/cabinet/requests/{ticket.number}/" in letter.get_body(("plain",)).get_content()


def test_one_click_of_a_mail_program_needs_no_session_and_no_form(clara, jonas, client):
    choose(clara, "own", "organisation")
    file_request(by=jonas, subject="Heard", text="x")
    [row] = Delivery.objects.filter(purpose=Purpose.NOTICE)
    letter = message_from_bytes(composers[Purpose.NOTICE]([row]).content, policy=default)
    path = letter["List-Unsubscribe"].strip("<>").partition("8000")[2]
    strict = type(client)(enforce_csrf_checks=True)

    shown = strict.get(path)
    clara.refresh_from_db()
    before = list(clara.mail_topics)
    left = strict.post(path, {"List-Unsubscribe": "One-Click"})

    clara.refresh_from_db()
    assert (shown.status_code, before) == (200, ["own", "organisation"])
    assert (left.status_code, clara.mail_topics) == (200, ["own"])


@pytest.mark.parametrize("token", ["1.own", "1.own:x", "%00"])
def test_foreign_token_unsubscribes_nobody(clara, client, token):
    assert client.post(f"/unsubscribe/{token}/").status_code == 404


def test_choices_are_kept_from_the_page_once_in_the_journal(clara):
    browser = browser_of(clara)

    for _twice in range(2):
        answer = browser.post("/cabinet/me/mail/", {"topic": ["own", "organisation"]})
    page = browser.get("/cabinet/me/").content.decode()

    clara.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, "/cabinet/me/?mail#mail")
    assert clara.mail_topics == ["own", "organisation"]
    assert [entry.facts["after"] for entry in Entry.objects.about(clara)] == [{"mail_topics": ["own", "organisation"]}]
    assert page.count('name="topic"') == 4
    assert page.count("checked") == 2


def test_company_news_are_offered_to_managers_alone(jonas):
    assert 'value="organisation"' not in browser_of(jonas).get("/cabinet/me/").content.decode()


def test_unknown_topic_and_other_people_are_refused(clara, jonas):
    with pytest.raises(Refused):
        choose(clara, "advertising")
    with pytest.raises(NotAllowed):
        personal.choose_mail(person=clara, topics=[], by=jonas)

    assert browser_of(clara).post("/cabinet/me/mail/", {"topic": "advertising"}).status_code == 422


def test_staff_are_written_to_as_their_work_asks():
    assert StaffFactory.build(mail_topics=[]).wants(MailTopic.OWN)
