"""Every invariant that the database itself keeps, broken on purpose, each under the name that the error gives it."""

import hashlib
from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.models import (
    ContactPoint,
    Erasure,
    Import,
    ImportRow,
    Invitation,
    KnownBrowser,
    Merger,
    Note,
    Organisation,
    RoleRule,
    User,
)
from helpdesk.accounts.sso.models import (
    Assertion,
    Consent,
    IdentityProvider,
    LogoutNotice,
    OutsideIdentity,
    RoleMapping,
    SigningKey,
    Site,
    Visit,
)
from helpdesk.notifications.actions import Outgoing, enqueue
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.search import actions as search
from helpdesk.search.models import Document
from helpdesk.work.models import Job
from tests.factories import (
    CategoryFactory,
    CustomFieldFactory,
    GrantFactory,
    MailboxFactory,
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    SavedViewFactory,
    StaffFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
    UserFactory,
)
from tests.peers.sites import make_site
from tickets.enums import MessageKind, Status
from tickets.mail.enums import RawMailState
from tickets.mail.models import RawMail
from tickets.models import (
    BulkChange,
    CustomField,
    DataExport,
    EarlierWords,
    KeptDraft,
    Merge,
    Survey,
    Ticket,
    TicketLink,
    Watcher,
)

pytestmark = pytest.mark.django_db
OURS = ("accounts", "sso", "journal", "notifications", "search", "work", "tickets", "mail")


def raw_mail(**fields):
    content = b"Subject: Basket\r\n\r\nIs empty."
    defaults = {"source": "imap", "content": content, "sha256": hashlib.sha256(content).hexdigest(), "size": 29}
    return RawMail.objects.create(**(defaults | fields))


def bulk_change_twice():
    by = StaffFactory()
    twice(BulkChange.objects.create, by=by, key=UUID(int=7), verb="assigned")


def delivery(**fields):
    [row] = enqueue(subject=UserFactory(), outgoing=[Outgoing(Purpose.REPLY, "clara@shop.example")])
    Delivery.objects.filter(pk=row.pk).update(**fields)


def job(**fields):
    Job.objects.create(owner=StaffFactory(), kind="journal", **fields)


def ticket(**fields):
    Ticket.objects.filter(pk=TicketFactory().pk).update(**fields)


def invitation():
    shop = Organisation.objects.first() or OrganisationFactory()
    Invitation.objects.create(
        organisation=shop,
        address="a@shop.example",
        invited_by=UserFactory(),
        digest=str(Invitation.objects.count()),
        expires_at=LATER,
    )


def staff_invitation(**fields):
    defaults = {"address": "a@helpdesk.example", "role": "agent", "digest": str(Invitation.objects.count())}
    Invitation.objects.create(**(defaults | {"invited_by": StaffFactory(), "expires_at": LATER} | fields))


def rule(role, *capabilities):
    RoleRule.objects.filter(role=role).update(capabilities=list(capabilities))


def survey(**fields):
    Survey.objects.create(ticket=Ticket.objects.first() or TicketFactory(), resolved_at=NOW, **fields)


def draft(**fields):
    KeptDraft.objects.create(**({"ticket": TicketFactory(), "author": StaffFactory(), "kind": "reply"} | fields))


def draft_twice():
    twice(draft, ticket=TicketFactory(), author=StaffFactory())


def earlier_words_twice():
    note = MessageFactory(kind="note")
    facts = {"message": note, "version": 1, "written_by": note.author, "until": timezone.now()}
    twice(EarlierWords.objects.create, **facts)


def shown_by_itself():
    field = CustomFieldFactory()
    CustomField.objects.filter(pk=field.pk).update(shown_when=field.pk)


def twice(make, **fields):
    make(**fields)
    make(**fields)


def document_twice():
    search.index(subject=UserFactory(), shown_under=1, title="Clara", names="", text="")
    document = Document.objects.get()
    document.pk = None
    document.save(force_insert=True)


