"""What a person decides about mail as it came."""

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from tickets.mail.actions import claiming
from tickets.mail.models import RawMail
from tickets.mail.permissions import can_handle_raw_mail


@transaction.atomic
def quarantine(*, raw: RawMail, by: User, reason: str) -> None:
    """Put a mail that waits aside, with the reason. Journalled. Raises NotAllowed; Refused when it is final already."""
    _ensure(by)
    reason = reason.strip() or _("put aside by %(name)s") % {"name": by}
    before = raw.state
    if not claiming.quarantine(raw=raw, reason=reason):
        raise Refused(_("Only a mail that waits can be put aside; this one is done."))
    record(verb="raw_mail_quarantined", subject=raw, by=by, before=before, reason=reason[:500])


@transaction.atomic
def replay(*, raw: RawMail, by: User) -> None:
    """Have a quarantined or ignored mail worked on again, now. Journalled. Raises NotAllowed; Refused for any other
    state: what became a message once must not become it twice."""
    from tickets.mail.tasks import process_stored  # noqa: PLC0415 - tasks stand beside the actions and import them

    _ensure(by)
    if raw.findings.get("headers_only"):
        raise Refused(_("Only the headers of this mail are kept. Raise MAIL_MAX_MB and have it sent again."))
    before, reason = raw.state, raw.reason
    if not claiming.replay(raw=raw):
        raise Refused(_("Only a quarantined or ignored mail can be worked on again."))
    record(verb="raw_mail_replayed", subject=raw, by=by, before=before, reason=reason)
    ring(process_stored)


def _ensure(by: User) -> None:
    ensure(can_handle_raw_mail(by))
