"""Giving a person all that is kept of them, as an archive that a worker makes."""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import NotAllowed
from helpdesk.journal.actions import record
from helpdesk.notifications.notices import notify
from tickets.models import DataExport, Message, Survey, Ticket
from tickets.queries.about import about, category_name
from tickets.queries.definitions import definitions_for

GIVEN_UP = timedelta(minutes=15)
"""A worker that has not finished by then is dead."""


@transaction.atomic
def ask(*, person: User, by: User) -> DataExport:
    """Have an archive made; while one is in the making it is that one. Raises NotAllowed for anybody else's."""
    from tickets.tasks import make_exports  # noqa: PLC0415 - tasks stand above the actions

    if by.pk != person.pk or not by.is_active:
        raise NotAllowed(_("Everybody asks for this themselves."))
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    earlier = DataExport.objects.unfinished().filter(person=person).first()
    if earlier is not None:
        return earlier
    export = DataExport.objects.create(person=person, expires_at=_end())
    record(verb="export_asked", subject=person, by=by, export=export.pk)
    ring(make_exports)
    return export


def make_all() -> int:
    """Make every archive that waits, and forget those whose time is over. Returns how many were made."""
    for old in DataExport.objects.filter(expires_at__lte=timezone.now()).order_by("pk"):
        forget(old)
    waiting = list(DataExport.objects.unfinished().select_related("person"))
    return sum(make(export=export) for export in waiting)


def make(*, export: DataExport) -> bool:
    """Make one archive and tell its person; False when another worker has it in hand."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=timezone.now() - GIVEN_UP)
    mine = DataExport.objects.filter(free, pk=export.pk, ready_at__isnull=True)
    if not mine.update(claimed_at=timezone.now(), done=0):
        return False
    with tempfile.TemporaryFile() as stream, translation.override(export.person.language or settings.LANGUAGE_CODE):
        _write(stream, export)
        size = stream.tell()
        name = default_storage.save(f"exports/{uuid4().hex}.zip", File(stream))
    _finish(export, name, size)
    return True


def forget(export: DataExport) -> None:
    """The archive and its row go."""
    if export.file:
        default_storage.delete(export.file.name or "")
    export.delete()


@transaction.atomic
def _finish(export: DataExport, name: str, size: int) -> None:
    export = DataExport.objects.select_for_update(of=("self",)).select_related("person").get(pk=export.pk)
    export.file, export.size, export.ready_at, export.expires_at = name, size, timezone.now(), _end()
    export.save(update_fields=["file", "size", "ready_at", "expires_at"])
    person = export.person
    with translation.override(person.language or settings.LANGUAGE_CODE):
        title = _("Your data are ready")
        text = _("Fetch the archive within %(days)d days. You are asked to sign in.") % {"days": settings.EXPORT_DAYS}
    notify(person=person, subject=person, title=title, text=text, path=reverse("cabinet:data"))
    record(verb="export_made", subject=person, by=None, export=export.pk)


def _end() -> Any:
    return timezone.now() + timedelta(days=settings.EXPORT_DAYS)


def _write(stream: IO[bytes], export: DataExport) -> None:
    """data.json, the same to read as index.html, and the files."""
    tickets = Ticket.objects.visible_to(export.person).involving(export.person).with_edition().order_by("pk")
    DataExport.objects.filter(pk=export.pk).update(total=tickets.count())
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        said = {"person": _person(export.person), "requests": list(_requests(export, tickets, archive))}
        archive.writestr("data.json", json.dumps(said, ensure_ascii=False, indent=1, default=str))
        archive.writestr("index.html", render_to_string("tickets/cabinet/export.html", said))


def _person(person: User) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "organisation": str(person.organisation or ""),
        "language": person.language,
        "time_zone": person.time_zone,
        "mail_about": person.mail_topics,
        "joined": person.date_joined,
        "contacts": list(person.contact_points.order_by("pk").values("kind", "value", "verified_at")),
    }


def _requests(export: DataExport, tickets: Any, archive: zipfile.ZipFile) -> Iterator[dict[str, Any]]:
    for ticket in tickets.iterator(chunk_size=100):
        definitions = definitions_for(ticket)
        messages = Message.objects.visible_to(export.person).filter(ticket=ticket).for_conversation()
        yield {
            "number": ticket.number,
            "subject": ticket.subject,
            "status": ticket.get_status_display(),
            "filed": ticket.created_at,
            "category": category_name(ticket, definitions),
            "about": about(ticket, definitions),
            "ratings": list(
                Survey.objects.filter(ticket=ticket, rated_by=export.person).values("score", "words", "rated_at")
            ),
            "messages": [_message(message, archive) for message in messages],
        }
        DataExport.objects.filter(pk=export.pk).update(done=F("done") + 1)


def _message(message: Message, archive: zipfile.ZipFile) -> dict[str, Any]:
    files = []
    for file in message.attachments.all():
        path = f"files/{message.pk}/{file.position}-{file.filename.replace('/', '_')}"
        with file.file.open("rb") as stream, archive.open(path, "w") as kept:
            for chunk in iter(lambda: stream.read(1 << 16), b""):
                kept.write(chunk)
        files.append({"name": file.filename, "path": path, "size": file.size})
    return {
        "from": message.from_name or str(message.author),
        "at": message.created_at,
        "text": message.text,
        "files": files,
    }
