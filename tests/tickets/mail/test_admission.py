"""Who may speak in a conversation by mail: everybody who may write × everything a mail may prove."""

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import OrganisationFactory, ParticipantFactory, StaffFactory, TicketFactory, UserFactory
from tickets.mail.admission import Admission, admit
from tickets.mail.authentication import AuthenticationVerdict
from tickets.mail.enums import HeldBecause, Signal
from tickets.mail.threading import CONFIDENCE, Thread

COUNTS, ELSEWHERE = (Admission.COUNTS, None), (Admission.ELSEWHERE, None)
PROOFS = [Signal.SIGNED_REFERENCE, Signal.SIGNED_ADDRESS, Signal.KNOWN_REFERENCE, Signal.SIGNED_SUBJECT]
ORDINARY, SERVICE = "someone@shop.example", "no-reply@shop.example"
FORGED = AuthenticationVerdict({"dmarc": "fail"})


@pytest.fixture
def ticket(db):
    clara = UserFactory(name="Clara", organisation=OrganisationFactory(name="Shop"))
    return TicketFactory(requester=clara)


def clara(ticket):
    return ticket.requester


def participant(ticket):
    return ParticipantFactory(ticket=ticket).user


def participant_of_another(ticket):
    return ParticipantFactory(ticket=ticket, user=UserFactory(organisation=OrganisationFactory())).user


def removed_participant(ticket):
    return ParticipantFactory(ticket=ticket, is_active=False).user


def participant_elsewhere(ticket):
    return ParticipantFactory(user=UserFactory()).user


def colleague(ticket):
    return UserFactory(organisation=ticket.organisation)


def customer_with_requests(ticket):
    return TicketFactory(requester=UserFactory()).requester


def of_another_organisation(ticket):
    return TicketFactory(requester=UserFactory(organisation=OrganisationFactory())).requester


def sergei(ticket):
    return UserFactory(name="Sergei")


def anna(ticket):
    ticket.assignee = StaffFactory(name="Anna", organisation=ticket.organisation)
    ticket.save()
    return ticket.assignee


def anna_who_takes_part(ticket):
    return ParticipantFactory(ticket=ticket, user=StaffFactory(name="Anna")).user


def contractor(ticket):
    return StaffFactory(role=Role.CONTRACTOR)


EVERYBODY = [
    clara,
    participant,
    participant_of_another,
    removed_participant,
    participant_elsewhere,
    colleague,
    customer_with_requests,
    of_another_organisation,
    sergei,
    anna,
    anna_who_takes_part,
    contractor,
]


def held(why):
    return (Admission.HELD, why)


def decided(ticket, who, signal, *, address=ORDINARY, subject="Basket", verdict=None):
    decision = admit(
        thread=Thread(ticket, signal),
        sender=who(ticket),
        verdict=verdict or AuthenticationVerdict(),
        address=address,
        subject=subject,
    )
    return (decision.admission, decision.why)


@pytest.mark.parametrize("signal", PROOFS)
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (clara, COUNTS),
        (participant, COUNTS),
        (participant_of_another, COUNTS),
        (colleague, COUNTS),
        (removed_participant, held(HeldBecause.STRANGER)),
        (participant_elsewhere, held(HeldBecause.STRANGER)),
        (customer_with_requests, held(HeldBecause.STRANGER)),
        (of_another_organisation, held(HeldBecause.OTHER_ORGANISATION)),
        (sergei, held(HeldBecause.STRANGER)),
        (anna, held(HeldBecause.STAFF)),
        (anna_who_takes_part, held(HeldBecause.STAFF)),
        (contractor, held(HeldBecause.STAFF)),
    ],
)
def test_mail_that_proves_the_conversation(ticket, who, expected, signal):
    assert decided(ticket, who, signal) == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (clara, COUNTS),
        (participant, COUNTS),
        (participant_of_another, COUNTS),
        (colleague, held(HeldBecause.COLLEAGUE_BY_NUMBER)),
        (removed_participant, ELSEWHERE),
        (participant_elsewhere, ELSEWHERE),
        (customer_with_requests, held(HeldBecause.CUSTOMER_BY_NUMBER)),
        (of_another_organisation, ELSEWHERE),
        (sergei, ELSEWHERE),
        (anna, held(HeldBecause.STAFF)),
        (anna_who_takes_part, held(HeldBecause.STAFF)),
        (contractor, held(HeldBecause.STAFF)),
    ],
)
def test_mail_that_has_nothing_but_a_number(ticket, who, expected):
    assert decided(ticket, who, Signal.NUMBER) == expected


