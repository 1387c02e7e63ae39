"""People from a file: kept, looked through, brought in.

The order of locks: the import, then what it makes. Rows are worked off in batches, each a transaction of its own, so
that a worker that dies loses one batch and the next one goes on; what became of a row is written with what it became.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.enums import ContactKind, ImportState, Role, RowState, SheetFormat
from helpdesk.accounts.models import ContactPoint, Import, ImportRow, Organisation, User
from helpdesk.accounts.permissions import can_keep_address_book
from helpdesk.accounts.sheets.columns import FIELDS, match_columns
from helpdesk.accounts.sheets.verdicts import Candidate, judge
from helpdesk.core.deferring import writing_together
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.retrying import retrying
from helpdesk.core.sanitising import clean_name
from helpdesk.core.spreadsheets import MOST_BYTES, Dialect, Row, dialect_of, is_workbook, rows_of
from helpdesk.core.storage import store_content
from helpdesk.journal.actions import record

INLINE_ROWS = 300
"""So many rows are worked off in the request; more are a task."""
BATCH = 500
SAMPLE = 3
RACES = 3
UNDER_WAY = (ImportState.CHECKING, ImportState.IMPORTING)


def keep_file(*, filename: str, content: bytes, by: User) -> Import:
    """Keep the file and find out what its columns are. Writes `people_import_begun`.

    Raises NotAllowed; Refused for what is no table, is too large or says nothing.
    """
    ensure(can_keep_address_book(by))
    if not content or len(content) > MOST_BYTES:
        raise Refused(
            _("Choose a file of at most %(limit)s MB with something in it.") % {"limit": MOST_BYTES // 1024**2}
        )
    dialect = Dialect() if is_workbook(content) else dialect_of(content)
    rows = list(rows_of(content, dialect))
    if len(rows) < 2:
        raise Refused(_("The first row must name the columns, and there must be rows below it."))
    name, _digest = store_content(content)
    with transaction.atomic():
        source = Import.objects.create(
            by=by,
            filename=(clean_name(filename) or "file")[:255],
            format=SheetFormat.CSV if dialect.delimiter else SheetFormat.XLSX,
            file=name,
            encoding=dialect.encoding,
            delimiter=dialect.delimiter,
            header=[cell[:100] for cell in rows[0].cells],
            sample=[[cell[:100] for cell in row.cells] for row in rows[1 : SAMPLE + 1]],
            matching=match_columns(rows[0].cells),
            expected=len(rows) - 1,
        )
        record(verb="people_import_begun", subject=source, by=by, name=source.filename, rows=source.expected)
    return source


@transaction.atomic
def begin_checking(*, source: Import, matching: list[str], by: User) -> Import:
    """The columns are these; every row will be looked through (`work_off`). What was found with other columns is
    forgotten; the same columns once more change nothing. Raises NotAllowed, Refused."""
    source = _locked(source, by)
    if source.state not in (ImportState.MATCHING, ImportState.CHECKED):
        if source.matching == matching and source.state == ImportState.CHECKING:
            return source
        raise Refused(_("The rows of this file are being brought in already. Bring the file once more to change it."))
    if len(matching) != len(source.header) or any(field and field not in FIELDS for field in matching):
        raise Refused(_("Choose for each column what it holds."))
    chosen = [field for field in matching if field]
    if len(chosen) != len(set(chosen)):
        raise Refused(_("Two columns hold the same. Choose one of them."))
    if "email" not in chosen:
        raise Refused(_("Say which column holds the e-mail address: people are told apart by it."))
    source.rows.all().delete()
    source.matching, source.state, source.touched_at = matching, ImportState.CHECKING, timezone.now()
    source.save(update_fields=["matching", "state", "touched_at"])
    return source


@transaction.atomic
def begin_importing(*, source: Import, by: User) -> Import:
    """The good rows will be brought in (`work_off`). Begun already is begun. Writes `people_import_confirmed`.

    Raises NotAllowed, Refused."""
    source = _locked(source, by)
    if source.state in (ImportState.IMPORTING, ImportState.DONE):
        return source
    if source.state != ImportState.CHECKED:
        raise Refused(_("The rows must be checked first."))
    if not source.rows.filter(state=RowState.GOOD).exists():
        raise Refused(_("No row can be brought in. Mend the file, or choose other columns."))
    source.state, source.touched_at = ImportState.IMPORTING, timezone.now()
    source.save(update_fields=["state", "touched_at"])
    record(verb="people_import_confirmed", subject=source, by=by, name=source.filename)
    return source


def work_off(key: int) -> None:
    """Go on with the import until it waits for a person or is done. Another worker at it: leave it to them."""
    source = Import.objects.filter(pk=key, state__in=UNDER_WAY).first()
    if source is None:
        return
    if source.state == ImportState.CHECKING:
        _check(source)
    else:
        while retrying(lambda: _import_some(key)):
            pass


def contents_of(source: Import) -> Iterator[Row]:
    """The rows of the kept file, without its header."""
    with default_storage.open(str(source.file.name)) as stream:
        content = stream.read()
    rows = rows_of(content, Dialect(source.encoding, source.delimiter))
    next(rows)
    return rows


def _check(source: Import) -> None:
    """From the first row that has no verdict yet."""
    last = source.rows.aggregate(last=Max("number"))["last"] or 0
    rows = (row for row in contents_of(source) if row.number > last)
    while batch := list(islice(rows, BATCH)):
        if not retrying(lambda batch=batch: _keep_verdicts(source.pk, batch)):  # type: ignore[misc]
            return
    with transaction.atomic():
        found = Import.objects.select_for_update(of=("self",)).filter(pk=source.pk).first()
        if found is not None and found.state == ImportState.CHECKING:
            found.state, found.touched_at = ImportState.CHECKED, timezone.now()
            found.save(update_fields=["state", "touched_at"])


@transaction.atomic
def _keep_verdicts(key: int, batch: list[Row]) -> bool:
    """False where somebody else is at it, or it is gone."""
    source = Import.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if source is None or source.state != ImportState.CHECKING:
        return False
    if source.rows.filter(number__gte=batch[0].number).exists():
        return False
    ImportRow.objects.bulk_create(
        ImportRow(
            source=source,
            number=each.number,
            cells=each.cells,
            address=each.address,
            state=RowState.BROKEN if each.faults else RowState.GOOD,
            faults=each.faults,
        )
        for each in judge(source, batch)
    )
    _touch(source)
    return True


def _import_some(key: int) -> bool:
    """The next batch; False when there is none, or somebody else is at it. Whoever was given one of the addresses
    meanwhile is found at the second look."""
    for race in range(1, RACES + 1):
        try:
            return _import_batch(key)
        except IntegrityError:
            if race == RACES:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _import_batch(key: int) -> bool:
    source = Import.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
    if source is None or source.state != ImportState.IMPORTING:
        return False
    rows = list(source.rows.filter(state=RowState.GOOD).order_by("number")[:BATCH])
    if not rows:
        source.state = ImportState.DONE
        source.save(update_fields=["state"])
        return False
    with writing_together():
        states = _bring_in(source, judge(source, [(row.number, row.cells) for row in rows]))
    _keep_states(source, states)
    _touch(source)
    return True


def _keep_states(source: Import, states: dict[int, tuple[RowState, list[list[str]]]]) -> None:
    """One statement for each state, and one for each row that broke since it was checked."""
    numbers: dict[RowState, list[int]] = {}
    for number, (state, faults) in states.items():
        if faults:
            source.rows.filter(number=number).update(state=state, faults=faults)
        else:
            numbers.setdefault(state, []).append(number)
    for state, found in numbers.items():
        source.rows.filter(number__in=found).update(state=state)


def _bring_in(source: Import, batch: list[Candidate]) -> dict[int, tuple[RowState, list[list[str]]]]:
    sound = [each for each in batch if not each.faults]
    organisations = _organisations(source, {each.values["organisation"] for each in sound} - {""})
    states = {each.number: (RowState.BROKEN, each.faults) for each in batch if each.faults}
    new = [each for each in sound if each.person is None]
    _add(source, new, organisations)
    states |= {each.number: (RowState.ADDED, []) for each in new}
    for each in sound:
        if each.person is not None:
            changed = _complete(source, each, each.person, organisations)
            states[each.number] = (RowState.CHANGED if changed else RowState.SAME, [])
    return states


def _organisations(source: Import, names: set[str]) -> dict[str, Organisation]:
    """By their names in small letters; those that nobody knows yet are made."""
    wanted = {name.lower(): name for name in sorted(names)}
    found: dict[str, Organisation] = {
        each.name.lower(): each
        for each in Organisation.objects.annotate(lower=Lower("name")).filter(lower__in=list(wanted)).order_by("pk")
    }
    missing = [Organisation(name=name) for lower, name in wanted.items() if lower not in found]
    for made in Organisation.objects.bulk_create(missing):
        found[made.name.lower()] = made
        record(verb="organisation_added", subject=made, by=source.by, after={"name": made.name}, source=source.pk)
    return found


def _add(source: Import, new: list[Candidate], organisations: dict[str, Organisation]) -> None:
    people = User.objects.bulk_create(
        User(
            email=each.address,
            name=each.values["name"],
            role=Role.CUSTOMER,
            organisation=organisations.get(each.values["organisation"].lower()),
            language=each.values["language"],
            notes=each.values["notes"],
            password="!",  # noqa: S106 - Django's mark of a password that fits nothing
        )
        for each in new
    )
    points = []
    for each, person in zip(new, people, strict=True):
        points.append(ContactPoint(user=person, kind=ContactKind.EMAIL, value=each.address))
        if each.values["phone"]:
            points.append(ContactPoint(user=person, kind=ContactKind.PHONE, value=each.values["phone"]))
        record(verb="person_added", subject=person, by=source.by, after=_said(each), source=source.pk)
    ContactPoint.objects.bulk_create(points)


def _complete(source: Import, each: Candidate, person: User, organisations: dict[str, Organisation]) -> bool:
    """Give a known person what they lack; nothing that is there is replaced. Whether there was anything to give."""
    values = each.values
    wanted = {
        "language": values["language"],
        "notes": values["notes"],
        "organisation": organisations.get(values["organisation"].lower()),
    }
    lacking = {name: value for name, value in wanted.items() if value and not getattr(person, name)}
    points = ContactPoint.objects.filter(kind=ContactKind.PHONE, value=values["phone"])
    phone = values["phone"] if values["phone"] and not points.exists() else ""
    if not lacking and not phone:
        return False
    for name, value in lacking.items():
        setattr(person, name, value)
    if lacking:
        person.save(update_fields=list(lacking))
    if phone:
        ContactPoint.objects.create(user=person, kind=ContactKind.PHONE, value=phone)
    after = {name: value.pk if isinstance(value, Organisation) else value for name, value in lacking.items()}
    told = after | ({"phone": phone} if phone else {})
    record(verb="person_changed", subject=person, by=source.by, after=told, source=source.pk)
    return True


def _said(each: Candidate) -> dict[str, str]:
    return {name: value for name, value in each.values.items() if value}


def _locked(source: Import, by: User) -> Import:
    ensure(can_keep_address_book(by) and source.by_id == by.pk)
    return Import.objects.select_for_update(of=("self",)).get(pk=source.pk)


def _touch(source: Import) -> None:
    source.touched_at = timezone.now()
    source.save(update_fields=["touched_at"])


def broken_rows(source: Import) -> Iterable[ImportRow]:
    """The rows that stay out, in the order of the file."""
    return source.rows.filter(state=RowState.BROKEN).order_by("number").iterator(chunk_size=1000)
