"""The occasions on which staff are told of the vault, and what is said then. Never a secret."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import User
from helpdesk.core import readable
from helpdesk.notifications import registries
from helpdesk.notifications.enums import Channel
from vpn.hosting.models import Entry

GRANTED = {False: "vault_granted", True: "vault_grant_ended"}
GRANT_ENDING, GRANT_RAN_OUT = "vault_grant_ending", "vault_grant_ran_out"
ACCESS_ENDING, ACCESS_ENDED = "vault_access_ending", "vault_access_ended"
ASKED = "vault_asked"
DECIDED = {False: "vault_approved", True: "vault_refused"}
DROPPED = "vault_dropped"
ALARM = "vault_alarm"

_HERE = frozenset({Channel.DESK, Channel.EMAIL})
_LABELS = {
    GRANTED[False]: gettext_lazy("An entry of the vault is opened to me"),
    GRANTED[True]: gettext_lazy("An entry of the vault is no longer open to me"),
    GRANT_ENDING: gettext_lazy("A grant of an entry, to me or by me, ends within a day"),
    GRANT_RAN_OUT: gettext_lazy("A grant of an entry that I gave has run out"),
    ACCESS_ENDING: gettext_lazy("A temporary access, mine or asked for by me, ends within a day"),
    ACCESS_ENDED: gettext_lazy("A temporary access, mine or asked for by me, has been removed"),
    ASKED: gettext_lazy("A colleague wants a secret that a second person has to approve"),
    DECIDED[False]: gettext_lazy("A secret that I asked for is approved"),
    DECIDED[True]: gettext_lazy("A secret that I asked for is refused"),
    DROPPED: gettext_lazy("A customer has handed over a secret by my link"),
    ALARM: gettext_lazy("A colleague reveals unusually many secrets"),
}
_TEXTS = {
    GRANTED[False]: "{{ who }} · {{ until }}",
    GRANT_ENDING: "{{ who }} · {{ until }}",
    ACCESS_ENDING: "{{ who }} · {{ until }}",
    ASKED: "{{ who }}: {{ words }}",
    DROPPED: "{{ organisation }}",
    ALARM: "{{ who }}",
}


def register() -> None:
    """Called once when the program starts."""
    places = {
        "who": "Anna Orlova",
        "entry": gettext_lazy("Web server"),
        "organisation": "Harbour Shop",
        "until": gettext_lazy("until 5 June, 18:00"),
        "words": gettext_lazy("The shop is down."),
        "what": gettext_lazy("Web server"),
    }
    for name, label in _LABELS.items():
        text = _TEXTS.get(name, "{{ who }}")
        registries.occasions.register(name, registries.Occasion(label, _HERE, places, "{{ what }}", text))


def moment_of(reader: User, at: datetime) -> str:
    """As the reader reads a moment."""
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        return _("until %(moment)s") % {"moment": readable.full_moment(timezone.localtime(at))}


def facts_of(
    reader: User, *, entry: Entry, who: User | None, until: str = "", words: str = "", count: int = 0
) -> dict[str, str]:
    """By the names that wordings use, in the reader's language."""
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        what = _("%(count)s secrets within an hour") % {"count": count} if count else entry.name
        return {
            "who": str(who or _("the program")),
            "entry": entry.name,
            "organisation": entry.organisation.name,
            "until": until,
            "words": words,
            "what": what,
        }
