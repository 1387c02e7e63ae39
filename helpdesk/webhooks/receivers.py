"""What this room does when a lower one speaks."""

from typing import Any

from django.db.models import Model

from helpdesk.accounts.models import User
from helpdesk.webhooks.actions import stopping
from helpdesk.webhooks.actions.happening import happened
from helpdesk.webhooks.people import kind_of


def tell(*, subject: Model, verb: str, facts: dict[str, Any], **kwargs: Any) -> None:
    """Of customers and organisations every change has its line in the journal; `kind_of` says which hooks hear of."""
    kind = kind_of(subject, verb, facts)
    if kind:
        what = kind.partition(".")[0]
        happened(kind, thread=f"{what} {subject.pk}", facts={what: subject.pk})


def stop(*, user: User, **kwargs: Any) -> None:
    """Whoever has only signed out everywhere keeps their hooks."""
    if not user.is_active:
        stopping.stop_all_of(user)