def watch_twice():
    watched, anna = TicketFactory(), StaffFactory()
    twice(Watcher.objects.create, ticket=watched, user=anna)


def view_twice():
    anna = StaffFactory()
    SavedViewFactory(owner=anna, name="Late")
    SavedViewFactory(owner=anna, name="LATE")


def template_twice():
    anna = StaffFactory()
    TemplateFactory(owner=anna, name="Late")
    TemplateFactory(owner=anna, name="LATE")


def message_twice(**fields):
    twice(MessageFactory, **({"ticket": TicketFactory()} | fields))


def merge(source, target, **fields):
    Merge.objects.create(source=source, target=target, source_status=Status.OPEN, merged_by=StaffFactory(), **fields)


def merge_into_itself():
    only = TicketFactory()
    merge(only, only)


def merge_in_a_chain():
    middle = TicketFactory()
    merge(middle, TicketFactory())
    merge(TicketFactory(), middle)


def merge_twice():
    source = TicketFactory()
    merge(source, TicketFactory())
    merge(source, TicketFactory())


def merged_into_itself():
    Ticket.objects.filter(pk=TicketFactory().pk).update(merged_into=F("pk"))


def linked(source, target, kind="related"):
    return TicketLink.objects.create(source=source, target=target, kind=kind, made_by=StaffFactory())


def link_both_ways():
    one, other = TicketFactory(), TicketFactory()
    linked(one, other)
    linked(other, one)


def two_parents():
    child = TicketFactory()
    linked(child, TicketFactory(), "child")
    linked(child, TicketFactory(), "child")


def link_to_itself():
    only = TicketFactory()
    linked(only, only)


def parents_in_a_circle():
    one, two, three = (TicketFactory() for _ in range(3))
    for child, parent in ((one, two), (two, three), (three, one)):
        linked(child, parent, "child")


def merger(survivor=None, merged=None, **fields):
    Merger.objects.create(
        survivor=survivor or UserFactory(), merged=merged or UserFactory(), merged_by=StaffFactory(), **fields
    )


def merger_with_oneself():
    clara = UserFactory()
    merger(clara, clara)


def merged_person_twice():
    clara = UserFactory()
    twice(merger, merged=clara)


def note(**fields):
    Note.objects.create(author=StaffFactory(), **({"text": "Phones on Mondays", "person": UserFactory()} | fields))


def import_row(**fields):
    source, _ = Import.objects.get_or_create(filename="people.csv", defaults={"by": StaffFactory(), "format": "csv"})
    ImportRow.objects.create(source=source, **({"number": 2, "state": "good", "address": "a@shop.example"} | fields))


def import_row_of_one_address():
    import_row(number=2)
    import_row(number=3)


def visit(**fields):
    facts = {"session_key": "one", "password_mark": "x", "entered_at": NOW} | fields
    site = Site.objects.first() or make_site("Wiki")[0]
    return Visit.objects.create(user=UserFactory(), site=site, **facts)


def consent_twice():
    twice(Consent.objects.create, user=UserFactory(), site=make_site("Wiki")[0], scopes=[])


def provider():
    return IdentityProvider.objects.create(name="Works", slug=f"works-{IdentityProvider.objects.count()}")


def identity(**fields):
    OutsideIdentity.objects.create(user=UserFactory(), **({"provider": provider(), "subject": "x"} | fields))


def assertion_twice():
    works = provider()
    for digest in "ab":
        Assertion.objects.create(provider=works, name="_1", digest=digest, expires_at=LATER)


