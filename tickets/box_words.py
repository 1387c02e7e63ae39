"""The words in the search box that tickets bring: `from: to: team: organisation: status: tag: has: before: after:`."""

import re
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Organisation, User
from helpdesk.core.errors import Refused
from helpdesk.search.registries import Meaning, Word, words
from tickets.actions.status import tag_of
from tickets.enums import Status
from tickets.models import Ticket
from tickets.queries import team_choices

MOST_OFFERED = 8
ME = frozenset({"me", "я"})
FILES = frozenset({"file", "files", "файл", "файлы", "вложение", "вложения"})
_BACK = re.compile(r"([1-9][0-9]{0,3})[dд]")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_GERMAN_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_TODAY = {"today": 0, "сегодня": 0, "yesterday": 1, "вчера": 1}


def register() -> None:
    """Called once when the program starts."""
    for word in (
        Word(("from", "от"), gettext_lazy("who wrote it"), sender, _nothing, _everybody),
        Word(("to", "кому"), gettext_lazy("to whom it was written"), recipient, _nothing, _everybody),
        Word(("team", "команда", "очередь"), gettext_lazy("the team"), team, _teams, _staff),
        Word(
            ("organisation", "organization", "организация", "компания"),
            gettext_lazy("the organisation"),
            organisation,
            _organisations,
            _sees_customers,
        ),
        Word(("status", "статус"), gettext_lazy("the status"), status, _statuses, _everybody),
        Word(("ticket", "заявка", "запрос"), gettext_lazy("within one ticket"), ticket, _nothing, _everybody),
        Word(("tag", "метка", "тег"), gettext_lazy("a tag"), tag, _nothing, _staff),
        Word(("has", "есть"), gettext_lazy("what comes with it"), having, _files, _everybody),
        Word(("before", "до"), gettext_lazy("earlier than a day"), before, _days, _everybody),
        Word(("after", "после"), gettext_lazy("from a day on"), after, _days, _everybody),
    ):
        words.register(word.names[0], word)


def sender(reader: User, value: str) -> Meaning:
    """A name, an address or a part of one; `me` for oneself."""
    if value.lower() in ME:
        return Meaning(marks=(f"author:{reader.pk}",))
    return Meaning(said=_said(value, "from:clara"), part="sender")


def recipient(reader: User, value: str) -> Meaning:
    """Whom it was sent to, by name or address."""
    return Meaning(said=_said(value, "to:clara@shop.example"), part="names")


def team(reader: User, value: str) -> Meaning:
    """A team by its name or the beginning of it."""
    known, word = team_choices(reader), slugify(value, allow_unicode=True)
    found = [each.pk for each in known if word in (each.word, slugify(each.label, allow_unicode=True))]
    found = found or [each.pk for each in known if value and each.label.lower().startswith(value.lower())]
    if not found:
        said = {"value": value[:50], "known": ", ".join(each.word for each in known[:MOST_OFFERED])}
        raise Refused(_("There is no team “%(value)s” here. Try: %(known)s.") % said)
    return Meaning(marks=tuple(f"team:{key}" for key in found))


def organisation(reader: User, value: str) -> Meaning:
    """Organisations whose name holds the value."""
    found = Organisation.objects.filter(name__icontains=value).order_by("name", "pk")
    keys = list(found.values_list("pk", flat=True)[:50]) if value else []
    if not keys:
        raise Refused(_("No organisation is called “%(value)s”: write a part of its name.") % {"value": value[:50]})
    return Meaning(marks=tuple(f"organisation:{key}" for key in keys))


def status(reader: User, value: str) -> Meaning:
    """A status by its word in English or in the reader's language."""
    said = value.lower().replace("_", " ")
    found = [each.value for each in Status if said in (each.value.replace("_", " "), str(each.label).lower())]
    if not found:
        known = ", ".join(_quoted(str(each.label).lower()) for each in Status)
        raise Refused(_("“%(value)s” is no status. Try: %(known)s.") % {"value": value[:50], "known": known})
    return Meaning(where=Q(status__in=found))


def ticket(reader: User, value: str) -> Meaning:
    """Within a ticket, by its number."""
    digits = value.removeprefix("#")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0
    found = Ticket.objects.visible_to(reader).filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        raise Refused(_("You see no ticket with the number “%(value)s”.") % {"value": value[:50]})
    return Meaning(under=found)


def tag(reader: User, value: str) -> Meaning:
    """A tag as it is written on tickets."""
    if not (found := tag_of(value)):
        raise Refused(_("Write a tag after “tag:”, for example tag:refund."))
    return Meaning(where=Q(tags__contains=[found]))


def having(reader: User, value: str) -> Meaning:
    """`has:file`."""
    if value.lower() not in FILES:
        raise Refused(_("Only files can be asked for so: has:file."))
    return Meaning(marks=("file",))


def before(reader: User, value: str) -> Meaning:
    """Before the day begins."""
    return Meaning(until=_beginning(value))


def after(reader: User, value: str) -> Meaning:
    """From the beginning of the day on."""
    return Meaning(since=_beginning(value))


def _beginning(value: str) -> datetime:
    """The first moment of a day, month or year in the reader's zone."""
    day = _day(value.lower())
    if day is None or not 1990 <= day.year < 2200:
        raise Refused(
            _("“%(value)s” is no day: write 2026-05-31, 2026-05, 2026, 31.05.2026, 7d or today.")
            % {"value": value[:50]}
        )
    return timezone.make_aware(datetime.combine(day, time.min))


def _day(word: str) -> date | None:
    today = timezone.localdate()
    if word in _TODAY:
        return today - timedelta(days=_TODAY[word])
    if back := _BACK.fullmatch(word):
        return today - timedelta(days=int(back[1]))
    if found := _DATE.fullmatch(word):
        numbers = (found[1], found[2] or "1", found[3] or "1")
    elif found := _GERMAN_DATE.fullmatch(word):
        numbers = (found[3], found[2], found[1])
    else:
        return None
    try:
        return date(*map(int, numbers))
    except ValueError:
        return None


def _said(value: str, example: str) -> str:
    said = " ".join(value.replace("'", " ").replace("\\", " ").split())
    if not any(character.isalnum() for character in said):
        raise Refused(
            _("Write a name or an address after the colon, without a space: %(example)s.") % {"example": example}
        )
    return said


def _teams(reader: User, beginning: str) -> list[str]:
    known, end = team_choices(reader), len(beginning)
    return [each.word for each in known if beginning in (each.word[:end], each.label.lower()[:end])]


def _organisations(reader: User, beginning: str) -> list[str]:
    found = Organisation.objects.filter(name__istartswith=beginning) if beginning else Organisation.objects.all()
    return [_quoted(name) for name in found.order_by("name", "pk").values_list("name", flat=True)[:MOST_OFFERED]]


def _statuses(reader: User, beginning: str) -> list[str]:
    return [_quoted(str(each.label).lower()) for each in Status if str(each.label).lower().startswith(beginning)]


def _files(reader: User, beginning: str) -> list[str]:
    return [_("file")]


def _days(reader: User, beginning: str) -> list[str]:
    today = timezone.localdate()
    found = [today.isoformat(), f"{today:%Y-%m}", f"{today.year}", "7d"]
    return [each for each in found if each.startswith(beginning)]


def _nothing(reader: User, beginning: str) -> list[str]:
    return []


def _everybody(reader: User) -> bool:
    return True


def _staff(reader: User) -> bool:
    return reader.can(Capability.ENTER_DESK)


def _sees_customers(reader: User) -> bool:
    return reader.can(Capability.SEE_CUSTOMERS)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
