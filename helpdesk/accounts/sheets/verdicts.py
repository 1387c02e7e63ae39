"""What a row of a spreadsheet says of a person, and what is wrong with it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import prefetch_related_objects

from helpdesk.accounts.enums import ContactKind, RowFault
from helpdesk.accounts.models import ContactPoint, Import, ImportRow, User
from helpdesk.core.sanitising import clean_name

PHONE = re.compile(r"\+?\d[\d ()./-]{3,30}\d")
LONGEST = {"name": 200, "email": 254, "phone": 40, "organisation": 200, "language": 20, "notes": 2000}
_SHOWN = 80


@dataclass(slots=True)
class Candidate:
    """A row as it was understood; `person` has the address already."""

    number: int
    cells: list[str]
    values: dict[str, str]
    faults: list[list[str]] = field(default_factory=list)
    person: User | None = None

    @property
    def address(self) -> str:
        return self.values["email"]

    def blame(self, fault: RowFault, detail: str = "") -> None:
        self.faults.append([fault.value, detail[:_SHOWN]])


def judge(source: Import, rows: Iterable[tuple[int, list[str]]]) -> list[Candidate]:
    """The rows with everything that is wrong with each, in a constant number of statements."""
    candidates = [_read(source, number, cells) for number, cells in rows]
    people, phones = _known(candidates), _phones(candidates)
    numbers = _numbers(source, candidates)
    for each in candidates:
        each.person = people.get(each.address)
        is_address = bool(each.address) and RowFault.BAD_ADDRESS not in {fault for fault, _detail in each.faults}
        first = numbers.setdefault(each.address, each.number) if is_address else each.number
        if first != each.number:
            each.blame(RowFault.TWICE, str(first))
        _check_person(each)
        owner = phones.get(each.values["phone"])
        if owner is not None and (each.person is None or each.person.pk != owner):
            each.blame(RowFault.PHONE_TAKEN, each.values["phone"])
        elif each.values["phone"] and owner is None and not each.faults:
            phones[each.values["phone"]] = each.person.pk if each.person else -each.number
    return candidates


def reasons_of(faults: Iterable[Sequence[str]]) -> list[str]:
    """The faults as sentences in the language of the reader."""
    return [str(RowFault(fault).label) % {"detail": detail} for fault, detail in faults]


def language_of(text: str) -> str | None:
    """The code of a language by its code or its name in English, Russian or itself; None when there is none such."""
    names = {"english": "en", "английский": "en", "russian": "ru", "русский": "ru"}
    code = names.get(text.casefold(), text.casefold())
    return code if code in dict(settings.LANGUAGES) or not code else None


def _read(source: Import, number: int, cells: list[str]) -> Candidate:
    values = dict.fromkeys(LONGEST, "")
    for name, cell in zip(source.matching, cells, strict=False):
        if name:
            values[name] = cell if name == "notes" else clean_name(cell)
    each = Candidate(number, cells, values)
    for name, limit in LONGEST.items():
        if len(values[name]) > limit:
            each.blame(RowFault.TOO_LONG, values[name])
    if len(cells) > len(source.header):
        each.blame(RowFault.TOO_MANY_CELLS)
    values["email"] = values["email"].lower()[:254]
    _check_values(each)
    values["name"] = values["name"] or values["email"].partition("@")[0]
    return each


def _check_values(each: Candidate) -> None:
    values = each.values
    if not values["email"]:
        each.blame(RowFault.NO_ADDRESS)
    elif not _is_address(values["email"]):
        each.blame(RowFault.BAD_ADDRESS, values["email"])
    if values["phone"] and not PHONE.fullmatch(values["phone"]):
        each.blame(RowFault.BAD_PHONE, values["phone"])
    language = language_of(values["language"])
    if language is None:
        each.blame(RowFault.BAD_LANGUAGE, values["language"])
    values["language"] = language or ""


def _check_person(each: Candidate) -> None:
    if each.person is None:
        return
    if not each.person.is_customer:
        each.blame(RowFault.STAFF)
        return
    theirs, named = each.person.organisation, each.values["organisation"]
    if theirs is not None and named and theirs.name.casefold() != named.casefold():
        each.blame(RowFault.OTHER_ORGANISATION, theirs.name)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _known(candidates: list[Candidate]) -> dict[str, User]:
    """Who has these addresses. Not joined: the plan of a join that was made for a handful of people is far too slow
    when thousands have come since."""
    addresses = [each.address for each in candidates if each.address]
    points = ContactPoint.objects.filter(kind=ContactKind.EMAIL, value__in=addresses).order_by()
    owners = dict(points.values_list("value", "user_id"))
    keys = set(owners.values())
    people = {str(user.email): user for user in User.objects.filter(email__in=addresses).order_by("pk")}
    by_key = {user.pk: user for user in User.objects.filter(pk__in=keys).order_by("pk")} if keys else {}
    found = people | {value: by_key[key] for value, key in owners.items()}
    prefetch_related_objects(list(found.values()), "organisation")
    return found


def _phones(candidates: list[Candidate]) -> dict[str, int]:
    numbers = [each.values["phone"] for each in candidates if each.values["phone"]]
    points = ContactPoint.objects.filter(kind=ContactKind.PHONE, value__in=numbers)
    return dict(points.order_by().values_list("value", "user_id"))


def _numbers(source: Import, candidates: list[Candidate]) -> dict[str, int]:
    """In which row of the file each address was met before."""
    met = ImportRow.objects.filter(source=source, address__in=[each.address for each in candidates if each.address])
    return dict(met.exclude(state="broken").order_by().values_list("address", "number"))
