"""Sites, as an administrator sets them up."""

import secrets

from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.accounts.sso.actions import visits
from helpdesk.accounts.sso.enums import Ending
from helpdesk.accounts.sso.models import Site, Visit
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record


def new_secret(site: Site) -> str:
    """A secret for a site that is about to be saved; in clear, the only time it can be read."""
    secret = secrets.token_urlsafe(32)
    site.set_secret(secret)
    site.secret_changed_at = timezone.now()
    return secret


@transaction.atomic
def rotate_secret(*, site: Site, by: User) -> str:
    """Another secret; the one before opens nothing from now on. People stay signed in at the site."""
    ensure(by.can(Capability.CONFIGURE))
    site = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    secret = new_secret(site)
    site.save(update_fields=["secret", "secret_changed_at"])
    record(verb="site_secret_made", subject=site, by=by, site=site.name)
    return secret


@transaction.atomic
def end_unfit(*, site: Site) -> int:
    """A part of saving a site: end the visits of people whom it admits no longer, or of all when it is off."""
    visitors = Visit.objects.open().filter(site=site)
    if site.is_active:
        visitors = visitors.exclude(user__role__in=site.allowed_roles)
    return visits.end(visits=list(visitors.values_list("pk", flat=True)), why=Ending.SITE_OFF)
