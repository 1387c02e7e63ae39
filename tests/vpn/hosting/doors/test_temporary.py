"""Temporary accesses from the wish to the end, against a panel that answers."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.signals import access_ended
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry as Line
from helpdesk.notifications.models import Delivery
from tests.peers.panels import Reply
from tests.vpn.hosting.doors.conftest import FOUR_HOURS, accounts, fresh, grant, let_pass, work_off
from vpn.hosting.actions import doors, temporary
from vpn.hosting.actions.entries import take_out
from vpn.hosting.actions.secrets import put_in, wipe
from vpn.hosting.enums import AccessState
from vpn.hosting.models import Reveal, TemporaryAccess

pytestmark = pytest.mark.django_db


def ask(door, person, by=None, **said):
    usual = {"reason": "The shop is down.", "lasting": FOUR_HOURS}
    return temporary.ask(door=door, for_whom=person, by=by or person, **(usual | said))


def test_access_when_asked_is_made_by_a_worker_under_its_name(asked, panel):
    before = accounts(panel)
    work_off()

    made = fresh(asked)
    assert (before, accounts(panel)) == (set(), {asked.name})
    assert (made.state, made.login, made.shown_at) == (AccessState.ACTIVE, asked.name, None)
    assert asked.name.startswith("hdanna")
    assert len(asked.name) == len("hdanna") + 8


def test_what_was_given_opens_the_panel_and_is_shown_once(made, panel, anna):
    given = temporary.deliver(access=made, by=anna)

    assert panel.admins[given.login]["passwd"] == given.secret
    assert (fresh(made).given, fresh(made).shown_at is None) == ("", False)
    with pytest.raises(Refused, match="has been shown already"):
        temporary.deliver(access=made, by=anna)


def test_nobody_else_gets_to_see_it(made, pavel):
    with pytest.raises(NotAllowed, match="Only whoever"):
        temporary.deliver(access=made, by=pavel)


def test_what_was_given_is_sealed_in_the_database(made):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT given FROM hosting_temporaryaccess WHERE id = %s", [made.pk])
        (kept,) = cursor.fetchone()

    assert made.name not in kept
    assert json.loads(made.given)["login"] == made.name


def test_access_at_its_end_is_removed(made, panel):
    let_pass(made, until=-0.1)
    work_off()

    assert accounts(panel) == set()
    assert (fresh(made).state, fresh(made).given) == (AccessState.ENDED, "")


def test_access_ended_by_hand_is_removed_at_once(made, panel, anna):
    temporary.end(access=made, by=anna)
    work_off()

    ended = fresh(made)
    assert accounts(panel) == set()
    assert (ended.state, ended.end_asked_by) == (AccessState.ENDED, anna)


def test_access_ended_before_it_was_made_leaves_nothing(asked, panel, anna):
    temporary.end(access=asked, by=anna)
    work_off()

    assert (fresh(asked).state, accounts(panel)) == (AccessState.FAILED, set())


def test_access_of_somebody_who_leaves_is_removed(made, panel, anna):
    anna.is_active = False
    anna.save()
    access_ended.send(sender=type(anna), user=anna)
    work_off()

    assert (fresh(made).state, accounts(panel)) == (AccessState.ENDED, set())


def test_access_of_somebody_who_sees_the_entry_no_more_is_found_by_the_sweep(door, oleg, pavel, panel):
    granted = grant(door.entry, oleg, pavel, hours=1)
    access = ask(door, oleg)
    work_off()
    granted.ended_at = timezone.now()
    granted.save()

    found = temporary.end_lost()
    work_off()

    assert (found, fresh(access).state, accounts(panel)) == (1, AccessState.ENDED, set())
    assert temporary.end_lost() == 0


def test_what_a_contractor_gets_ends_with_the_grant(door, oleg, pavel):
    granted = grant(door.entry, oleg, pavel, hours=1)

    assert ask(door, oleg).until == granted.until


def test_contractor_without_a_grant_gets_nothing(door, oleg, pavel):
    with pytest.raises(Refused, match="no longer open to you"):
        ask(door, oleg)
    with pytest.raises(Refused, match="not open to that person"):
        ask(door, oleg, pavel)


def test_customer_gets_nothing(door, clara, pavel):
    with pytest.raises(NotAllowed):
        ask(door, clara)
    with pytest.raises(Refused):
        ask(door, clara, pavel)


def test_only_keepers_ask_for_others(door, anna, pavel, lena):
    with pytest.raises(NotAllowed):
        ask(door, pavel, anna)

    assert ask(door, anna, lena).asked_by == lena


def test_entry_that_wants_a_second_person_is_asked_for_by_another(door, pavel, lena):
    door.entry.needs_four_eyes = True
    door.entry.save()

    with pytest.raises(Refused, match="second person"):
        ask(door, pavel)
    assert ask(door, pavel, lena).for_whom == pavel


@pytest.mark.parametrize("lasting", [timedelta(), timedelta(hours=-1), timedelta(days=8)])
def test_length_out_of_bounds_is_refused(door, anna, lasting):
    with pytest.raises(Refused, match="seven days"):
        ask(door, anna, lasting=lasting)


def test_reason_is_wanted(door, anna):
    with pytest.raises(Refused, match="Say in a few words"):
        ask(door, anna, reason="  ")


def test_more_than_twenty_at_a_time_are_refused(door, anna, monkeypatch):
    monkeypatch.setattr(temporary, "MOST_LIVE", 1)
    ask(door, anna)

    with pytest.raises(Refused, match="end some"):
        ask(door, anna)


def test_panel_that_declines_makes_it_fail_in_its_words(asked, panel):
    panel.admins[asked.name] = {"name": asked.name, "passwd": "x" * 20}
    work_off()

    failed = fresh(asked)
    assert failed.state == AccessState.FAILED
    assert failed.trouble == f"The panel declines: {asked.name} already exists."
    assert asked.name in panel.admins, "what is there was not ours"


def test_answer_that_was_lost_leaves_nothing_behind(asked, panel):
    """The account was made, and its answer never came."""
    lost = []

    def lose(call):
        if call.form.get("func") == "admin.edit" and not lost:
            lost.append(panel.answer(call))
            return Reply(502, "bad gateway", "text/html")
        return None

    panel.instead = lose
    work_off()

    assert (len(lost), accounts(panel), fresh(asked).state) == (1, set(), AccessState.FAILED)


def test_worker_that_died_after_making_is_mended(asked, panel):
    """Its lease ran out with an account over there that no row says is made: it is removed and made anew."""
    panel.admins[asked.name] = {"name": asked.name, "passwd": "of the dead worker"}
    past = timezone.now() - timedelta(minutes=1)
    TemporaryAccess.objects.filter(pk=asked.pk).update(attempts=1, lease_until=past)
    work_off()

    assert fresh(asked).state == AccessState.ACTIVE
    assert panel.admins[asked.name]["passwd"] == temporary.opened(fresh(asked).given).secret


def test_leased_access_is_left_to_its_worker(asked, panel):
    TemporaryAccess.objects.filter(pk=asked.pk).update(lease_until=timezone.now() + timedelta(minutes=1))

    assert work_off() == 0
    assert panel.calls == []


def test_access_that_cannot_be_removed_is_tried_again_and_told_of(made, panel, anna, pavel):
    let_pass(made, until=-1)
    panel.instead = lambda call: Reply(503, "maintenance")
    work_off()
    stuck = fresh(made)
    told = set(Delivery.objects.values_list("recipient", flat=True))
    TemporaryAccess.objects.update(due_at=timezone.now())
    work_off()
    told_again = Delivery.objects.count()
    panel.instead = lambda call: None
    TemporaryAccess.objects.update(due_at=timezone.now())
    work_off()

    assert (stuck.state, stuck.attempts) == (AccessState.ENDING, 1)
    assert "error of its own" in stuck.trouble
    assert stuck.due_at > timezone.now()
    assert told == {anna.email, pavel.email}
    assert told_again == 2
    assert (fresh(made).state, accounts(panel)) == (AccessState.ENDED, set())


def test_alarm_waits_for_a_quarter_of_an_hour(made, panel, anna):
    panel.instead = lambda call: Reply(503, "maintenance")
    temporary.end(access=made, by=anna)
    work_off()

    assert Delivery.objects.count() == 0


def test_sign_in_of_the_program_is_written_down_with_who_asked(made, anna):
    used = Reveal.objects.get(by=anna)

    assert (used.kind, used.reason) == ("used", "The shop is down.")
    assert Reveal.objects.filter(by=None).count() == 0


def test_story_stands_in_the_journal_without_the_secret(made, anna, panel):
    secret = temporary.deliver(access=made, by=anna).secret
    temporary.end(access=made, by=anna)
    work_off()

    lines = Line.objects.filter(verb__startswith="vault_access").order_by("pk")
    assert [line.verb for line in lines] == [
        "vault_access_asked",
        "vault_access_made",
        "vault_access_shown",
        "vault_access_end_asked",
        "vault_access_ended",
    ]
    assert secret not in str(list(Line.objects.values()))


def test_entry_is_not_taken_out_over_accounts_that_are_still_there(made, pavel):
    with pytest.raises(Refused, match="end them first"):
        take_out(entry=made.entry, by=pavel)


def test_secret_by_which_accounts_are_removed_is_not_wiped(made, root, pavel):
    other = put_in(entry=made.entry, kind="token", label="Another", value="x", by=pavel)
    wipe(secret=other, by=pavel)

    with pytest.raises(Refused, match="end them first"):
        wipe(secret=root, by=pavel)


def test_door_is_not_removed_nor_moved_over_accounts_that_are_still_there(made, details, pavel):
    with pytest.raises(Refused, match="end them first"):
        doors.remove(door=made.door, by=pavel)
    moved = doors.DoorDetails(details.connector, "https://other.example:1500", details.login, details.secret)
    with pytest.raises(Refused, match="end them first"):
        doors.change(door=made.door, details=moved, by=pavel)


def test_role_without_the_vault_loses_the_access(made, anna, panel):
    anna.role = Role.CONTRACTOR
    anna.save()

    temporary.end_lost()
    work_off()

    assert (fresh(made).state, accounts(panel)) == (AccessState.ENDED, set())
