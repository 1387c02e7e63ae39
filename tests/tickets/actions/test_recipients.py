"""Who gets what is said, and addresses as people type them."""

import pytest

from helpdesk.core.errors import Refused
from tests.factories import ParticipantFactory, TicketFactory, UserFactory
from tickets.actions.recipients import Audience, Recipient, audience_of, read_addresses


def test_answer_goes_to_the_requester_with_copies_to_who_takes_part(clara, ticket):
    piotr = ParticipantFactory(ticket=ticket, user=UserFactory(name="Piotr")).user
    ParticipantFactory(ticket=ticket, is_active=False)
    ParticipantFactory(ticket=TicketFactory())
    boss = Recipient("Boss", "boss@shop.example")

    audience = audience_of(ticket, extra=[boss])

    assert audience.to == [Recipient("Clara Weiss", "clara@shop.example", clara)]
    assert audience.cc == [Recipient("Piotr", piotr.email, piotr), boss]
    assert audience.everybody == [*audience.to, *audience.cc]


def test_nobody_is_written_to_twice(clara, ticket):
    piotr = ParticipantFactory(ticket=ticket).user
    again = [Recipient("", clara.email), Recipient("", piotr.email), *[Recipient("", "boss@shop.example")] * 2]

    audience = audience_of(ticket, extra=again)

    assert [each.address for each in audience.everybody] == [clara.email, piotr.email, "boss@shop.example"]


def test_who_has_no_address_gets_nothing(db):
    ticket = TicketFactory(requester=UserFactory(email=None))
    ParticipantFactory(ticket=ticket, user=UserFactory(email=None))

    assert audience_of(ticket) == Audience(to=[], cc=[])


def test_recipient_is_kept_without_the_key_of_the_person(clara):
    assert Recipient("Clara", "c@shop.example", clara).as_json() == {"name": "Clara", "address": "c@shop.example"}


@pytest.mark.parametrize(
    ("line", "addresses"),
    [
        ("", []),
        (" ,; ", []),
        ("Clara@Shop.example", ["clara@shop.example"]),
        ("a@x.example, b@x.example;c@x.example d@x.example\ne@x.example", [f"{each}@x.example" for each in "abcde"]),
        ("Clara Weiss <clara@shop.example>", ["clara@shop.example"]),
        ("Clara Weiss<clara@shop.example>", ["clara@shop.example"]),
        ('"Weiss, Clara" <clara@shop.example>, b@x.example', ["clara@shop.example", "b@x.example"]),
        ("<a@x.example>,<b@x.example>", ["a@x.example", "b@x.example"]),
        ("<a@x.example> <b@x.example>", ["a@x.example", "b@x.example"]),
    ],
)
def test_addresses_are_read_as_people_type_and_paste_them(line, addresses):
    assert read_addresses(line) == [Recipient("", address) for address in addresses]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("clara", "clara"),
        ("a@x.example, clara@", "clara@"),
        ("a@x.example bob", "bob"),
        ("Clara <clara@>", "clara@"),
        ("a@b@c.example", "a@b@c.example"),
    ],
)
def test_address_that_is_none_is_refused_by_name(line, named):
    with pytest.raises(Refused) as refusal:
        read_addresses(line)

    assert str(refusal.value) == f"“{'<' + named + '>' if '<' in line else named}” is not an e-mail address."


def test_word_of_any_length_is_named_by_its_beginning():
    with pytest.raises(Refused) as refusal:
        read_addresses("x" * 5000)

    assert str(refusal.value) == f"“{'x' * 100}” is not an e-mail address."


def test_no_more_than_fifty_addresses_are_read():
    line = ",".join(f"a{turn}@x.example" for turn in range(80))

    assert [each.address for each in read_addresses(line)] == [f"a{turn}@x.example" for turn in range(50)]


@pytest.mark.parametrize(
    "address",
    [
        "no-reply@shop.example",
        "noreply+17@shop.example",
        "do-not-reply@shop.example",
        "donotreply@shop.example",
        "mailer-daemon@shop.example",
        "bounces+clara=x@shop.example",
        "dev-owner@shop.example",
        "anything@lists.shop.example",
        "shop@googlegroups.com",
        "unknown@invalid",
        "someone@host.invalid",
    ],
)
def test_machines_and_mailing_lists_get_no_answers(ticket, address):
    ParticipantFactory(ticket=ticket, user=UserFactory(email=address))

    assert audience_of(ticket).cc == []


@pytest.mark.parametrize(
    "address", ["reply@shop.example", "owner@shop.example", "norman@shop.example", "li@listing.ru"]
)
def test_people_whose_addresses_look_alike_get_them(ticket, address):
    ParticipantFactory(ticket=ticket, user=UserFactory(email=address))

    assert [each.address for each in audience_of(ticket).cc] == [address]


def test_audience_without_its_requester_is_the_others_own():
    clara, piotr, boss = (Recipient("", f"{name}@shop.example") for name in ("clara", "piotr", "boss"))
    audience = Audience(to=[clara], cc=[piotr, boss])

    assert audience.of(lambda each: each != piotr) == Audience(to=[clara], cc=[boss])
    assert audience.of(lambda each: each == piotr) == Audience(to=[piotr], cc=[])
