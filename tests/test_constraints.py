"""Every invariant that the database itself keeps, broken on purpose, each under the name that the error gives it."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.utils import timezone

from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.models import (
    ContactPoint,
    Erasure,
    KeptAnswer,
    KnownBrowser,
    User,
)
from helpdesk.accounts.sso.models import (
    LogoutNotice,
    RoleMapping,
    SigningKey,
)
from helpdesk.notifications.enums import DeliveryState
from helpdesk.operations.models import AlertWay, Sample
from helpdesk.search.models import Change, NothingFound, Rebuild
from tests.broken_doors import BROKEN_DOORS
from tests.broken_keys import BROKEN_KEYS
from tests.broken_rows import (
    LATER,
    NOW,
    a_directory,
    address_twice,
    alert,
    assertion_twice,
    bulk_change_twice,
    choice_of_notices,
    consent_twice,
    delivery,
    document_twice,
    draft,
    draft_twice,
    earlier_words_twice,
    entry,
    file_text,
    hook,
    hook_event,
    identity,
    import_row,
    import_row_of_one_address,
    invitation,
    job,
    link_both_ways,
    link_to_itself,
    merge,
    merge_in_a_chain,
    merge_into_itself,
    merge_twice,
    merged_into_itself,
    merged_person_twice,
    merger,
    merger_with_oneself,
    message_twice,
    note,
    notice_twice,
    parents_in_a_circle,
    provider,
    push_key,
    raw_mail,
    rule,
    seeing,
    shown_by_itself,
    staff_invitation,
    survey,
    sync_run,
    template_twice,
    threshold,
    ticket,
    twice,
    two_parents,
    view_twice,
    visit,
    waiting_twice,
    watch_twice,
    wording_twice,
)
from tests.broken_talk import BROKEN_TALK
from tests.broken_vault import BROKEN_VAULT
from tests.factories import (
    CategoryFactory,
    CustomFieldFactory,
    DirectoryFactory,
    GrantFactory,
    GroupRuleFactory,
    MailboxFactory,
    OrganisationFactory,
    ParticipantFactory,
    SavedViewFactory,
    StaffFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
    UserFactory,
)
from tests.vpn_hosts import vpn_ending_twice, vpn_session_twice
from tickets.enums import MessageKind, Status
from tickets.mail.enums import RawMailState
from tickets.models import (
    DataExport,
)

pytestmark = pytest.mark.django_db
OURS = (
    "chat",
    "accounts",
    "directory",
    "sso",
    "journal",
    "notifications",
    "search",
    "work",
    "webhooks",
    "tickets",
    "mail",
    "operations",
    "vpn",
    "hosting",
)


BROKEN = [
    ("vpn_session_live_once", vpn_session_twice),
    ("vpn_ending_asked_once", vpn_ending_twice),
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
    ("directory_has_a_server", lambda: DirectoryFactory(uris=[])),
    ("directory_has_a_base", lambda: DirectoryFactory(person_bases=[])),
    ("directory_percent", lambda: DirectoryFactory(most_out_percent=101)),
    ("group_rule_once", lambda: twice(GroupRuleFactory, directory=a_directory(), group_dn="cn=agents")),
    ("directory_person_once", lambda: twice(entry, uid="1")),
    ("directory_person_out_since", lambda: entry(out_because="gone")),
    ("directory_person_out_since", lambda: entry(out_at=NOW)),
    ("sync_run_one_at_a_time", lambda: twice(sync_run)),
    ("sync_run_ends_once", lambda: sync_run(state="done")),
    ("sync_run_ends_once", lambda: sync_run(ended_at=NOW)),
    ("sync_run_under_a_lease", lambda: sync_run(state="running")),
    ("sync_run_under_a_lease", lambda: sync_run(lease_until=NOW)),
    ("seeing_somebody_else", lambda: seeing(person=(ada := StaffFactory()), administrator=ada)),
    ("seeing_for_a_reason", lambda: seeing(reason="")),
    ("seeing_one_at_a_time", lambda: twice(seeing, administrator=StaffFactory())),
    ("kept_answer_once", lambda: twice(KeptAnswer.objects.create, user=UserFactory(), key="k", asked="a")),
    ("sample_once", lambda: twice(Sample.objects.create, series="disk:data", at=NOW)),
    ("sample_of_some_time", lambda: Sample.objects.create(series="disk:data", at=NOW, span=0)),
    ("threshold_once", lambda: twice(threshold)),
    ("threshold_within_an_hour", lambda: threshold(minutes=0)),
    ("threshold_within_an_hour", lambda: threshold(minutes=61)),
    ("alert_once_at_a_time", lambda: twice(alert)),
    ("alert_acknowledged_by_somebody", lambda: alert(acknowledged_at=NOW)),
    ("alert_acknowledged_by_somebody", lambda: alert(acknowledged_by=StaffFactory())),
    ("alert_ends_after_it_began", lambda: alert(opened_at=NOW, ended_at=NOW - timedelta(days=1))),
    ("way_by_mailbox_is_mail", lambda: AlertWay.objects.create(name="x", way="gateway", mailbox=MailboxFactory())),
    ("way_by_messenger_goes_to_somebody", lambda: AlertWay.objects.create(name="x", way="service", receiver="1")),
    ("way_by_messenger_goes_to_somebody", lambda: AlertWay.objects.create(name="x", way="mail", receiver="1")),
    ("way_failed_why", lambda: AlertWay.objects.create(name="x", failed_at=NOW)),
    ("way_failed_why", lambda: AlertWay.objects.create(name="x", reason="it answered 500")),
    ("notice_once_for_each_person", lambda: notice_twice()),
    ("notice_waits_once_for_each_channel", lambda: waiting_twice()),
    ("quiet_hours_begin_and_end", lambda: choice_of_notices(quiet_from="22:00")),
    ("quiet_hours_are_not_empty", lambda: choice_of_notices(quiet_from="22:00", quiet_until="22:00")),
    ("digest_comes_at_an_hour", lambda: choice_of_notices(digest_hour=24)),
    ("one_address_at_a_gateway", lambda: address_twice()),
    ("gateway_address_says_something", lambda: address_twice(value="")),
    ("one_key_of_web_push", lambda: push_key(is_ours=False)),
    ("one_wording_of_an_occasion", lambda: wording_twice()),
    ("wording_has_a_title", lambda: wording_twice(title="")),
    ("hook_has_name", lambda: hook(name="")),
    ("hook_wants_something", lambda: hook(events=[])),
    ("hook_fails_since", lambda: hook(failures=1)),
    ("hook_fails_since", lambda: hook(failing_since=NOW)),
    ("hook_event_sent_under_a_lease", lambda: hook_event(state="sending")),
    ("hook_event_sent_under_a_lease", lambda: hook_event(lease_until=NOW)),
    ("hook_event_ends_once", lambda: hook_event(state="delivered")),
    ("hook_event_ends_once", lambda: hook_event(finished_at=NOW)),
    ("job_runs_under_a_lease", lambda: job(state="running", lease_until=None)),
    ("job_runs_under_a_lease", lambda: job(state="waiting", lease_until=NOW)),
    ("job_ends_once", lambda: job(state="done", finished_at=NOW)),
    ("job_ends_once", lambda: job(state="waiting", finished_at=NOW, expires_at=NOW)),
    ("delivery_lease_while_sending", lambda: delivery(state=DeliveryState.SENDING, lease_until=None)),
    ("delivery_lease_while_sending", lambda: delivery(state=DeliveryState.SENT, lease_until=NOW)),
    ("search_document_once", document_twice),
    ("search_change_once", lambda: [Change.objects.create(kind=7, key=1) for _ in range(2)]),
    ("search_change_under_once", lambda: [Change.objects.create(kind=7, under=1) for _ in range(2)]),
    ("search_change_of_one_kind", lambda: Change.objects.create(kind=7, key=1, under=1)),
    ("search_change_of_one_kind", lambda: Change.objects.create(kind=7, after=1)),
    ("file_text_once", lambda: twice(file_text)),
    ("file_text_lease_while_reading", lambda: file_text(state="reading")),
    ("file_text_lease_while_reading", lambda: file_text(lease_until=LATER)),
    ("file_text_finished_with_time", lambda: file_text(state="read")),
    ("file_text_finished_with_time", lambda: file_text(finished_at=NOW)),
    ("search_rebuild_once", lambda: [Rebuild.objects.create(source="messages") for _ in range(2)]),
    ("search_nothing_found_by_customers", lambda: NothingFound.objects.create(words="x", times=1, by_customers=2)),
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
    *BROKEN_KEYS,
    *BROKEN_TALK.items(),
    *BROKEN_VAULT.items(),
    *BROKEN_DOORS.items(),
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
