"""Erasing a person: afterwards no table knows their name or address, and the books still add up."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from helpdesk.accounts.actions import erasing, invitations, links, personal, tokens
from helpdesk.accounts.actions.details import add_contact, remove_contact
from helpdesk.accounts.actions.exporting import begin_export, make_export
from helpdesk.accounts.actions.importing import begin_checking, begin_importing, keep_file, work_off
from helpdesk.accounts.actions.merging import merge_people, undo_merger
from helpdesk.accounts.actions.notes import edit_note, write_note
from helpdesk.accounts.actions.people import mark_bounced
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Erasure, Export, Import, Invitation, Merger, Note, User
from helpdesk.accounts.queries import PeopleCriteria
from helpdesk.accounts.tasks import erase_due
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.actions import record
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from helpdesk.work.actions.doing import do
from helpdesk.work.models import Job
from tests.browsers import browser_of
from tests.factories import (
    CategoryFactory,
    CustomFieldFactory,
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TicketFactory,
    UserFactory,
)
from tests.finding import found_under
from tickets.actions import conversation, exporting, rating, status
from tickets.actions.describing import describe
from tickets.actions.files import NewFile, upload
from tickets.actions.journal_export import ask_for_journal
from tickets.actions.merging import merge
from tickets.actions.opening import file_request
from tickets.actions.pages import Page
from tickets.actions.relations import link
from tickets.enums import Status
from tickets.mail.models import RawMail
from tickets.models import Attachment, KeptDraft, Message, Participant, PieceOfNews, Survey, Ticket

WORDS = (
    "clara weiss", "clara@shop.example", "clara.w@mail.example", "klara alt", "hidden words",
    "cw@private.example", "clara%40shop", "cw%40private", "5550123", "5550199", "short answers", "likes tea",
)  # fmt: skip
SHEET = b"Name,E-mail\nClara Weiss,clara@shop.example\nPaula Neu,paula@other.example\n"


@pytest.fixture
def clara(db):
    shop = OrganisationFactory(name="Nordlicht Shop")
    person = UserFactory(name="Klara Alt", email="clara@shop.example", organisation=shop, password="a good password")
    person.name = "Clara Weiss"
    person.save()
    person.contact_points.create(kind="email", value="clara.w@mail.example")
    return person


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example")


@pytest.fixture
def jonas(clara):
    return UserFactory(name="Jonas Weber", email="jonas@shop.example", organisation=clara.organisation)


@pytest.fixture
def life(clara, anna, jonas, settings, tmp_path):
    """What is known of Clara after some months, with files that no other test has left."""
    settings.MEDIA_ROOT = tmp_path
    ticket = file_request(
        by=clara,
        subject="Account of Clara Weiss",
        text="Hidden words",
        files=[NewFile("clara@shop.example.txt", b"own file", "text/plain")],
    )
    conversation.reply(ticket=ticket, by=anna, text="Hello Clara Weiss,\n\nwe wrote to clara@shop.example.")
    conversation.note(
        ticket=ticket, by=anna, text="Clara Weiss called twice.", files=[NewFile("a.txt", b"ours", "text/plain")]
    )
    status.change_status(ticket=ticket, by=anna, status=Status.RESOLVED)
    rating.rate(ticket=ticket, by=clara, score=3, words="Clara Weiss says thanks")
    colleagues = TicketFactory(requester=jonas)
    ParticipantFactory(ticket=colleagues, user=clara)
    MessageFactory(
        ticket=colleagues,
        text="> Clara Weiss wrote\n\nYes",
        folds=[[0, 19]],
        sent_cc=[{"name": "Clara", "address": "clara@shop.example"}],
    )
    conversation.reply(ticket=colleagues, by=anna, text="Done.")
    said = MessageFactory(
        ticket=colleagues, author=clara, text="Hidden words by mail", flags={"auth": "smtp.mailfrom=clara@shop.example"}
    )
    for fields in ({"message": said}, {"envelope_from": "clara@shop.example"}):
        RawMail.objects.create(
            source="imap", content=b"From: clara@shop.example", size=24, sha256="0" * 64, state="processed",
            finished_at=timezone.now(), **fields,
        )  # fmt: skip
    of_the_desk(ticket, clara, anna, jonas)
    links.issue(user=clara, address=clara.email)
    tokens.issue(user=clara, by=None, name="Clara Weiss")
    mark_bounced(address="clara@shop.example", reason="no clara@shop.example here")
    record(verb="delivery_failed", subject=ticket, by=None, recipients=[{"address": "clara@shop.example"}])
    personal.change(
        person=clara,
        chosen=personal.Personal(name="Clara Weiss", language="ru", time_zone="UTC", theme="dark", signature=""),
        by=clara,
    )
    manager = UserFactory(role=Role.CUSTOMER_MANAGER, organisation=OrganisationFactory())
    exporting.make(export=exporting.ask(person=clara, by=clara))
    of_the_address_book(clara, anna)
    invitations.invite(by=manager, address=clara.email, name="Clara Weiss", is_manager=False, from_address="::1")
    return ticket


def of_the_desk(ticket, clara, anna, jonas):
    """What colleagues keep beside the conversation: fields, drafts, files sent ahead, news, merges, links, what may be
    taken back."""
    category = CategoryFactory(key="hosting")
    for key, kind in [("account", "text"), ("contact", "email"), ("boss", "text"), ("urgent", "yes_no")]:
        CustomFieldFactory(key=key, kind=kind, categories=[category])
    said = {"account": "Hidden words", "contact": "clara@shop.example", "urgent": True}
    described = file_request(by=clara, subject="Move", text="x", category="hosting", fields=said)
    describe(ticket=described, by=anna, category="hosting", said={"account": "Ours", "boss": "Clara Weiss"})
    again = file_request(by=clara, subject="Move", text="x", category="hosting", fields=said)
    file = upload(upload=SimpleUploadedFile("Clara Weiss.txt", b"sent ahead"), by=anna)
    files = [{"id": str(file.pk), "name": file.filename, "size": file.size}]
    names = {"cc": "Clara Weiss <clara@shop.example>, other@shop.example", "left_out": ["clara.w@mail.example"]}
    KeptDraft.objects.create(
        ticket=again, author=anna, kind="reply", text="Dear Clara Weiss", fields={**names, "files": files},
        asides={str(uuid4()): "clara@shop.example"}, refusal="clara@shop.example is no address",
    )  # fmt: skip
    elsewhere = TicketFactory(requester=jonas)
    KeptDraft.objects.create(ticket=elsewhere, author=anna, kind="forward", fields={"to": "clara@shop.example"})
    PieceOfNews.objects.create(ticket=elsewhere, kind="changed", verb="told", facts={"after": "Clara Weiss"})
    worked_on = TicketFactory(requester=jonas, organisation=clara.organisation, tags=["clara weiss"])
    MessageFactory(ticket=worked_on, author=anna, kind="note", text="Clara Weiss has the same.")
    merge(source=again, target=worked_on, by=anna, is_confirmed=True)
    link(source=ticket, target=elsewhere, kind="related", by=anna)
    held = file_request(by=clara, subject="Held", text="Hidden words")
    page = Page(fields={"cc": "clara.w@mail.example"}, undo=timedelta(seconds=10))
    conversation.reply(
        ticket=held, by=anna, text="Yes.", page=page, files=[NewFile("Clara Weiss.csv", b"list", "text/csv")]
    )


def of_the_address_book(clara, anna):
    """Notes, sheets in and out, long work, and an older row that turned out to be her."""
    keeper = StaffFactory(name="Lena Keeper", role=Role.LINE_LEAD)
    older = UserFactory(name="Clara Weiss", email="cw@private.example", organisation=clara.organisation)
    file_request(by=older, subject="Older", text="Hidden words before")
    add_contact(person=older, kind="phone", value="+49 30 5550123", by=anna)
    remove_contact(point=add_contact(person=clara, kind="phone", value="+49 30 5550199", by=anna), by=anna)
    edit_note(note=write_note(about=clara, text="Likes short answers", by=anna), text="Likes tea", by=anna)
    write_note(about=clara.organisation, text="Clara Weiss pays, says clara@shop.example", by=anna)
    colleague = UserFactory(name="Otto Otto", notes="Sits beside Clara Weiss", organisation=clara.organisation)
    merge_people(survivor=clara, merged=older, by=keeper)
    brought = keep_file(filename="Clara Weiss.csv", content=SHEET, by=keeper)
    begin_checking(source=brought, matching=["name", "email"], by=keeper)
    work_off(brought.pk)
    begin_importing(source=brought, by=keeper)
    work_off(brought.pk)
    keep_file(filename="again.csv", content=SHEET + b"Nobody,nobody@other.example\n", by=keeper)
    criteria = PeopleCriteria(words="clara@shop.example", organisation=None)
    make_export(begin_export(criteria=criteria, form="csv", by=keeper).pk)
    auditor = StaffFactory(role=Role.ADMINISTRATOR)
    do(key=ask_for_journal(by=auditor, filters="who=clara%40shop.example").pk)
    ask_for_journal(by=auditor, filters="who=cw%40private.example")
    return colleague


def kept_files():
    """Where the store keeps what, and every byte of it that is text."""
    root = Path(default_storage.location)
    return {path: path.read_bytes().lower() for path in root.rglob("*") if path.is_file()}


def everything():
    """Every row of every table, as text: (table, row)."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row.*::text FROM "{table}" AS row')
            for (row,) in cursor.fetchall():
                yield table, row.lower()
        cursor.execute("SELECT convert_from(content, 'UTF8') FROM mail_rawmail")
        yield from (("mail_rawmail", row.lower()) for (row,) in cursor.fetchall())


