"""Secrets come in, and are wiped."""

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from vpn.hosting.enums import SecretKind, Source
from vpn.hosting.models import Entry, Secret
from vpn.hosting.permissions import can_keep_vault, can_put_in

LONGEST_VALUE = 64 * 1024
"""In characters: the longest keys and certificates are a fraction of that."""
LONGEST_LABEL = 100
MOST_SECRETS = 50
_REPLACING = frozenset({Source.DESK, Source.CABINET})


@sensitive_variables()
@transaction.atomic
def put_in(*, entry: Entry, kind: str, label: str, value: str, by: User | None, source: str = Source.DESK) -> Secret:
    """The entry has this secret. At the desk and in the cabinet it takes the place of the one of the same label; what
    comes by a link or out of a message stands beside it under a number, so that nobody can overwrite a good one from
    outside. Locks the entry; writes `vault_secret_put_in`, never the value.

    `by` is None for whoever used a link. Raises NotAllowed, Refused.
    """
    entry = locked(entry, by)
    ensure(source == Source.LINK if by is None else can_put_in(by, source))
    label, value = _sound(kind, label, value)
    secret = Secret.objects.kept().without_values().select_for_update().filter(entry=entry, label=label).first()
    if secret is not None and source not in _REPLACING:
        label, secret = _free_label(entry, label), None
    if secret is None:
        if entry.secrets.kept().count() >= MOST_SECRETS:
            raise Refused(_("This entry has %(limit)s secrets: wipe those that are no longer used.") % {"limit": 50})
        secret = Secret(entry=entry, label=label)
    secret.kind, secret.value, secret.source = kind, value, source
    secret.changed_at, secret.changed_by = timezone.now(), by
    secret.save()
    record(verb="vault_secret_put_in", subject=entry, by=by, secret=label, source=str(source))
    return secret


@transaction.atomic
def wipe(*, secret: Secret, by: User) -> None:
    """The value is gone for good; who saw it stays known. Writes `vault_secret_wiped`. Raises NotAllowed."""
    entry = locked(secret.entry, by)
    ensure(can_keep_vault(by))
    if secret.doors.filter(temporary__in=entry.temporary.live()).exists():
        raise Refused(_("Temporary accesses are removed with this secret: end them first."))
    if wipe_all(Secret.objects.filter(pk=secret.pk, entry=entry)):
        record(verb="vault_secret_wiped", subject=entry, by=by, secret=secret.label)


def wipe_all(secrets: models.QuerySet[Secret]) -> int:
    """Empty these; how many there were. The caller has locked their entry."""
    return secrets.filter(wiped_at__isnull=True).update(value="", wiped_at=timezone.now())


def locked(entry: Entry, by: User | None) -> Entry:
    """The entry as it is now, until the transaction ends. Raises Refused where it has been taken out, or `by` sees it
    no more."""
    seen = Entry.objects.all() if by is None else Entry.objects.visible_to(by)
    found = seen.kept().select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if found is None:
        raise Refused(_("This entry is no longer in the vault, or no longer open to you."))
    return found


@sensitive_variables()
def _sound(kind: str, label: str, value: str) -> tuple[str, str]:
    label, value = " ".join(label.split()), value.replace("\r\n", "\n")
    if kind not in SecretKind.values:
        raise Refused(_("Choose what kind of secret this is."))
    if not label or len(label) > LONGEST_LABEL:
        raise Refused(_("Give the secret a label of at most 100 letters."))
    if not value.strip() or "\0" in value:
        raise Refused(_("Enter the secret itself."))
    if len(value) > LONGEST_VALUE:
        raise Refused(_("This is too long for a secret: keep files elsewhere."))
    return label, value


def _free_label(entry: Entry, label: str) -> str:
    taken = set(entry.secrets.kept().values_list("label", flat=True))
    numbered = (f"{label[: LONGEST_LABEL - 4]} {number}" for number in range(2, MOST_SECRETS + 3))
    return next(each for each in numbered if each not in taken)
