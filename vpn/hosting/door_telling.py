"""What the journal's lines about doors and temporary accesses say."""

from django.utils.translation import gettext_lazy as _

from helpdesk.core.retelling import know
from helpdesk.journal.registries import Told, fields, verbs
from vpn.hosting.reasons import SENTENCES

_DOOR = {"connector": "", "address": ""}
_ACCOUNT = {"account": ""}
_FAILED = {"account": "", "reason": "reason"}
_ASKED = {"person": "person", "account": "", "reason": "", "until": "", "ticket": "ticket"}


def register() -> None:
    """Fill the journal's registries, and make known what doors say; called once when the program starts."""
    know(SENTENCES)
    for verb, told in {
        "vault_door_added": Told(_("added a panel or server to an entry"), facts=_DOOR),
        "vault_door_changed": Told(_("changed a panel or server of an entry"), facts=_DOOR),
        "vault_door_removed": Told(_("removed a panel or server from an entry"), facts=_DOOR),
        "vault_host_key_confirmed": Told(
            _("confirmed the host key of a server"), facts={"address": "", "shown": "", "known": ""}
        ),
        "vault_facts_asked": Told(_("asked for sites, disk and certificates"), facts={"address": ""}),
        "vault_access_asked": Told(_("asked for a temporary access"), facts=_ASKED),
        "vault_access_made": Told(_("made a temporary access"), facts={"account": "", "person": "person"}),
        "vault_access_failed": Told(_("could not make a temporary access"), facts=_FAILED),
        "vault_access_shown": Told(_("looked at a temporary access"), facts=_ACCOUNT),
        "vault_access_end_asked": Told(_("ended a temporary access"), facts=_ACCOUNT),
        "vault_access_ended": Told(_("removed a temporary access"), facts=_FAILED),
    }.items():
        verbs.register(verb, told)
    for name, label in {
        "connector": _("kind"),
        "account": _("account"),
        "shown": _("fingerprint"),
        "known": _("fingerprint before"),
        "until": _("until"),
    }.items():
        if name not in fields:
            fields.register(name, label)
