"""Attacks by mail that proves who owns an address: a customer must never read what a service sends to ours."""

from pathlib import Path

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import SignInLink, User
from helpdesk.notifications.models import Delivery
from tests.browsers import browser_of
from tests.factories import OrganisationFactory, ParticipantFactory, TicketFactory, UserFactory
from tests.tickets.mail.conftest import mail
from tickets.enums import Approval
from tickets.mail.tokens import new_message_id, plus_address, subject_token
from tickets.mail.verification import is_from_a_service, speaks_of_a_code
from tickets.models import Participant, Ticket

ROOT = Path(__file__).parents[2]
SUPPORT = "support@helpdesk.example"
CODE = "481516"
SERVICES = ["no-reply@slack.example", "feedback-noreply@slack.example", "notifications@gitlab.example"]


@pytest.fixture
def ticket(sergei):
    """Sergei's own: he reads everything public on it and knows its address."""
    return TicketFactory(requester=sergei)


def code_to(ticket, *, sender, **headers):
    to = plus_address(address=SUPPORT, number=ticket.number)
    return mail(sender=sender, to=to, body=f"Your code is {CODE}.", **{"subject": "Welcome", **headers})


def reads(person, number, word=CODE):
    browser = browser_of(person)
    pages = [browser.get(url) for url in (f"/cabinet/requests/{number}/", "/cabinet/", "/cabinet/requests/")]
    return any(word in page.content.decode() for page in pages)


@pytest.mark.django_db
@pytest.mark.parametrize("sender", [*SERVICES, "hello@slack.example"])
def test_b04_what_a_service_sends_to_a_tickets_address_is_not_shown_to_the_customer(deliver, ticket, sergei, sender):
    raw = deliver(code_to(ticket, sender=sender))

    assert raw.message.ticket == ticket
    assert raw.message.approval == Approval.PENDING
    assert not reads(sergei, ticket.number)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["signed_address", "signed_subject", "signed_reference"])
@pytest.mark.parametrize("sender", SERVICES)
def test_b04_service_that_the_customer_brought_in_is_not_shown_either(deliver, mailbox, sergei, sender, way):
    opened = deliver(mail(sender=sergei.email, Cc=sender, body="Please help.")).ticket
    number = opened.number
    headers = {
        "signed_address": {},
        "signed_subject": {"to": SUPPORT, "subject": f"Welcome {subject_token(number)}"},
        "signed_reference": {"In_Reply_To": f"<{new_message_id(number=number, domain='helpdesk.example')}>"},
    }[way]
    to = headers.pop("to", plus_address(address=SUPPORT, number=number))

    raw = deliver(mail(sender=sender, to=to, body=f"Your code is {CODE}.", **headers))

    assert raw.message.ticket == opened
    assert raw.message.approval == Approval.PENDING
    assert not reads(sergei, number)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "subject", [f"{CODE} is your Slack code", "Confirm your e-mail address", "Ваш код подтверждения", "Sign-in link"]
)
def test_b04_code_from_a_participant_with_an_ordinary_name_waits(deliver, ticket, sergei, subject):
    ParticipantFactory(ticket=ticket, user=UserFactory(email="hello@slack.example"))

    raw = deliver(code_to(ticket, sender="hello@slack.example", subject=subject))

    assert raw.message.approval == Approval.PENDING
    assert not reads(sergei, ticket.number)


@pytest.mark.django_db
def test_b04_service_of_the_customers_own_domain_waits_too(deliver, sergei):
    shop = OrganisationFactory(domains=["stranger.example"])
    sergei.organisation = shop
    sergei.save()
    ticket = TicketFactory(requester=sergei, organisation=shop)

    raw = deliver(code_to(ticket, sender="no-reply@stranger.example"))

    assert raw.message.approval == Approval.PENDING


@pytest.mark.django_db
def test_b04_people_who_speak_of_codes_in_answers_are_heard(deliver, ticket):
    clara = UserFactory(email="clara@shop.example")
    ParticipantFactory(ticket=ticket, user=clara)
    reference = new_message_id(number=ticket.number, domain="helpdesk.example")

    raw = deliver(
        code_to(ticket, sender=clara.email, subject="Re: Confirmation code fails", In_Reply_To=f"<{reference}>")
    )

    assert raw.message.is_public


