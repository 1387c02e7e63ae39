"""The words in the search box: what they mean, to whom, and what is said about a wrong one."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from helpdesk.search.finding import ask
from tests.factories import MessageFactory, OrganisationFactory, TeamFactory, TicketFactory
from tests.finding import found_under, indexed
from tickets.actions.files import NewFile
from tickets.actions.writing import Draft, write
from tickets.enums import Channel, MessageKind, Status
from tickets.queries.documents import MESSAGES
from tickets.views.desk.searching import completed

pytestmark = pytest.mark.django_db


def said(text="basket", **fields):
    at = {"created_at": fields.pop("at")} if "at" in fields else {}
    people = {name: fields.pop(name) for name in ("from_name", "from_address", "sent_to", "author") if name in fields}
    return indexed(MessageFactory(ticket=TicketFactory(**fields), text=text, **people, **at)).ticket


def refusals(reader, words):
    return list(ask(MESSAGES, reader=reader, words=words).refusals)


@pytest.mark.parametrize(
    "words",
    ["from:clara", "от:Вайс", "from:clara@shop.example", 'from:"Clara Вайс"', "basket from:shop.example"],
)
def test_sender_is_found_by_name_address_and_parts_of_it(anna, words):
    ticket = said(from_name="Clara Вайс", from_address="clara@shop.example")
    said("clara вайс", from_name="Jonas", from_address="jonas@other.example")

    assert found_under(words, reader=anna) == [ticket.pk]


def test_own_messages_are_found_by_me(anna):
    ticket = said(author=anna)
    said()

    assert found_under("from:me", reader=anna) == found_under("от:я", reader=anna) == [ticket.pk]


def test_recipient_is_found(anna):
    ticket = said(sent_to=[{"name": "Jonas", "address": "jonas@shop.example"}])
    said("jonas")

    assert found_under("to:jonas", reader=anna) == found_under("кому:jonas@shop.example", reader=anna) == [ticket.pk]


@pytest.mark.parametrize("words", ["team:line-1", "team:Line", 'команда:"Line 1"', "basket -team:office"])
def test_team_narrows_by_its_name_or_its_beginning(anna, line_1, words):
    ticket = said(team=line_1)
    said(team=TeamFactory(name="Office"))

    assert found_under(words, reader=anna) == [ticket.pk]


def test_organisation_narrows_by_a_part_of_its_name(anna):
    ticket = said(organisation=OrganisationFactory(name="Nordlicht Shop"))
    said(organisation=OrganisationFactory(name="Other"))

    assert found_under("organisation:licht", reader=anna) == found_under("компания:nord", reader=anna) == [ticket.pk]


def test_status_narrows_by_its_word_in_either_language(anna):
    ticket = said(status=Status.ON_HOLD)
    said()

    assert found_under("status:on_hold", reader=anna) == found_under('status:"on hold"', reader=anna) == [ticket.pk]
    with translation.override("ru"):
        label = str(Status.ON_HOLD.label).lower()
        assert found_under(f'статус:"{label}"', reader=anna) == [ticket.pk]


def test_tag_narrows_and_leaves_out(anna):
    ticket, other = said(tags=["gold"]), said()

    assert found_under("tag:gold", reader=anna) == [ticket.pk]
    assert found_under("basket -tag:gold", reader=anna) == [other.pk]


def test_files_narrow_and_are_found_by_their_names(anna, clara):
    ticket = TicketFactory(requester=clara)
    draft = Draft(kind=MessageKind.INBOUND, channel=Channel.MAIL, text="basket")
    files = [NewFile("report_2024.pdf", b"%PDF", "application/pdf")]
    write(ticket=ticket, author=clara, draft=Draft(**{**_facts(draft), "files": files}))
    said()

    assert found_under("has:file", reader=anna) == found_under("есть:файл report_20", reader=anna) == [ticket.pk]


def _facts(draft):
    return {"kind": draft.kind, "channel": draft.channel, "text": draft.text}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("after:2026-05-10", {"10", "11"}),
        ("before:2026-05-10", {"9"}),
        ("before:10.05.2026", {"9"}),
        ("after:2026-05 before:2026-05-11", {"9", "10"}),
        ("после:2026 до:2027", {"9", "10", "11"}),
        ("after:2027", set()),
    ],
)
def test_days_are_those_of_the_readers_zone(anna, words, expected):
    moscow = ZoneInfo("Europe/Moscow")
    tickets = {str(day): said(at=datetime(2026, 5, day, 0, 30, tzinfo=moscow)).pk for day in (9, 10, 11)}

    with timezone.override(moscow):
        assert found_under(words, reader=anna) == sorted(tickets[day] for day in expected)


def test_days_back_are_counted_from_today(anna):
    ticket = said()

    assert found_under("after:today", reader=anna) == found_under("after:7d", reader=anna) == [ticket.pk]
    assert found_under("before:yesterday", reader=anna) == found_under("до:вчера", reader=anna) == []


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("team:nobody", "There is no team “nobody” here. Try: line-1."),
        ("status:lost", '“lost” is no status. Try: new, open, waiting, "on hold", resolved, closed.'),
        ("organisation:zz", "No organisation is called “zz”: write a part of its name."),
        ("before:soon", "“soon” is no day: write 2026-05-31, 2026-05, 2026, 31.05.2026, 7d or today."),
        ("after:2026-02-31", "“2026-02-31” is no day: write 2026-05-31, 2026-05, 2026, 31.05.2026, 7d or today."),
        ("after:0001", "“0001” is no day: write 2026-05-31, 2026-05, 2026, 31.05.2026, 7d or today."),
        ("-before:2026", "Write “before:” without a minus: “before:” and “after:” say it both ways."),
        ("has:money", "Only files can be asked for so: has:file."),
        ("from:-", "Write a name or an address after the colon, without a space: from:clara."),
        ("tag:!", "Write a tag after “tag:”, for example tag:refund."),
        ("ticket:99999999", "You see no ticket with the number “99999999”."),
        ("ticket:x", "You see no ticket with the number “x”."),
    ],
)
def test_wrong_value_is_told_with_what_would_be_right(anna, line_1, words, refusal):
    assert refusals(anna, f"basket {words}") == [refusal]


@pytest.mark.parametrize("words", ["team:line-1", "tag:gold", "organisation:nord"])
def test_words_of_staff_mean_nothing_to_customers(clara, line_1, words):
    said(requester=clara, team=line_1, tags=["gold"], organisation=clara.organisation)

    assert refusals(clara, words) == []
    assert found_under(words, reader=clara) == []


def test_contractor_learns_of_no_other_team(oleg):
    TeamFactory(name="Secret")

    assert refusals(oleg, "team:secret") == ["There is no team “secret” here. Try: shops."]


def test_ticket_that_a_reader_cannot_see_is_none_to_them(oleg, clara):
    hidden = said()

    assert len(refusals(oleg, f"ticket:{hidden.number}")) == len(refusals(clara, f"ticket:{hidden.number}")) == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("basket team:l", ["basket team:line-1"]),
        ("-team:", ["-team:line-1"]),
        ("status:o", ["status:open", 'status:"on hold"']),
        ("has:", ["has:file"]),
        ("organisation:nord", ['organisation:"Nordlicht Shop"']),
        ("from:a", []),
        ("team:line-1", []),
        ("basket", []),
        ("", []),
    ],
)
def test_words_are_completed(anna, line_1, clara, words, expected):
    assert completed(anna, words) == expected


def test_days_are_completed_from_today(anna):
    today = timezone.localdate()

    assert completed(anna, "after:") == [
        f"after:{each}" for each in (today.isoformat(), f"{today:%Y-%m}", today.year, "7d")
    ]
