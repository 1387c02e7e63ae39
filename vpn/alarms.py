"""What administrators are told of at once."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.notifications.actions.outbox import enqueue
from helpdesk.notifications.notices import notice_to
from vpn.models import Key
from vpn.queries import issuers


def after_issue(*, key: Key, by: User, count: int) -> None:
    """Many keys at once and keys in the night are worth a look. `count` is how many this person issued lately."""
    facts = {"who": str(by), "name": key.common_name, "count": count}
    if count >= settings.VPN_ISSUES_PER_TEN_MINUTES:
        tell_administrators(
            subject=key,
            title=lambda: _("%(who)s issued %(count)d VPN keys within ten minutes") % facts,
            text=lambda: (
                _("The last one is %(name)s. That is the limit; if it was not meant so, block the keys.") % facts
            ),
        )
    elif is_night(timezone.localtime()):
        tell_administrators(
            subject=key,
            title=lambda: _("%(who)s issued a VPN key in the night: %(name)s") % facts,
            text=lambda: _("If nobody was to work at this hour, block the key and ask.") % facts,
        )


def is_night(moment: datetime) -> bool:
    """Whether hardly anybody works now, by the installation's clock."""
    begins, ends = settings.VPN_NIGHT_HOURS
    return moment.hour >= begins or moment.hour < ends if begins > ends else begins <= moment.hour < ends


def tell_administrators(
    *, subject: models.Model, title: Callable[[], str], text: Callable[[], str], path: str = ""
) -> None:
    """Those who issue keys, in the caller's transaction, each in their language: as many statements for ten as for
    one."""
    path, notices = path or reverse("admin:vpn_key_changelist"), []
    for person in issuers():
        with translation.override(person.language or settings.LANGUAGE_CODE):
            notices.append(notice_to(person, title=title(), text=text(), path=path))
    enqueue(subject=subject, outgoing=[notice for notice in notices if notice])