@pytest.mark.django_db
def test_b04_ticket_in_a_services_name_has_no_readers_whom_its_mail_names(deliver, sergei):
    raw = deliver(mail(sender="no-reply@slack.example", body=f"Your code is {CODE}.", Cc=sergei.email))

    assert raw.ticket.requester.email == "no-reply@slack.example"
    assert not Participant.objects.filter(ticket=raw.ticket, is_active=True).exists()
    assert not reads(sergei, raw.ticket.number)
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_b04_ticket_under_a_forged_address_is_shown_to_whoever_has_the_address_alone(deliver, sergei):
    raw = deliver(mail(sender="Slack <service@slack.example>", body=f"Your code is {CODE}.", Reply_To=sergei.email))

    assert raw.ticket.requester.email == "service@slack.example"
    assert not raw.ticket.requester.has_usable_password()
    assert not reads(sergei, raw.ticket.number)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("no-reply@a.example", True),
        ("NoReply@a.example", True),
        ("do_not_reply@a.example", True),
        ("account-security-noreply@a.example", True),
        ("no-reply+x9@a.example", True),
        ("verify@a.example", True),
        ("accounts@a.example", False),
        ("norepleyman@a.example", False),
        ("clara@a.example", False),
        ("", False),
    ],
)
def test_b04_addresses_of_services_are_told_from_peoples(address, expected):
    assert is_from_a_service(address) is expected


@pytest.mark.parametrize("subject", ["Basket is empty", "Code review on Friday", "Доступ к сайту", "Wrong code", ""])
def test_b04_subjects_of_people_announce_no_code(subject):
    assert speaks_of_a_code(subject) is False


@pytest.mark.django_db
@pytest.mark.parametrize("address", [SUPPORT, "admin@helpdesk.example", "ceo@client.example"])
def test_b05_address_of_a_companys_domain_gives_nobody_rights(deliver, client, address):
    organisation = OrganisationFactory(name="Client", domains=["client.example", "helpdesk.example"])
    secret = TicketFactory(organisation=organisation, subject="Our secret")

    deliver(mail(sender=address, body="Let me in."))

    person = User.objects.filter(email=address).first()
    assert person is None or (person.role, person.is_staff) == (Role.CUSTOMER, False)
    if person:
        assert not Ticket.objects.visible_to(person).filter(pk=secret.pk).exists()
        assert browser_of(person).get("/desk/").status_code in (302, 403, 404)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["signup/", "social/signup/", "google/login/", "oidc/x/login/", "saml/x/acs/"])
def test_b05_nobody_signs_up_or_in_by_an_address_alone(client, path):
    for url in (f"/accounts/{path}", f"/accounts/3rdparty/{path}", f"/{path}"):
        assert client.post(url, {"email": SUPPORT}).status_code in (404, 405)


@pytest.mark.django_db
def test_b05_link_for_an_address_that_arrives_at_a_ticket_is_never_made(deliver, client, sergei):
    ticket = deliver(mail(sender=sergei.email)).ticket
    before = Delivery.objects.count()

    for address in (SUPPORT, plus_address(address=SUPPORT, number=ticket.number)):
        client.post("/accounts/link/", {"address": address})

    assert SignInLink.objects.count() == 0
    assert Delivery.objects.count() == before


@pytest.mark.django_db
def test_b05_mail_under_our_own_address_makes_no_account_that_a_link_could_open(deliver, client):
    message = deliver(mail(sender=SUPPORT, body="It is me.")).message
    before = Delivery.objects.count()

    client.post("/accounts/link/", {"address": SUPPORT})

    assert message.from_address == SUPPORT
    assert SignInLink.objects.count() == 0
    assert Delivery.objects.count() == before


def test_b06_no_machine_reads_the_mail():
    """There is no such feature: nothing that asks a language model may appear without tests of what it may read."""
    written = (ROOT / "pyproject.toml").read_text("utf-8").lower()
    needed = written[: written.index("[project.optional-dependencies]")]

    assert not [
        name for name in ("openai", "anthropic", "langchain", "transformers", "litellm", "ollama") if name in needed
    ]


@pytest.mark.django_db
def test_b06_codes_of_services_open_tickets_that_no_customer_sees(deliver, clara, sergei):
    raw = deliver(mail(sender="no-reply@slack.example", body=f"Your code is {CODE}."))

    for person in (clara, sergei):
        assert not Ticket.objects.visible_to(person).filter(pk=raw.ticket.pk).exists()
