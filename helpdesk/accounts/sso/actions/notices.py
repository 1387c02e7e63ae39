"""Telling sites that somebody signed out: OpenID Connect Back-Channel Logout 1.0."""

import time
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from helpdesk.accounts.sso.enums import NoticeState
from helpdesk.accounts.sso.models import LogoutNotice, Subject
from helpdesk.accounts.sso.sites.issuer import issuer
from helpdesk.accounts.sso.sites.signing import sign
from helpdesk.core import outgoing
from helpdesk.core.outgoing import OutgoingError
from helpdesk.journal.actions import record

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_SECONDS = 120
ANSWER_SECONDS = 4.0
PAUSES = (1, 2, 5, 15, 60, 300, 900, 3600)
"""Seconds until the next attempt; the last one again and again."""
PATIENCE = timedelta(days=2)
LEASE = timedelta(seconds=30)


def due(limit: int = 100) -> list[int]:
    """The keys of notices whose time has come."""
    waiting = LogoutNotice.objects.filter(state=NoticeState.WAITING, next_at__lte=timezone.now())
    return list(waiting.order_by("next_at", "pk").values_list("pk", flat=True)[:limit])


def tell(key: int) -> bool:
    """Offer one notice to its site; True when the site took it. Whoever comes at the same time does nothing."""
    notice = _claim(key)
    if notice is None:
        return False
    try:
        answer = outgoing.post(
            notice.visit.site.notice_uri,
            body=urlencode({"logout_token": logout_token(notice)}).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            seconds=ANSWER_SECONDS,
            cuts=True,
        )
    except OutgoingError as refusal:
        return _settle(notice, reason=str(refusal))
    return _settle(notice, reason="" if answer.is_good else f"{answer.status}")


def logout_token(notice: LogoutNotice) -> str:
    """Section 2.4. Made anew for each attempt, so that it has not run out when it comes."""
    visit, now = notice.visit, int(time.time())
    claims = {
        "iss": issuer(),
        "sub": str(Subject.objects.get(user=visit.user_id).value),
        "aud": visit.site.id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": uuid4().hex,
        "events": {EVENT: {}},
        "sid": str(visit.sid),
    }
    return sign(claims, kind="logout+jwt")


@transaction.atomic
def _claim(key: int) -> LogoutNotice | None:
    """Lease the notice: a worker that dies with it gives it back by that."""
    now = timezone.now()
    due_now = LogoutNotice.objects.filter(pk=key, state=NoticeState.WAITING, next_at__lte=now)
    notice = due_now.select_for_update(of=("self",), skip_locked=True).select_related("visit__site").first()
    if notice is not None:
        notice.next_at = now + LEASE
        notice.attempts += 1
        notice.save(update_fields=["next_at", "attempts"])
    return notice


@transaction.atomic
def _settle(notice: LogoutNotice, *, reason: str) -> bool:
    now = timezone.now()
    notice.reason = reason[:500]
    if not reason:
        notice.state, notice.done_at = NoticeState.TAKEN, now
    elif now - notice.created_at > PATIENCE:
        notice.state, notice.done_at = NoticeState.GIVEN_UP, now
        told = {"site": notice.visit.site.name, "reason": reason or gettext_noop("no answer")}
        record(verb="logout_notice_given_up", subject=notice.visit.user, by=None, **told)
    else:
        notice.next_at = now + timedelta(seconds=PAUSES[min(notice.attempts, len(PAUSES)) - 1])
    notice.save(update_fields=["state", "done_at", "next_at", "reason"])
    return not reason