def erase(person):
    erasing.ask(person=person, by=person)
    Erasure.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    erase_due()


def test_nothing_anywhere_knows_the_name_or_the_addresses(life, clara, django_capture_on_commit_callbacks):
    before = {word for word in WORDS for _table, row in everything() if word in row}
    own = Attachment.objects.get(message__author=clara).file.name

    with django_capture_on_commit_callbacks(execute=True):
        erase(clara)

    left = sorted({(table, word) for table, row in everything() for word in WORDS if word in row})
    assert before == set(WORDS)
    assert left == []
    assert [path for path, held in kept_files().items() if b"clara@shop.example" in held] == []
    assert not default_storage.exists(own)
    assert found_under("hidden") == []
    assert found_under('"clara weiss"') == []


def test_books_and_journal_still_stand(life, clara, anna, jonas):
    counts = (Ticket.objects.count(), Message.objects.count(), Survey.objects.count(), RawMail.objects.count())
    lines = list(Entry.objects.order_by("pk").values_list("pk", "verb", "actor_id", "subject_id", "at"))
    ours = Attachment.objects.get(filename="a.txt")

    erase(clara)

    clara.refresh_from_db()
    reply, note = Message.objects.filter(author=anna, ticket=life).order_by("pk")
    quoting = Message.objects.get(author=jonas)
    assert (Ticket.objects.count(), Message.objects.count(), Survey.objects.count(), RawMail.objects.count()) == counts
    assert (
        list(Entry.objects.order_by("pk").values_list("pk", "verb", "actor_id", "subject_id", "at"))[: len(lines)]
        == lines
    )
    assert (clara.name, clara.email, clara.is_active) == (f"Erased person {clara.pk}", None, False)
    assert "Erased at the request" in Message.objects.filter(author=clara).first().text
    assert reply.text.startswith("Hello •••••••••••,")
    assert f"Erased person {clara.pk} called twice" in note.html
    assert quoting.visible_text.strip() == "Yes"
    assert default_storage.exists(ours.file.name)
    assert not Participant.objects.filter(user=clara).exists()
    assert Survey.objects.get().score == 3
    assert not Delivery.objects.filter(recipient__contains="clara").exists()
    assert not Invitation.objects.filter(address="clara@shop.example").exists()


