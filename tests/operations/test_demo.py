"""The demo data: believable, consistent with what the actions write, and harmless."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Organisation, Team, User
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from helpdesk.operations.demo import sign_ins
from helpdesk.operations.demo.loading import is_loaded, load
from helpdesk.operations.demo.stories import stories
from tests.finding import found_under
from tickets.enums import Approval, Priority, Status
from tickets.mail.actions.surveying import due
from tickets.mail.models import KnownId
from tickets.mail.tokens import number_of_message_id
from tickets.models import Attachment, Category, CustomField, Message, SavedView, Template, Ticket, TicketLink
from tickets.placeholders import unknown_in


@pytest.fixture
def demo(db):
    load()


def test_second_run_changes_nothing(demo):
    before = (User.objects.count(), Ticket.objects.count(), Entry.objects.count())

    call_command("demo", verbosity=0)

    assert is_loaded()
    assert (User.objects.count(), Ticket.objects.count(), Entry.objects.count()) == before


def test_everybody_who_is_named_at_the_start_can_sign_in(demo):
    for person in sign_ins():
        answer = Client().post("/accounts/login/", {"login": person.email, "password": person.password})

        assert answer.status_code == 302, person.email


def test_there_is_enough_to_look_at(demo):
    assert Ticket.objects.count() >= 55
    assert Organisation.objects.count() == 12
    assert User.objects.customers().count() >= 30
    assert {team.line for team in Team.objects.all()} == {1, 2, 3}
    assert {ticket.status for ticket in Ticket.objects.all()} == set(Status.values)
    assert {ticket.priority for ticket in Ticket.objects.all()} == set(Priority.values)
    assert Ticket.objects.get(awaits_approval=1).messages.filter(approval=Approval.PENDING).count() == 1
    assert sorted(Attachment.objects.values_list("content_type", flat=True)) == [
        "image/png",
        "image/png",
        "text/csv",
        "text/plain",
    ]


def test_every_state_agrees_with_the_conversation(demo):
    for ticket in Ticket.objects.prefetch_related("messages"):
        messages = sorted(ticket.messages.all(), key=lambda message: message.pk)
        public = [message for message in messages if message.is_public]

        assert [message.created_at for message in messages] == sorted(message.created_at for message in messages)
        assert public[-1].text.startswith(ticket.snippet[:10])
        assert ticket.created_at == messages[0].created_at
        assert public[-1].created_at <= ticket.active_at <= timezone.now()
        assert (ticket.status == Status.WAITING) <= (public[-1].kind == "reply")
        assert (ticket.status == Status.NEW) <= (len(public) == 1)


def test_contractor_sees_one_queue_and_customers_their_own(demo):
    oleg, clara, sergei = (
        User.objects.get(email=f"{name}.example") for name in ("oleg@contractor", "clara@shop", "sergei@stranger")
    )

    assert oleg.role == Role.CONTRACTOR
    assert {ticket.team.name for ticket in Ticket.objects.visible_to(oleg)} == {"Development"}
    assert {ticket.organisation.name for ticket in Ticket.objects.visible_to(clara)} == {"Nordlicht Shop"}
    assert {ticket.requester for ticket in Ticket.objects.visible_to(sergei)} == {sergei}


def test_nothing_waits_to_be_sent_and_nothing_is_dated_today_by_mistake(demo):
    assert {delivery.state for delivery in Delivery.objects.all()} == {"sent"}
    assert Delivery.objects.count() == Message.objects.filter(kind="reply").count()
    assert Entry.objects.filter(at__lt=timezone.now() - timedelta(days=7)).count() > 30


def test_an_answer_by_mail_to_a_demo_reply_would_find_its_ticket(demo):
    for known in KnownId.objects.filter(message__kind="reply").select_related("ticket"):
        assert number_of_message_id(known.value) == known.ticket.number


def test_words_are_found_in_both_languages(demo):
    assert found_under("certificate")
    assert found_under("остатки")


def test_stories_name_only_people_and_teams_that_exist(demo):
    addresses = set(User.objects.values_list("email", flat=True))
    teams = set(Team.objects.values_list("name", flat=True))

    assert {story.requester for story in stories()} <= addresses
    assert {story.team for story in stories()} == teams


def test_categories_ask_in_both_languages_and_tickets_have_their_values(demo):
    assert {frozenset(category.name) for category in Category.objects.all()} == {frozenset({"en", "ru"})}
    assert {frozenset(field.label) for field in CustomField.objects.all()} == {frozenset({"en", "ru"})}
    described = Ticket.objects.filter(category__isnull=False)
    assert described.count() >= 12
    assert described.get(subject__startswith="Checkout returns").fields == {
        "domain": "shop.example",
        "area": "payment",
        "provider": "Stripe",
        "orders": 11,
    }


def test_templates_are_there_in_both_languages_with_known_placeholders(demo):
    kept = Template.objects.filter(audience="everybody")

    assert kept.filter(is_for_replies=True).count() == 3
    assert kept.filter(is_for_notes=True).count() == 1
    assert {frozenset(template.text) for template in kept} == {frozenset({"en", "ru"})}
    assert [name for template in kept for text in template.text.values() for name in unknown_in(text)] == []


def test_what_people_did_beside_writing_is_there(demo):
    merged = Ticket.objects.get(merged_into__isnull=False)
    asleep = Ticket.objects.filter(snoozed_until__gt=timezone.now())

    assert merged.organisation == merged.merged_into.organisation
    assert Entry.objects.filter(verb="ticket_merged", subject_id=merged.pk).count() == 1
    assert {link.kind for link in TicketLink.objects.all()} >= {"related", "child"}
    assert all(not ticket.is_finished for ticket in asleep)
    assert asleep
    assert SavedView.objects.count() >= 3
    assert not Ticket.objects.filter(rating__isnull=False).exclude(surveys__score=F("rating")).exists()


def test_nobody_is_asked_for_a_rating_of_what_was_made_up(demo):
    assert list(due()) == []
