"""Rows that the database refuses to take, each made by its own function (see `tests/test_constraints.py`)."""

import hashlib
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from helpdesk.accounts.directory.models import Directory, DirectoryPerson, SyncRun
from helpdesk.accounts.models import (
    Import,
    ImportRow,
    Invitation,
    Merger,
    Note,
    Organisation,
    RoleRule,
    Seeing,
)
from helpdesk.accounts.sso.models import (
    Assertion,
    Consent,
    IdentityProvider,
    OutsideIdentity,
    Site,
    Visit,
)
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Address, Delivery, Gateway, Notice, PersonChoice, PushKey, Waiting, Wording
from helpdesk.operations.models import Alert, Threshold
from helpdesk.search.models import Document, FileText
from helpdesk.webhooks.models import Event as HookEvent
from helpdesk.webhooks.models import Hook
from helpdesk.work.models import Job
from tests.factories import (
    CustomFieldFactory,
    DirectoryFactory,
    MessageFactory,
    OrganisationFactory,
    SavedViewFactory,
    StaffFactory,
    TemplateFactory,
    TicketFactory,
    UserFactory,
)
from tests.finding import indexed
from tests.peers.sites import make_site
from tickets.enums import Status
from tickets.mail.models import RawMail
from tickets.models import (
    BulkChange,
    CustomField,
    EarlierWords,
    KeptDraft,
    Merge,
    Survey,
    Ticket,
    TicketLink,
    Watcher,
)


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


def a_directory():
    return Directory.objects.first() or DirectoryFactory()


def entry(**fields):
    DirectoryPerson.objects.create(**({"directory": a_directory(), "user": StaffFactory(), "uid": "2"} | fields))


def sync_run(**fields):
    SyncRun.objects.create(directory=a_directory(), **fields)


def choice_of_notices(**fields):
    PersonChoice.objects.create(person=StaffFactory(), **fields)


def notice_twice(key="1"):
    person, ticket = StaffFactory(), TicketFactory()
    fields = {"person": person, "occasion": "noted", "subject": ticket, "title": "News", "path": "/"}
    for _ in range(2):
        made = Notice(key=key, **fields)
        made.save()


def waiting_twice():
    person = StaffFactory()
    notice = Notice(person=person, occasion="noted", key="1", subject=TicketFactory(), title="News", path="/")
    notice.save()
    for _ in range(2):
        Waiting.objects.create(notice=notice, person=person, channel="email", due_at=NOW)


def address_twice(value="42"):
    person = StaffFactory()
    gateway = Gateway.objects.create(name="Pager", url="x", address_label="Number")
    for _ in range(2):
        Address.objects.create(person=person, gateway=gateway, value=value)


def push_key(**fields):
    PushKey.objects.create(private="x", public="y", **fields)


def wording_twice(title="News"):
    for _ in range(2):
        Wording.objects.create(occasion="noted", language="en", title=title)


def hook(**fields):
    defaults = {"name": "CRM", "owner": StaffFactory(), "url": "https://crm.example/", "events": ["ticket.created"]}
    return Hook.objects.create(**(defaults | fields))


def hook_event(**fields):
    HookEvent.objects.create(hook=hook(), kind="hook.test", thread="test", **fields)


def threshold(**fields):
    return Threshold.objects.create(**({"family": "disk", "measure": "level", "limit": 85, "ends_at": 80} | fields))


def alert(**fields):
    limit = Threshold.objects.first() or threshold()
    Alert.objects.create(threshold=limit, series="disk:data", value=91, worst=91, **fields)


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


def seeing(**fields):
    usual = {"administrator": StaffFactory(), "person": StaffFactory(), "reason": "To help", "until": LATER}
    Seeing.objects.create(**(usual | fields))


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


def indexed_document():
    indexed(MessageFactory())
    return Document.objects.get()


def document_twice():
    document = indexed_document()
    document.pk = None
    document.save(force_insert=True)


def file_text(**facts):
    return FileText.objects.create(**{"name": "aa/bb/aabb", "content_type": "text/plain", "size": 1, **facts})


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