NOW, LATER = timezone.now(), timezone.now() + timedelta(hours=1)
BROKEN = [
    ("one_key_signs", lambda: [SigningKey.objects.create(kid=kid, pem="x") for kid in "ab"]),
    ("visit_one_open", lambda: twice(visit)),
    ("visit_ended_why", lambda: visit(ended_at=NOW)),
    ("visit_ended_why", lambda: visit(ending="signed_out")),
    ("notice_done_when", lambda: LogoutNotice.objects.create(visit=visit(), done_at=NOW)),
    ("notice_done_when", lambda: LogoutNotice.objects.create(visit=visit(), state="taken")),
    ("consent_once", consent_twice),
    ("mapping_once", lambda: twice(RoleMapping.objects.create, provider=provider(), group="x", role="agent")),
    ("identity_of_one_person", lambda: twice(identity, provider=provider())),
    ("identity_says_who", lambda: identity(subject="")),
    ("assertion_once", assertion_twice),
    ("contact_point_once", lambda: twice(ContactPoint.objects.create, user=UserFactory(), value="+49 30 1")),
    (
        "bounce_reason_with_time",
        lambda: ContactPoint.objects.create(user=UserFactory(), value="a@shop.example", bounce_reason="5.1.1"),
    ),
    ("data_export_one_unfinished", lambda: twice(DataExport.objects.create, person=UserFactory(), expires_at=LATER)),
    ("erasure_one_open", lambda: twice(Erasure.objects.create, person=UserFactory(), due_at=LATER)),
    ("invitation_one_open", lambda: twice(invitation)),
    ("invitation_one_open_of_staff", lambda: twice(staff_invitation)),
    ("invitation_to_one_side", lambda: staff_invitation(organisation=OrganisationFactory())),
    ("invitation_to_one_side", lambda: staff_invitation(role="")),
    ("browser_once", lambda: twice(KnownBrowser.objects.create, user=UserFactory(), digest="same")),
    ("merger_of_two", merger_with_oneself),
    ("merged_once", merged_person_twice),
    ("merger_undone_by_somebody", lambda: merger(undone_at=NOW)),
    ("note_about_one_thing", lambda: note(organisation=OrganisationFactory())),
    ("note_says_something", lambda: note(text="")),
    ("note_edited_by_somebody", lambda: note(edited_at=NOW)),
    ("import_row_once", lambda: twice(import_row, state="broken")),
    ("import_row_address_once", import_row_of_one_address),
    ("import_row_sound_without_faults", lambda: import_row(faults=[["twice", "2"]])),
    ("grant_once", lambda: twice(GrantFactory, contractor=StaffFactory(), team=TeamFactory())),
    ("email_lower_case", lambda: User.objects.create(name="Clara", email="Clara@shop.example")),
    ("email_missing_is_null", lambda: User.objects.create(name="Clara", email="")),
    ("auditors_are_staff", lambda: UserFactory(is_auditor=True)),
    ("auditors_are_staff", lambda: StaffFactory(is_auditor=True, role="contractor")),
    ("administrators_stay_able", lambda: rule("administrator", "enter_desk", "enter_admin")),
    ("others_do_not_configure", lambda: rule("line_lead", "enter_desk", "configure")),
    ("others_do_not_configure", lambda: rule("agent", "enter_desk", "enter_admin")),
    ("customers_stay_customers", lambda: rule("customer", "enter_cabinet", "see_all_tickets")),
    ("customers_stay_customers", lambda: rule("customer_manager", "manage_people")),
    ("only_managers_manage", lambda: rule("customer", "enter_cabinet", "manage_people")),
    ("staff_stay_staff", lambda: rule("accountant", "see_all_tickets")),
    ("staff_stay_staff", lambda: rule("agent", "enter_desk", "enter_cabinet")),
    ("contractors_stay_confined", lambda: rule("contractor", "enter_desk", "see_all_tickets")),
    ("contractors_stay_confined", lambda: rule("contractor", "enter_desk", "see_customers")),
    ("job_runs_under_a_lease", lambda: job(state="running", lease_until=None)),
    ("job_runs_under_a_lease", lambda: job(state="waiting", lease_until=NOW)),
    ("job_ends_once", lambda: job(state="done", finished_at=NOW)),
    ("job_ends_once", lambda: job(state="waiting", finished_at=NOW, expires_at=NOW)),
    ("delivery_lease_while_sending", lambda: delivery(state=DeliveryState.SENDING, lease_until=None)),
    ("delivery_lease_while_sending", lambda: delivery(state=DeliveryState.SENT, lease_until=NOW)),
    ("search_document_once", document_twice),
    ("ticket_closed_with_time", lambda: ticket(status=Status.CLOSED, resolved_at=NOW, closed_at=None)),
    ("ticket_closed_with_time", lambda: ticket(status=Status.OPEN, closed_at=NOW)),
    ("ticket_resolved_with_time", lambda: ticket(status=Status.RESOLVED, resolved_at=None)),
    ("ticket_has_subject", lambda: ticket(subject="")),
    ("ticket_rating_is_a_score", lambda: ticket(rating=4)),
    ("survey_once_a_resolution", lambda: twice(survey)),
    ("survey_rated_by_somebody", lambda: survey(score=3)),
    ("survey_rated_by_somebody", lambda: survey(words="Well done")),
    ("ticket_locked_with_time", lambda: ticket(locked_by=StaffFactory())),
    ("ticket_archived_is_closed", lambda: ticket(archived_at=NOW)),
    ("ticket_not_merged_into_itself", merged_into_itself),
    ("merge_once", merge_twice),
    ("merge_not_into_itself", merge_into_itself),
    ("merge_undone_by_somebody", lambda: merge(TicketFactory(), TicketFactory(), undone_at=NOW)),
    ("ticket_link_once", link_both_ways),
    ("ticket_link_one_parent", two_parents),
    ("ticket_link_not_to_itself", link_to_itself),
    ("participant_once", lambda: twice(ParticipantFactory, ticket=TicketFactory(), user=UserFactory())),
    ("watcher_once", watch_twice),
    ("draft_once", draft_twice),
    ("earlier_words_once", earlier_words_twice),
    ("draft_note_is_not_scheduled", lambda: draft(kind="note", send_at=timezone.now())),
    ("saved_view_once", view_twice),
    ("bulk_change_once", bulk_change_twice),
    ("saved_view_has_name", lambda: SavedViewFactory(name="")),
    ("saved_view_narrows", lambda: SavedViewFactory(criteria="")),
    ("saved_view_team_with_audience", lambda: SavedViewFactory(audience="team")),
    ("saved_view_team_with_audience", lambda: SavedViewFactory(audience="everybody", team=TeamFactory())),
    ("template_once", template_twice),
    ("template_has_name", lambda: TemplateFactory(name="")),
    ("template_has_text", lambda: TemplateFactory(text={})),
    ("template_is_for_something", lambda: TemplateFactory(is_for_replies=False, is_for_notes=False)),
    ("template_team_with_audience", lambda: TemplateFactory(audience="team")),
    ("category_key_is_a_word", lambda: CategoryFactory(key="Not a word")),
    ("custom_field_key_is_a_word", lambda: CustomFieldFactory(key="not-a-word")),
    ("custom_field_limits_in_order", lambda: CustomFieldFactory(at_least=2, at_most=1)),
    (
        "custom_field_required_is_shown",
        lambda: CustomFieldFactory(is_for_customers=False, is_required_for_customers=True),
    ),
    ("custom_field_not_shown_by_itself", shown_by_itself),
    ("message_once", lambda: message_twice(message_id="one@shop.example", content_hash="same")),
    (
        "message_idempotency",
        lambda: message_twice(author=StaffFactory(), kind=MessageKind.NOTE, idempotency_key="one form"),
    ),
    ("mailbox_one_default", lambda: twice(MailboxFactory, is_default=True)),
    ("mailbox_server_named", lambda: MailboxFactory(protocol="imap", in_host="")),
    ("raw_mail_once_on_server", lambda: twice(raw_mail, mailbox=MailboxFactory(), uid_validity=7, uid="12")),
    ("raw_mail_once_on_server", lambda: twice(raw_mail, mailbox=MailboxFactory(), uid="pop3-uidl")),
    ("raw_mail_lease_while_processing", lambda: raw_mail(state=RawMailState.PROCESSING)),
    ("raw_mail_lease_while_processing", lambda: raw_mail(lease_until=LATER)),
    ("raw_mail_finished_with_time", lambda: raw_mail(state=RawMailState.PROCESSED)),
    ("raw_mail_finished_with_time", lambda: raw_mail(finished_at=NOW)),
    ("raw_mail_reason_given", lambda: raw_mail(state=RawMailState.IGNORED, finished_at=NOW)),
    ("raw_mail_reason_given", lambda: raw_mail(state=RawMailState.QUARANTINED, finished_at=NOW)),
    ("raw_mail_reason_given", lambda: raw_mail(state=RawMailState.DUPLICATE, finished_at=NOW)),
]


