"""Who sees a secret, why, and how often."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry as Line
from helpdesk.notifications.models import Notice
from tests.factories import TicketFactory
from tests.vpn.hosting.makers import VALUE, an_entry, granted, put
from vpn.hosting.actions import news
from vpn.hosting.actions.asking import approve, ask, refuse
from vpn.hosting.actions.granting import end_grant
from vpn.hosting.actions.reveals import SHOWN_FOR, reveal, use
from vpn.hosting.actions.secrets import wipe
from vpn.hosting.enums import RequestState, RevealKind
from vpn.hosting.models import Grant, Reveal, RevealRequest


@pytest.fixture
def bank(shop, pavel):
    """An entry that wants a second person."""
    return put(an_entry(shop, pavel, name="Bank", needs_four_eyes=True), pavel)


def test_reveal_says_who_when_why_and_for_how_long(server, root, anna, ticket):
    found = reveal(secret=root, by=anna, reason="The shop  is down", ticket=ticket)

    assert found.secret.value == VALUE
    assert (found.by, found.reason, found.ticket, found.kind) == (anna, "The shop is down", ticket, RevealKind.SHOWN)
    assert found.until - found.at == SHOWN_FOR
    line = Line.objects.about(server).get(verb="vault_secret_revealed")
    assert line.facts == {"secret": "root", "reason": "The shop is down", "ticket": ticket.pk}


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_reveal_without_a_reason_is_refused(root, anna, reason):
    with pytest.raises(Refused):
        reveal(secret=root, by=anna, reason=reason)

    assert Reveal.objects.count() == 0


def test_reveal_for_a_ticket_that_is_not_seen_is_refused(server, root, oleg, pavel):
    granted(server, oleg, pavel)

    with pytest.raises(Refused):
        reveal(secret=root, by=oleg, reason="x", ticket=TicketFactory())


def test_customer_reveals_nothing_of_their_own(root, clara):
    with pytest.raises(NotAllowed):
        reveal(secret=root, by=clara, reason="It is ours")


def test_contractor_reveals_what_is_granted_until_it_ends(server, root, oleg, pavel):
    with pytest.raises(Refused):
        reveal(secret=root, by=oleg, reason="x")

    given = granted(server, oleg, pavel)
    assert reveal(secret=root, by=oleg, reason="x").secret.value == VALUE

    end_grant(grant=given, by=pavel)
    with pytest.raises(Refused):
        reveal(secret=root, by=oleg, reason="x")


def test_contractor_whose_grant_ran_out_reveals_nothing(server, root, oleg, pavel):
    given = granted(server, oleg, pavel)
    past = timezone.now() - timedelta(days=2)
    Grant.objects.filter(pk=given.pk).update(granted_at=past, until=past + timedelta(days=1))

    with pytest.raises(Refused):
        reveal(secret=root, by=oleg, reason="x")


def test_wiped_secret_is_revealed_to_nobody(root, pavel):
    wipe(secret=root, by=pavel)

    with pytest.raises(Refused):
        reveal(secret=root, by=pavel, reason="x")


def test_so_many_reveals_within_an_hour_and_no_more(settings, root, anna, pavel):
    settings.VAULT_REVEALS_AN_HOUR = 2
    for _turn in range(2):
        reveal(secret=root, by=anna, reason="x")

    with pytest.raises(Refused, match="2"):
        reveal(secret=root, by=anna, reason="x")
    reveal(secret=root, by=pavel, reason="Others go on")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_not_quicker_than_the_limit(settings, root, anna):
    settings.VAULT_REVEALS_AN_HOUR = 1
    begin, refused = Barrier(2), []

    def hurry():
        begin.wait()
        try:
            reveal(secret=root, by=anna, reason="x")
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    runs = [Thread(target=hurry) for _turn in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert (Reveal.objects.count(), len(refused)) == (1, 1)


def test_many_reveals_alarm_the_keepers_once(settings, root, anna, pavel, lena):
    settings.VAULT_ALARM_AT = 3
    for _turn in range(2):
        reveal(secret=root, by=anna, reason="x")
    news.spread()
    assert Notice.objects.filter(occasion="vault_alarm").count() == 0

    for _turn in range(2):
        reveal(secret=root, by=anna, reason="x")
        news.spread()

    told = Notice.objects.filter(occasion="vault_alarm").order_by("person")
    assert {notice.person for notice in told} == {pavel, lena}
    assert len(told) == 2
    assert all(VALUE not in f"{notice.title}{notice.text}" for notice in told)


def test_connector_uses_a_secret_and_the_journal_says_so(server, root, anna):
    assert use(secret=root, by=anna, reason="Temporary account") == VALUE
    assert use(secret=root, by=None, reason="Its end") == VALUE

    assert [(each.by, each.kind) for each in Reveal.objects.order_by("pk")] == [(anna, "used"), (None, "used")]
    assert Line.objects.about(server).filter(verb="vault_secret_used").count() == 2


def test_connector_of_somebody_who_does_not_see_the_entry_gets_nothing(root, oleg, clara):
    for person in (oleg, clara):
        with pytest.raises(Refused):
            use(secret=root, by=person, reason="x")

    assert Reveal.objects.count() == 0


def test_second_person_approves_and_it_is_good_once(bank, anna, pavel):
    with pytest.raises(Refused):
        reveal(secret=bank, by=anna, reason="x")
    asked = ask(secret=bank, by=anna, reason="Payments stand still")
    assert ask(secret=bank, by=anna, reason="Again").pk == asked.pk

    approve(request=asked, by=pavel)
    found = reveal(secret=bank, by=anna, reason="x")

    assert (found.secret.value, found.approved_by) == (VALUE, pavel)
    with pytest.raises(Refused):
        reveal(secret=bank, by=anna, reason="Once more")
    assert RevealRequest.objects.get().state == RequestState.USED


def test_nobody_approves_their_own(bank, pavel, anna):
    asked = ask(secret=bank, by=pavel, reason="x")

    for person in (pavel, anna):
        with pytest.raises(NotAllowed):
            approve(request=asked, by=person)
    assert RevealRequest.objects.get().state == RequestState.WAITING


def test_approval_is_of_one_person_and_one_secret(bank, anna, pavel, lena):
    other = put(bank.entry, pavel, label="other")
    approve(request=ask(secret=bank, by=anna, reason="x"), by=pavel)

    for secret, person in ((other, anna), (bank, lena)):
        with pytest.raises(Refused):
            reveal(secret=secret, by=person, reason="x")


def test_approval_that_ran_out_is_none(bank, anna, pavel):
    asked = approve(request=ask(secret=bank, by=anna, reason="x"), by=pavel)
    RevealRequest.objects.filter(pk=asked.pk).update(good_until=timezone.now() - timedelta(seconds=1))

    with pytest.raises(Refused):
        reveal(secret=bank, by=anna, reason="x")


def test_request_that_is_refused_stays_so(bank, anna, pavel, lena):
    asked = refuse(request=ask(secret=bank, by=anna, reason="x"), by=pavel)

    with pytest.raises(Refused):
        approve(request=asked, by=lena)
    with pytest.raises(Refused):
        reveal(secret=bank, by=anna, reason="x")


def test_request_where_nobody_need_approve_is_refused(root, anna):
    with pytest.raises(Refused):
        ask(secret=root, by=anna, reason="x")


def test_request_is_told_the_keepers_and_the_answer_whoever_asked(bank, anna, pavel, lena):
    asked = ask(secret=bank, by=pavel, reason="Payments stand still")
    news.spread()
    assert [(each.person, each.occasion) for each in Notice.objects.order_by("pk")] == [(lena, "vault_asked")]

    approve(request=asked, by=lena)
    news.spread()
    news.spread()

    assert [(each.person, each.occasion) for each in Notice.objects.order_by("pk")] == [
        (lena, "vault_asked"),
        (pavel, "vault_approved"),
    ]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE hosting_reveal SET reason = 'nothing'", "DELETE FROM hosting_reveal", "TRUNCATE hosting_reveal CASCADE"],
)
def test_reveal_when_somebody_would_change_it_then_the_database_refuses(root, anna, statement):
    reveal(secret=root, by=anna, reason="The shop is down")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Reveal.objects.get().reason == "The shop is down"
