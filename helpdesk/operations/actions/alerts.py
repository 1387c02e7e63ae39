"""An alert begins, is acknowledged, is over."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from helpdesk.operations.models import Alert, Threshold
from helpdesk.operations.permissions import can_watch


def open_alert(*, threshold: Threshold, series: str, value: float) -> Alert | None:
    """A figure is beyond its threshold. None when another process has raised it meanwhile."""
    try:
        with transaction.atomic():
            alert = Alert.objects.create(threshold=threshold, series=series, value=value, worst=value)
            record(
                verb="alert_raised",
                subject=alert,
                by=None,
                series=series,
                measure=str(threshold.measure),
                value=value,
                limit=threshold.limit,
            )
    except IntegrityError:
        return None
    return alert


@transaction.atomic
def end(*, alert: Alert) -> None:
    """The figure is well again, or nothing measures it any more."""
    ended = Alert.objects.filter(pk=alert.pk, ended_at__isnull=True).update(ended_at=timezone.now())
    if ended:
        record(verb="alert_over", subject=alert, by=None, series=alert.series, worst=alert.worst)


def note_worst(*, alert: Alert, value: float, is_floor: bool) -> None:
    """Keep the worst figure since it began."""
    worst = Least(F("worst"), value) if is_floor else Greatest(F("worst"), value)
    Alert.objects.filter(pk=alert.pk).exclude(worst=value).update(worst=worst)


@transaction.atomic
def acknowledge(*, alert: Alert, by: User) -> Alert:
    """Somebody knows and looks after it. Raises NotAllowed; Refused for one that is over, or that somebody else has."""
    ensure(can_watch(by))
    alert = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if alert.ended_at is not None:
        raise Refused(_("This alert is over already."))
    if alert.acknowledged_by_id is not None:
        raise Refused(_("Somebody looks after this alert already."))
    alert.acknowledged_at, alert.acknowledged_by = timezone.now(), by
    alert.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record(verb="alert_acknowledged", subject=alert, by=by, series=alert.series)
    return alert