def test_what_colleagues_keep_stays_without_the_person(life, clara, anna, jonas):
    erase(clara)

    pseudonym = f"Erased person {clara.pk}"
    described = Ticket.objects.filter(requester=clara, subject="Move").earliest("pk")
    reply, forward = KeptDraft.objects.order_by("pk")
    asked = Entry.objects.about(described).get(verb="ticket_opened").facts["fields"]
    changed = Entry.objects.about(described).get(verb="fields_changed").facts
    assert described.fields == {"account": "Ours", "boss": pseudonym, "urgent": True}
    assert asked == {"account": pseudonym, "contact": pseudonym, "urgent": True}
    assert (changed["before"]["account"], changed["after"]["account"]) == (pseudonym, "Ours")
    assert (reply.text, reply.fields["cc"], reply.fields["left_out"]) == (f"Dear {pseudonym}", "other@shop.example", [])
    assert reply.fields["files"][0]["name"] == f"{pseudonym}.txt"
    assert forward.fields["to"] == ""
    assert Attachment.objects.get(message=None).filename == f"{pseudonym}.txt"
    assert Message.objects.get(text__contains="has the same").text.startswith("•••")


def test_address_book_keeps_others_and_the_merged_row_goes_too(life, clara):
    older = User.objects.get(merged_by_mergers__survivor=clara)

    erase(clara)

    older.refresh_from_db()
    pseudonym = f"Erased person {clara.pk}"
    assert (older.name, older.email, older.is_active) == (f"Erased person {older.pk}", None, False)
    assert [note.text for note in Note.objects.all()] == [f"{pseudonym} pays, says {pseudonym}"]
    assert User.objects.get(name="Otto Otto").notes == f"Sits beside {pseudonym}"
    assert User.objects.filter(email="paula@other.example").exists()
    (brought,) = Import.objects.all()
    assert [row.address for row in brought.rows.all()] == ["paula@other.example"]
    assert (brought.file, brought.sample) == ("", [["Paula Neu", "paula@other.example"]])
    assert not Export.objects.exists()
    assert [job.file for job in Job.objects.all()] == [""]
    with pytest.raises(Refused):
        undo_merger(merger=Merger.objects.get(), by=StaffFactory(role=Role.LINE_LEAD))


