"""What the journal's lines about the vault say."""

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.journal.registries import Thing, Told, fields, things, verbs
from vpn.hosting.models import Entry

_SECRET = {"secret": ""}
_REVEALED = {"secret": "", "reason": "", "ticket": "ticket", "approved_by": "person"}


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    for verb, told in {
        "vault_entry_added": Told(_("put an entry into the vault"), facts={"name": ""}),
        "vault_entry_changed": Told(_("changed an entry of the vault")),
        "vault_entry_taken_out": Told(_("took an entry out of the vault and wiped its secrets")),
        "vault_removal_asked": Told(_("asked for an entry of the vault to be removed")),
        "vault_secret_put_in": Told(_("put a secret into the vault"), facts={"secret": "", "source": ""}),
        "vault_secret_wiped": Told(_("wiped a secret of the vault"), facts=_SECRET),
        "vault_secret_revealed": Told(_("revealed a secret"), facts=_REVEALED),
        "vault_secret_used": Told(_("had a secret used"), facts={**_REVEALED, "reason": "reason"}),
        "vault_reveal_asked": Told(
            _("asked to reveal a secret"), facts={"secret": "", "reason": "", "ticket": "ticket"}
        ),
        "vault_reveal_approved": Told(_("approved revealing a secret"), facts={"secret": "", "person": "person"}),
        "vault_reveal_refused": Told(_("refused revealing a secret"), facts={"secret": "", "person": "person"}),
        "vault_granted": Told(_("granted an entry of the vault"), facts={"person": "person", "reason": ""}),
        "vault_grant_ended": Told(_("ended the grant of an entry of the vault"), facts={"person": "person"}),
        "vault_grant_ran_out": Told(_("let the grant of an entry of the vault run out"), facts={"person": "person"}),
        "vault_link_made": Told(_("made a secure link"), facts={"asked": "", "ticket": "ticket"}),
        "vault_link_taken_back": Told(_("took a secure link back"), facts={"asked": ""}),
        "vault_checked_off": Told(
            _("checked off a secret that somebody who left knew"), facts={"secret": "", "person": "person"}
        ),
        "vault_report_taken": Told(_("took along who could see the vault"), facts={"day": ""}),
    }.items():
        verbs.register(verb, told)
    for name, label in {
        "secret": _("secret"),
        "ticket": _("ticket"),
        "source": _("came by"),
        "approved_by": _("approved by"),
        "asked": _("asked for"),
        "host": _("host"),
        "login": _("login"),
        "needs_proof": _("wants a fresh proof"),
        "needs_four_eyes": _("wants a second person"),
        "day": _("day"),
    }.items():
        if name not in fields:
            fields.register(name, label)
    things.register(
        "vault-entry",
        Thing(
            label=_("Entry of the vault"),
            model=Entry,
            seen=Entry.objects.visible_to,
            text=F("name"),
            address=F("pk"),
            url=lambda key: reverse("access:entry", args=[key]),
        ),
    )
