"""Values of fields: what people and programs say becomes what is kept, and what is kept becomes words again."""

import math
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.enums import FieldKind
from tickets.fields.definitions import Definition, in_words

LONGEST = {FieldKind.TEXT: 500, FieldKind.LONG_TEXT: 20_000, FieldKind.LINK: 2_000, FieldKind.EMAIL: 254}
MOST_DIGITS = 15
"""So many a JSON number keeps exactly in every program."""
YES, NO = "yes", "no"
_is_link = URLValidator(schemes=["http", "https"])


class Misfit(ValueError):
    """What was said is no value of the field; its text says in one sentence what would be."""


def read(field: Definition, raw: object) -> Any:
    """The value that is kept for what was said (a form's text or a JSON value); None for nothing. Raises Misfit."""
    if raw is None or raw == [] or (isinstance(raw, str) and not raw.strip()):
        return None
    value = _READERS[field.kind](field, raw)
    _ensure_within(field, value)
    return value


def fits(field: Definition, value: object) -> bool:
    """Whether what is kept is still a value of the field as it is defined now."""
    try:
        again = read(field, value)
    except Misfit:
        return False
    are_numbers = {type(again), type(value)} == {int, float}
    return (type(again) is type(value) or are_numbers) and bool(again == value)


def raw_of(field: Definition, value: Any) -> str | list[str]:
    """What is kept as a form says it. What does not fit is told as it is."""
    if field.kind == FieldKind.SEVERAL:
        return [str(each) for each in value] if isinstance(value, list) else [] if value is None else [str(value)]
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int | float):
        return _plain(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def words_of(field: Definition, value: Any) -> tuple[str, ...]:
    """The words by which conditions know a value."""
    raw = raw_of(field, value)
    return tuple(raw) if isinstance(raw, list) else (raw,) if raw else ()


def told(field: Definition, value: Any) -> str:
    """What is kept, as people read it."""
    if not fits(field, value):
        return ", ".join(words_of(field, value))
    if field.kind == FieldKind.YES_NO:
        return _("Yes") if value else _("No")
    if field.kind == FieldKind.DATE:
        return str(formats.date_format(date.fromisoformat(value), "DATE_FORMAT"))
    if field.kind in (FieldKind.WHOLE, FieldKind.DECIMAL):
        return _plain(value).replace(".", str(formats.get_format("DECIMAL_SEPARATOR")))
    labels = {option.word: in_words(option.labels) for option in field.options}
    return ", ".join(labels.get(word, word) for word in words_of(field, value))


def _plain(value: float) -> str:
    return str(value) if isinstance(value, int) else format(Decimal(repr(value)).normalize(), "f")


def _text(field: Definition, raw: object) -> str:
    if not isinstance(raw, str):
        raise Misfit(_("Write it as text."))
    text = raw.strip().replace("\r\n", "\n")
    if field.kind != FieldKind.LONG_TEXT and "\n" in text:
        raise Misfit(_("Write it in one line."))
    if "\0" in text:
        raise Misfit(_("Leave out the sign U+0000: it can’t be kept."))
    longest = LONGEST[field.kind]
    if len(text) > longest:
        sentence = _("Make it shorter: at most %(most)d characters, these are %(count)d.")
        raise Misfit(sentence % {"most": longest, "count": len(text)})
    return text


def _number(raw: object, sentence: str) -> Decimal:
    is_number = isinstance(raw, int | float | str) and not isinstance(raw, bool)
    spoken = str(raw).strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    if not is_number or (isinstance(raw, float) and not math.isfinite(raw)) or len(spoken) > 2 * MOST_DIGITS:
        raise Misfit(sentence)
    try:
        number = Decimal(spoken)
    except InvalidOperation as error:
        raise Misfit(sentence) from error
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > MOST_DIGITS or abs(number) >= 10**MOST_DIGITS:
        raise Misfit(_("Write a number with at most %(digits)d digits.") % {"digits": MOST_DIGITS})
    if len(number.normalize().as_tuple().digits) > MOST_DIGITS:
        raise Misfit(_("Write a number with at most %(digits)d digits.") % {"digits": MOST_DIGITS})
    return number


def _whole(field: Definition, raw: object) -> int:
    number = _number(raw, _("Write a whole number, for example 12."))
    if number != number.to_integral_value():
        raise Misfit(_("Write a whole number, without decimals."))
    return int(number)


def _decimal(field: Definition, raw: object) -> float:
    return float(_number(raw, _("Write a number, for example 12.5.")))


def _date(field: Definition, raw: object) -> str:
    text = raw.strip() if isinstance(raw, str) else ""
    try:
        return date.fromisoformat(text if len(text) == len("2026-01-31") else "").isoformat()
    except ValueError as error:
        raise Misfit(_("Write a date as year-month-day, for example 2026-01-31.")) from error


def _yes_no(field: Definition, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in (YES, NO):
        return raw == YES
    raise Misfit(_("Say yes or no."))


def _choice(field: Definition, raw: object) -> str:
    words = [option.word for option in field.options]
    if not isinstance(raw, str) or raw not in words:
        raise Misfit(_("Choose one of: %(words)s.") % {"words": _labels(field)})
    return raw


def _several(field: Definition, raw: object) -> list[str]:
    words = [option.word for option in field.options]
    asked = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(each, str) and each in words for each in asked):
        raise Misfit(_("Choose among: %(words)s.") % {"words": _labels(field)})
    return [word for word in words if word in asked]


def _link(field: Definition, raw: object) -> str:
    text = _text(field, raw)
    full = text if "://" in text else f"https://{text}"
    try:
        _is_link(full)
    except ValidationError as error:
        raise Misfit(_("Write an address on the web, for example https://shop.example/basket.")) from error
    return full


def _email(field: Definition, raw: object) -> str:
    text = _text(field, raw)
    try:
        validate_email(text)
    except ValidationError as error:
        raise Misfit(_("Write an e-mail address, for example name@shop.example.")) from error
    return text


def _labels(field: Definition) -> str:
    return ", ".join(in_words(option.labels) for option in field.options)


_READERS: dict[str, Callable[[Definition, object], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.WHOLE: _whole,
    FieldKind.DECIMAL: _decimal,
    FieldKind.DATE: _date,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
    FieldKind.SEVERAL: _several,
    FieldKind.LINK: _link,
    FieldKind.EMAIL: _email,
}


def _ensure_within(field: Definition, value: Any) -> None:
    """The limits that the field itself sets; those of dates, links and addresses go without saying."""
    least, most = field.at_least, field.at_most
    if field.kind in (FieldKind.WHOLE, FieldKind.DECIMAL):
        number = Decimal(repr(value))
        if least is not None and number < least:
            raise Misfit(_("Write a number of at least %(least)s.") % {"least": f"{least.normalize():f}"})
        if most is not None and number > most:
            raise Misfit(_("Write a number of at most %(most)s.") % {"most": f"{most.normalize():f}"})
    elif field.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT):
        if least is not None and len(value) < least:
            raise Misfit(_at_least_characters(int(least)))
        if most is not None and len(value) > most:
            sentence = _("Make it shorter: at most %(most)d characters, these are %(count)d.")
            raise Misfit(sentence % {"most": int(most), "count": len(value)})
    elif field.kind == FieldKind.SEVERAL:
        if least is not None and len(value) < least:
            raise Misfit(_("Choose at least %(least)d.") % {"least": int(least)})
        if most is not None and len(value) > most:
            raise Misfit(_("Choose at most %(most)d.") % {"most": int(most)})


def _at_least_characters(least: int) -> str:
    sentence = ngettext("Write at least %(least)d character.", "Write at least %(least)d characters.", least)
    return sentence % {"least": least}
