"""Figures as people write them."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.core import readable
from helpdesk.operations.enums import Measure
from helpdesk.operations.watching.families import Unit, family_of, known


def told(series: str, measure: str, value: float | None) -> str:
    """`12`, `4 min`, `85 %`, `1.4 GB`, `12 days`; a dash for what nobody could say."""
    if value is None:
        return "–"
    if measure == Measure.OLDEST:
        return age(value)
    if measure != Measure.LEVEL:
        return number_format(int(value), force_grouping=True)
    return level(known(family_of(series)).unit, value)


def level(unit: Unit, value: float) -> str:
    if unit == Unit.BYTES:
        return readable.size(int(value))
    if unit == Unit.PERCENT:
        return _("%(number)s %%") % {"number": number_format(round(value))}
    if unit == Unit.DAYS:
        return ngettext("%(count)d day left", "%(count)d days left", int(value)) % {"count": int(value)}
    if unit == Unit.HOURS:
        return age(value * 3600)
    return number_format(round(value, 1))


def age(seconds: float) -> str:
    """In the largest unit that has at least two of them: `90 s`, `4 min`, `3 h`, `12 d`."""
    if seconds < 120:
        return _("%(number)s s") % {"number": number_format(round(seconds))}
    if seconds < 7200:
        return _("%(number)s min") % {"number": number_format(int(seconds // 60))}
    if seconds < 172_800:
        return _("%(number)s h") % {"number": number_format(int(seconds // 3600))}
    return _("%(number)s d") % {"number": number_format(int(seconds // 86_400))}
