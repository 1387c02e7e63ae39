"""What the journal's lines about servers say."""

from django.utils.translation import gettext_lazy as _

from helpdesk.journal.registries import Told, fields, verbs


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    for verb, told in {
        "vpn_host_set_up": Told(_("set up the host of a VPN server")),
        "vpn_host_changed": Told(_("changed the host of a VPN server")),
        "vpn_host_token_renewed": Told(_("gave the host of a VPN server a new token")),
        "vpn_host_files_taken": Told(_("took the files of a VPN server"), facts={"serial": ""}),
        "vpn_session_ended": Told(_("ended a VPN session"), facts={"name": ""}),
        "vpn_canary_made": Told(_("made a canary for a VPN server"), facts={"serial": ""}),
    }.items():
        verbs.register(verb, told)
    for name, label in {
        "is_direct": _("Helpdesk reaches it itself"),
        "folder": _("folder of the revocation list"),
        "interface": _("interface of WireGuard"),
        "runs_as": _("OpenVPN runs as"),
        "blocks_by": _("refuses blocked keys by"),
        "canary_remote": _("canary connects to"),
    }.items():
        if name not in fields:
            fields.register(name, label)