def test_wish_goes_to_the_survivor_of_a_merger(clara):
    survivor = UserFactory(organisation=clara.organisation)
    erasing.ask(person=clara, by=clara)
    keeper = StaffFactory(role=Role.LINE_LEAD)

    merger = merge_people(survivor=survivor, merged=clara, by=keeper)
    moved = Erasure.objects.get().person
    undo_merger(merger=merger, by=keeper)

    assert moved == survivor
    assert Erasure.objects.get().person == clara


def test_others_are_left_alone(life, clara, jonas):
    namesake = MessageFactory(text="Clara Weiss of another company wrote this.")
    before = User.objects.filter(pk=jonas.pk).values().get()

    erase(clara)

    namesake.refresh_from_db()
    assert namesake.text == "Clara Weiss of another company wrote this."
    assert User.objects.filter(pk=jonas.pk).values().get() == before


def test_journal_and_histories_refuse_changes_afterwards_as_before(life, clara):
    erase(clara)

    for table in ("journal_entry", "accounts_userevent", "tickets_ticketevent"):
        with (
            pytest.raises(Exception, match="Cannot update or delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")


def test_erasure_waits_and_is_taken_back(clara):
    erasing.ask(person=clara, by=clara)
    erasing.ask(person=clara, by=clara)
    erase_due()
    clara.refresh_from_db()
    waiting = clara.name
    erasing.take_back(person=clara, by=clara)
    Erasure.objects.update(due_at=timezone.now() - timedelta(days=1))
    erase_due()

    clara.refresh_from_db()
    assert (waiting, clara.name) == ("Clara Weiss", "Clara Weiss")
    assert [entry.verb for entry in Entry.objects.about(clara)] == ["erasure_asked", "erasure_taken_back"]
    assert Delivery.objects.get().recipient == "clara@shop.example"


def test_nobody_erases_somebody_else_and_staff_not_themselves(clara, anna, jonas):
    manager = UserFactory(role=Role.CUSTOMER_MANAGER, organisation=clara.organisation)

    for person, by in [(clara, jonas), (clara, manager), (clara, anna), (anna, anna)]:
        with pytest.raises(NotAllowed):
            erasing.ask(person=person, by=by)
    with pytest.raises(Refused):
        erasing.take_back(person=clara, by=clara)

    assert not Erasure.objects.exists()


def test_page_asks_for_a_proof_and_shows_what_is_under_way(clara):
    browser = browser_of(clara)
    url = "/cabinet/me/data/"

    unsure = browser.post(url, {"password": "a good password"})
    unproved = browser.post(url, {"password": "wrong", "is_sure": "on"})
    asked = browser.post(url, {"password": "a good password", "is_sure": "on"})
    shown = browser.get(url).content.decode()
    back = browser.post(f"{url}erasure/end/", follow=True).content.decode()

    assert [unsure.status_code, unproved.status_code, asked.status_code] == [422, 422, 303]
    assert "Take it back" in shown
    assert "nothing is erased" in back
    assert Erasure.objects.get().taken_back_at is not None
