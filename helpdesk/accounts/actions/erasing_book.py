"""What the address book keeps of a person who is erased: notes, sheets that came in, sheets that went out."""

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from helpdesk.accounts.actions.importing import contents_of
from helpdesk.accounts.enums import ImportState
from helpdesk.accounts.models import Export, Import, ImportRow, Note, Organisation, User
from helpdesk.core.erasing import Erased, drop_files, rewriting
from helpdesk.journal.erasing import forget_values
from helpdesk.journal.models import Entry

SAID = ("name", "email", "phone", "notes", "signature", "value")
"""Facts about a person that are their own or were said of them; the others choose."""
_UNREAD = (ImportState.MATCHING, ImportState.CHECKING)
_NOT_BROUGHT_IN = (*_UNREAD, ImportState.CHECKED)


def words_said_of(person: int) -> list[tuple[str, str]]:
    """`(fact, words)` of all that staff wrote down of the person, as the journal has it, the removed as well."""
    about = Entry.objects.filter(subject_type=ContentType.objects.get_for_model(User), subject_id=person)
    said = []
    for verb, kind, facts in about.order_by("pk").values_list("verb", "facts__kind", "facts"):
        for value in (facts.get("before"), facts.get("after")):
            if isinstance(value, dict):
                said += [(name, text) for name, text in value.items() if name in SAID and isinstance(text, str)]
            elif isinstance(value, str) and verb in ("contact_added", "contact_removed"):
                said.append((kind or "value", value))
            elif isinstance(value, str) and verb.startswith("customer_note_"):
                said.append(("note", value))
    return [(name, text) for name, text in said if text]


def forget(erased: Erased) -> None:
    """In the caller's transaction. Notes about the person go, other notes and remarks stay without them. Their rows of
    imports go, and the file; an import that has brought nobody in yet goes whole. Exports go: they are made again at
    once."""
    Note.objects.filter(person=erased.person).delete()
    _mask(Note.objects.all(), "text", erased)
    _mask(User.objects.exclude(pk=erased.person), "notes", erased)
    _mask(Organisation.objects.all(), "notes", erased)
    for history in (apps.get_model("accounts", "UserEvent"), apps.get_model("accounts", "OrganisationEvent")):
        with_notes = history.objects.exclude(notes="")
        if with_notes.filter(_mentions("notes", erased)).exists():
            with rewriting(history):
                _mask(with_notes, "notes", erased)
    forget_values(
        erased, kind=User, keys=[erased.person], values={text for _name, text in words_said_of(erased.person)}
    )
    for source in Import.objects.select_for_update(of=("self",)).order_by("pk"):
        _forget_import(source, erased)
    exports = Export.objects.select_for_update(of=("self",)).order_by("pk")
    drop_files(str(export.file) for export in exports)
    exports.delete()


def _forget_import(source: Import, erased: Erased) -> None:
    rows = source.rows.annotate(said=Cast("cells", TextField()), why=Cast("faults", TextField()))
    known = Q(address__in=erased.addresses) | _mentions("said", erased) | _mentions("why", erased)
    found = ImportRow.objects.filter(pk__in=list(rows.filter(known).values_list("pk", flat=True)))
    if source.state in _NOT_BROUGHT_IN:
        if found.exists() or (source.state in _UNREAD and source.file and _holds(source, erased)):
            drop_files([str(source.file)])
            source.delete()
        return
    if found.exists():
        drop_files([str(source.file)])
        source.file = ""
        found.delete()
    source.sample = [row for row in source.sample if not any(_is_of(cell, erased) for cell in row)]
    source.filename, source.header = erased.out_of(source.filename)[:255], erased.out_of_value(source.header)
    source.save(update_fields=["file", "sample", "filename", "header"])


def _holds(source: Import, erased: Erased) -> bool:
    return any(_is_of(cell, erased) for row in contents_of(source) for cell in row.cells)


def _is_of(cell: str, erased: Erased) -> bool:
    return erased.out_of(cell) != cell


def _mentions(column: str, erased: Erased) -> Q:
    found = Q(pk__in=[])
    for word in erased.words:
        found |= Q(**{f"{column}__icontains": word})
    return found


def _mask(rows: "QuerySet[Any]", column: str, erased: Erased) -> None:
    for row in rows.filter(_mentions(column, erased)).order_by("pk"):
        rows.filter(pk=row.pk).update(**{column: erased.out_of(getattr(row, column))})
