"""Until when a ticket is put aside."""

from datetime import UTC, date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.core import readable

MORNING = time(9)
TOMORROW, MONDAY, WEEK, MOMENT = "tomorrow", "monday", "week", "moment"
CHOICES = (
    (TOMORROW, _("Tomorrow morning")),
    (MONDAY, _("Monday")),
    (WEEK, _("In a week")),
    (MOMENT, _("Date and time")),
)


def moment_of(choice: str, *, now: datetime) -> datetime:
    """The morning that the choice means, in the reader's zone: 9 o'clock there also when clocks change before."""
    today = timezone.localtime(now).date()
    days = {TOMORROW: 1, MONDAY: 7 - today.weekday(), WEEK: 7}[choice]
    return on_clock(today + timedelta(days=days), MORNING)


def on_clock(day: date, clock: time) -> datetime:
    """That day at that time on the reader's clock, as UTC. A time that the clocks leave out is as much later; of one
    that comes twice it is the first."""
    return datetime.combine(day, clock, tzinfo=timezone.get_current_timezone()).astimezone(UTC)


def offered(*, now: datetime) -> list[dict[str, str]]:
    """The choices that need nothing typed, with the moment that each means."""
    return [
        {"value": choice, "label": str(label), "until": readable.until(moment_of(choice, now=now), now=now)}
        for choice, label in CHOICES
        if choice != MOMENT
    ]


class SnoozeForm(forms.Form):
    """`until` is one of the choices; with `moment` the field of that name says when (`2026-12-01T14:00`, as browsers
    send a date with its time). What is asked for is `cleaned_data["at"]`."""

    until = forms.ChoiceField(choices=CHOICES, error_messages={"required": _("Choose until when.")})
    moment = forms.CharField(max_length=30, required=False)

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        choice = cleaned.get("until")
        if choice == MOMENT:
            try:
                typed = datetime.fromisoformat(str(cleaned.get("moment", "")))
                cleaned["at"] = on_clock(typed.date(), typed.time().replace(second=0, microsecond=0))
            except (ValueError, OverflowError):
                self.add_error("moment", _("Give a date and a time."))
        elif choice:
            cleaned["at"] = moment_of(str(choice), now=timezone.now())
        return cleaned

    @property
    def first_error(self) -> str:
        return next((str(error) for errors in self.errors.values() for error in errors), "")