@pytest.mark.parametrize(("name", "break_it"), BROKEN, ids=[f"{i}-{name}" for i, (name, _) in enumerate(BROKEN)])
def test_constraint_when_broken_then_the_database_refuses_by_its_name(name, break_it):
    with pytest.raises(IntegrityError) as refusal:
        break_it()

    assert refusal.value.__cause__.diag.constraint_name == name


def test_merge_into_a_merged_ticket_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="merge_no_chain"):
        merge_in_a_chain()


def test_parents_in_a_circle_are_refused_by_the_database():
    with pytest.raises(IntegrityError, match="ticket_link_no_circle"):
        parents_in_a_circle()


@pytest.mark.parametrize(
    "leave",
    [
        lambda ada: User.objects.filter(pk=ada.pk).update(is_active=False),
        lambda ada: User.objects.filter(pk=ada.pk).update(role="agent"),
        lambda ada: User.objects.filter(pk=ada.pk).delete(),
        lambda ada: User.objects.filter(role="administrator").update(role="customer", is_active=False),
    ],
    ids=["switched-off", "demoted", "deleted", "all-at-once"],
)
def test_last_active_administrator_is_kept_by_the_database(leave):
    ada = StaffFactory(role="administrator")
    StaffFactory(role="administrator", is_active=False)

    with pytest.raises(IntegrityError) as refusal:
        leave(ada)

    assert refusal.value.__cause__.diag.constraint_name == "an_administrator_stays"


