"""What the health page is told about incoming mail."""

from django.db.models import Count, Min
from django.utils import timezone

from helpdesk.core.registries import QueueState
from tickets.mail.enums import RawMailState
from tickets.mail.models import Mailbox, RawMail


def raw_mail_state() -> QueueState:
    """Waiting: stored or in hand. Failed: quarantined. Oldest: since when the longest waiting mail is here."""
    on_the_way = [RawMailState.STORED, RawMailState.PROCESSING]
    waiting = RawMail.objects.filter(state__in=on_the_way).aggregate(count=Count("pk"), oldest=Min("received_at"))
    age = (timezone.now() - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0.0
    return QueueState(
        waiting=waiting["count"],
        failed=RawMail.objects.filter(state=RawMailState.QUARANTINED).count(),
        oldest_seconds=max(0.0, age),
    )


def mailboxes_state() -> QueueState:
    """Waiting: mailboxes that we fetch from. Failed: those whose last round failed. Oldest: the longest silence."""
    now = timezone.now()
    rows = list(Mailbox.objects.fetched().values_list("fetch_failures", "fetched_at"))
    ages = [(now - fetched).total_seconds() for _, fetched in rows if fetched is not None]
    return QueueState(
        waiting=len(rows), failed=sum(failures > 0 for failures, _ in rows), oldest_seconds=max(ages, default=0.0)
    )