@pytest.mark.parametrize("signal", [*PROOFS, Signal.NUMBER])
@pytest.mark.parametrize("who", EVERYBODY)
def test_mail_that_is_forged_is_held_whoever_it_names(ticket, who, signal):
    assert decided(ticket, who, signal, verdict=FORGED) == held(HeldBecause.FORGED)


@pytest.mark.parametrize("results", [{"dmarc": "pass"}, {"dmarc": "none"}, {"spf": "fail", "dkim": "fail"}])
def test_mail_that_no_domain_calls_forged_is_judged_by_its_sender(ticket, results):
    verdict = AuthenticationVerdict(results)

    assert decided(ticket, clara, Signal.SIGNED_REFERENCE, verdict=verdict) == COUNTS
    assert decided(ticket, sergei, Signal.SIGNED_REFERENCE, verdict=verdict) == held(HeldBecause.STRANGER)


@pytest.mark.parametrize("signal", PROOFS)
@pytest.mark.parametrize("who", [participant, participant_of_another, colleague, sergei])
def test_mail_of_a_service_is_held_whoever_brought_it_in(ticket, who, signal):
    assert decided(ticket, who, signal, address=SERVICE) == held(HeldBecause.SERVICE)


@pytest.mark.parametrize(("who", "expected"), [(participant, ELSEWHERE), (sergei, ELSEWHERE)])
def test_mail_of_a_service_that_has_nothing_but_a_number_opens_its_own_ticket(ticket, who, expected):
    assert decided(ticket, who, Signal.NUMBER, address=SERVICE) == expected


@pytest.mark.parametrize("signal", [*PROOFS, Signal.NUMBER])
def test_service_that_asked_is_heard_on_its_own_request(ticket, signal):
    assert decided(ticket, clara, signal, address=SERVICE, subject="Your verification code is 481516") == COUNTS


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        (Signal.SIGNED_ADDRESS, held(HeldBecause.SERVICE)),
        (Signal.SIGNED_REFERENCE, COUNTS),
        (Signal.KNOWN_REFERENCE, COUNTS),
        (Signal.SIGNED_SUBJECT, COUNTS),
    ],
)
@pytest.mark.parametrize("who", [participant, colleague])
def test_code_sent_to_the_tickets_own_address_is_held_and_talk_of_codes_in_answers_is_not(
    ticket, who, signal, expected
):
    assert decided(ticket, who, signal, subject="Your verification code is 481516") == expected


@pytest.mark.parametrize("signal", PROOFS)
def test_two_without_an_organisation_are_no_colleagues(db, signal):
    ticket = TicketFactory(requester=UserFactory(organisation=None))

    assert decided(ticket, sergei, signal) == held(HeldBecause.STRANGER)
    assert decided(ticket, sergei, Signal.NUMBER) == ELSEWHERE


def test_staff_are_heard_on_what_they_asked_for_themselves(db):
    ticket = TicketFactory(requester=StaffFactory(name="Anna"))

    assert decided(ticket, clara, Signal.SIGNED_REFERENCE) == COUNTS


def test_colleague_when_the_requester_has_changed_organisations_is_told_by_the_tickets(ticket):
    former = ticket.organisation
    ticket.requester.organisation = OrganisationFactory()
    ticket.requester.save()

    now = ticket.requester.organisation

    assert [decided(ticket, lambda _, of=of: UserFactory(organisation=of), PROOFS[0]) for of in (former, now)] == [
        COUNTS,
        held(HeldBecause.OTHER_ORGANISATION),
    ]


def test_number_is_the_signal_that_is_least_sure():
    assert min(CONFIDENCE, key=CONFIDENCE.get) is Signal.NUMBER
    assert {signal for signal, sure in CONFIDENCE.items() if sure == 100} == {
        Signal.SIGNED_REFERENCE,
        Signal.SIGNED_ADDRESS,
        Signal.NEW,
    }