def test_administrator_who_is_not_the_last_goes():
    ada = StaffFactory(role="administrator")
    StaffFactory(role="administrator")

    assert User.objects.filter(pk=ada.pk).update(is_active=False) == 1


def test_every_named_constraint_is_broken_here():
    named = {constraint.name for label in OURS for model in _models_of(label) for constraint in model._meta.constraints}

    assert {name for name, _ in BROKEN} == named


def _models_of(label):
    return apps.get_app_config(label).get_models()


@pytest.mark.parametrize(
    "allowed",
    [
        lambda: message_twice(message_id="", content_hash="same"),
        lambda: message_twice(message_id="one@shop.example", content_hash="same", kind=MessageKind.REPLY),
        lambda: message_twice(idempotency_key=None),
        lambda: twice(raw_mail, mailbox=MailboxFactory(), uid=""),
        lambda: twice(MailboxFactory, is_default=False),
        lambda: twice(SavedViewFactory, name="Late"),
        lambda: ContactPoint.objects.create(user=UserFactory(), kind=ContactKind.EMAIL, value="b@x.example"),
        lambda: ticket(status=Status.CLOSED, resolved_at=None, closed_at=NOW),
    ],
    ids=["no-id", "reply", "no-key", "no-uid", "not-default", "owners", "no-bounce", "closed-at-once"],
)
def test_constraint_when_its_condition_does_not_hold_then_it_stands_in_nobodys_way(allowed):
    allowed()
