"""The address book as a file."""

import io
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.accounts.enums import ContactKind, ExportState, SheetFormat
from helpdesk.accounts.models import Export, User
from helpdesk.accounts.permissions import can_keep_address_book
from helpdesk.accounts.queries import PeopleCriteria, address_book
from helpdesk.accounts.sheets.columns import FIELDS
from helpdesk.core.erasing import drop_files
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.paging import page_by_text
from helpdesk.core.retrying import retrying
from helpdesk.core.spreadsheets import sheet_of
from helpdesk.core.storage import store_content
from helpdesk.journal.actions import record

INLINE_ROWS = 1000
"""So many people are written in the request; more are a task."""
BATCH = 1000


@transaction.atomic
def begin_export(*, criteria: PeopleCriteria, form: str, by: User) -> Export:
    """The people whom the criteria leave will be written into a file (`make_export`). Writes `address_book_exported`
    with what was asked for: personal data leave the house. Raises NotAllowed, Refused."""
    ensure(can_keep_address_book(by))
    if form not in SheetFormat.values:
        raise Refused(_("Choose CSV or XLSX."))
    asked = {"words": criteria.words, "organisation": criteria.organisation}
    language = get_language() or "en"
    expected = address_book(by, criteria).count()
    export = Export.objects.create(by=by, format=form, criteria=asked | {"language": language}, expected=expected)
    record(verb="address_book_exported", subject=export, by=by, format=form, people=expected, **asked)
    return export


def make_export(key: int) -> None:
    """Write the file and keep it; done already is done. A worker that died is followed by one that begins anew."""
    export = Export.objects.select_related("by").filter(pk=key, state=ExportState.MAKING).first()
    if export is None:
        return
    asked = export.criteria
    criteria = PeopleCriteria(words=asked["words"], organisation=asked["organisation"])
    with translation.override(asked["language"]):
        sheet = sheet_of(export.format, ";" if asked["language"].startswith("ru") else ",")
        sheet.write([str(label) for label in FIELDS.values()])
        for written, cells in enumerate(_rows(export.by, criteria), 1):
            sheet.write(cells)
            if written % BATCH == 0:
                retrying(lambda written=written: _progress(key, written))  # type: ignore[misc]
    file = io.BytesIO()
    sheet.finish(file)
    name, _digest = store_content(file.getvalue())
    kept = Export.objects.filter(pk=key, state=ExportState.MAKING).update(
        state=ExportState.DONE, file=name, size=len(file.getvalue()), touched_at=timezone.now()
    )
    if not kept:  # somebody on it was erased meanwhile
        drop_files([name])


def _progress(key: int, written: int) -> None:
    Export.objects.filter(pk=key).update(written=written, touched_at=timezone.now())


def _rows(by: User, criteria: PeopleCriteria) -> Iterator[list[str]]:
    """Everybody by name, read in pages: never all of them at a time."""
    found = address_book(by, criteria).select_related("organisation").prefetch_related("contact_points")
    cursor = ""
    while True:
        page = page_by_text(found, by="name", cursor=cursor, size=BATCH)
        yield from (_cells(person) for person in page.rows)
        cursor = page.older
        if not cursor:
            return


def _cells(person: User) -> list[str]:
    points = sorted(person.contact_points.all(), key=lambda point: point.pk)
    phones = [point.value for point in points if point.kind == ContactKind.PHONE]
    addresses = [point.value for point in points if point.kind == ContactKind.EMAIL]
    return [
        person.name,
        person.email or (addresses[0] if addresses else ""),
        phones[0] if phones else "",
        person.organisation.name if person.organisation else "",
        person.language,
        person.notes,
    ]
