"""What a token is for. A token never does more than its owner may; its scopes narrow that."""

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """`read` and `write` stand for every scope of that ending: what most integrations of a company's own want."""

    READ = "read", _("read everything that its owner may see")
    WRITE = "write", _("write everything that its owner may")
    PROFILE = "profile", _("read who its owner is")
    PROFILE_WRITE = "profile:write", _("change its owner's own settings")
    TICKETS_READ = "tickets:read", _("read requests and what was said on them")
    TICKETS_WRITE = "tickets:write", _("open, answer and change requests")
    CUSTOMERS_READ = "customers:read", _("read customers")
    CUSTOMERS_WRITE = "customers:write", _("add and change customers")
    ORGANISATIONS_READ = "organisations:read", _("read organisations")
    ORGANISATIONS_WRITE = "organisations:write", _("add and change organisations")
    FILES_READ = "files:read", _("download files")
    FILES_WRITE = "files:write", _("upload files")
    MAIL_READ = "mail:read", _("read mail as it came")
    WEBHOOKS_MANAGE = "webhooks:manage", _("set up web hooks")


READ_BESIDE = frozenset({Scope.PROFILE})
"""What `read` stands for without the ending."""
FOR_CUSTOMERS = frozenset(
    {
        Scope.READ,
        Scope.WRITE,
        Scope.PROFILE,
        Scope.PROFILE_WRITE,
        Scope.TICKETS_READ,
        Scope.TICKETS_WRITE,
        Scope.FILES_READ,
        Scope.FILES_WRITE,
    }
)
"""What a customer's program can make use of."""


def allows(given: Collection[str], needed: Scope) -> bool:
    """Whether a token with the scopes `given` is good for `needed`."""
    if needed in given:
        return True
    if needed.endswith(":read") or needed in READ_BESIDE:
        return Scope.READ in given
    return needed.endswith(":write") and Scope.WRITE in given
