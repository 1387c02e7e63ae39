"""Being signed in at sites: beginning, and ending everywhere."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.idp.oidc.models import Token
from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.accounts.sso.enums import Ending
from helpdesk.accounts.sso.models import AuthorizationCode, Consent, LogoutNotice, Site, Subject, Visit
from helpdesk.accounts.sso.models.visit import mark_of
from helpdesk.core.bells import ring
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record

CODE_SECONDS = 60


@transaction.atomic
def enter(
    *, site: Site, by: User, session_key: str, entered_at: datetime, methods: list[str], asked: dict[str, Any]
) -> str:
    """An authorization code for the person's browser to carry to the site; returned in clear, kept as its hash.

    `asked` is the authorization request as it was found good: `redirect_uri`, `scopes`, `nonce`, `challenge`. The first
    of a session and site begins a visit, which is a line in the journal.
    """
    by = User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    ensure(by.is_active and site.is_active and site.admits(by.role))
    Subject.objects.get_or_create(user=by)
    now, mark = timezone.now(), mark_of(by.password)
    visit = Visit.objects.open().filter(session_key=session_key, site=site).first()
    if visit is not None and (visit.user_id, visit.password_mark) != (by.pk, mark):
        end(visits=[visit.pk], why=Ending.SESSION_GONE)
        visit = None
    if visit is None:
        visit = Visit.objects.create(
            user=by, site=site, session_key=session_key, password_mark=mark, entered_at=entered_at, methods=methods
        )
        record(verb="site_entered", subject=by, by=by, site=site.name)
    else:
        Visit.objects.filter(pk=visit.pk).update(seen_at=now, entered_at=entered_at, methods=methods)
    secret = secrets.token_urlsafe(32)
    AuthorizationCode.objects.create(
        digest=digest_of(secret), visit=visit, expires_at=now + timedelta(seconds=CODE_SECONDS), **asked
    )
    return secret


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def refuse_entry(*, site: Site, by: User) -> None:
    """The site is not for people of this role: a line in the journal."""
    record(verb="site_refused", subject=by, by=by, site=site.name, role=by.role)


@transaction.atomic
def consent(*, site: Site, by: User, scopes: list[str]) -> Consent:
    """The person lets the site know these things from now on."""
    row, _is_new = Consent.objects.update_or_create(
        user=by, site=site, defaults={"scopes": scopes, "given_at": timezone.now()}
    )
    record(verb="consent_given", subject=by, by=by, site=site.name, scopes=scopes)
    return row


@transaction.atomic
def leave(*, visit: Visit, by: User) -> None:
    """The person ends being signed in at the site of this visit, in every browser, and what they let it know ends with
    it. Raises NotAllowed for a visit of somebody else."""
    ensure(visit.user_id == by.pk)
    theirs = Visit.objects.open().filter(user=by, site=visit.site)
    end(visits=list(theirs.values_list("pk", flat=True)), why=Ending.ENDED_BY_PERSON)
    Consent.objects.filter(user=by, site=visit.site).delete()
    record(verb="site_left", subject=by, by=by, site=visit.site.name)


@transaction.atomic
def end(*, visits: list[int], why: Ending) -> int:
    """End these visits where they are open: their tokens and codes die now, and each site that wants to know is told,
    by a row that is written here. Gives how many ended. What caused it has its line in the journal."""
    from helpdesk.accounts.sso.tasks import tell_site  # noqa: PLC0415 - tasks stand above the actions

    locked = Visit.objects.open().filter(pk__in=visits).order_by("pk").select_for_update(of=("self",))
    found = list(locked.select_related("site"))
    keys = [visit.pk for visit in found]
    now = timezone.now()
    Visit.objects.filter(pk__in=keys).update(ended_at=now, ending=why)
    Token.objects.filter(data__visit__in=keys, user__in={visit.user_id for visit in found}).delete()
    AuthorizationCode.objects.filter(visit__in=keys, used_at__isnull=True).delete()
    notices = [LogoutNotice(visit=visit, next_at=now) for visit in found if visit.site.notice_uri]
    for notice in LogoutNotice.objects.bulk_create(notices):
        ring(tell_site, notice.pk)
    return len(found)


def end_session(*, session_key: str, why: Ending) -> int:
    """End whatever this browser session is signed in at."""
    return end(visits=list(Visit.objects.open().filter(session_key=session_key).values_list("pk", flat=True)), why=why)


def end_all_of(*, person: User, why: Ending) -> int:
    return end(visits=list(Visit.objects.open().filter(user=person).values_list("pk", flat=True)), why=why)


def end_groundless() -> int:
    """End the visits under which the ground is gone: whoever ended the session, and however."""
    found = list(Visit.objects.groundless().select_related("user", "site").order_by("pk")[:500])
    shut = {visit.pk for visit in found if not visit.user.is_active or not visit.site.admits(visit.user.role)}
    gone = {visit.pk for visit in found} - shut
    return end(visits=sorted(shut), why=Ending.ACCESS_ENDED) + end(visits=sorted(gone), why=Ending.SESSION_GONE)
