"""What the journal's lines about keys say."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from helpdesk.journal.registries import Thing, Told, fields, things, values, verbs
from vpn.enums import BundleFormat, Reason
from vpn.models import Authority, Key, KeyRequest, ProfileTemplate, Server

KEY = {"key": "", "serial": ""}
WHOLE = {**KEY, "fingerprint": ""}
VERBS = {
    "vpn_key_issued": Told(_("issued a VPN key"), facts={**WHOLE, "person": "person"}),
    "vpn_key_renewed": Told(_("renewed a VPN key"), facts=KEY),
    "vpn_key_downloaded": Told(_("took a VPN key"), facts={**WHOLE, "form": "vpn_form"}),
    "vpn_key_forgotten": Told(_("a private key that nobody took is kept no longer"), facts={"key": ""}),
    "vpn_key_revoked": Told(_("revoked a VPN key"), facts={**WHOLE, "reason": "vpn_reason"}),
    "vpn_key_blocked": Told(_("blocked a VPN key"), facts={**KEY, "reason": ""}),
    "vpn_key_unblocked": Told(_("unblocked a VPN key"), facts=KEY),
    "vpn_key_disputed": Told(_("somebody said that a VPN key is not theirs"), facts={**KEY, "address": ""}),
    "vpn_key_reminded": Told(_("was told that a VPN key ends"), facts={"key": "", "days": "", "ticket": "ticket"}),
    "vpn_reminder_settled": Told(
        _("nobody needs to see to the end of a VPN key"), facts={"key": "", "ticket": "ticket"}
    ),
    "vpn_key_proposed": Told(_("a VPN key is not used: revoking it was proposed"), facts={"key": ""}),
    "vpn_key_imported": Told(_("took over a VPN key"), facts=WHOLE),
    "vpn_link_sent": Told(_("sent a link to a VPN key"), facts={**KEY, "address": ""}),
    "vpn_archive_mailed": Told(_("an archive with a VPN key was mailed"), facts={**WHOLE, "address": ""}),
    "vpn_list_published": Told(_("published a revocation list"), facts={"number": "", "count": ""}),
    "vpn_authority_imported": Told(_("took over a certificate authority"), facts={"count": ""}),
    "vpn_key_requested": Told(_("asked for a VPN key"), facts={"person": "person", "server": "", "device": ""}),
    "vpn_request_approved": Told(_("approved a request for a VPN key"), facts={"person": "person"}),
    "vpn_request_refused": Told(_("refused a request for a VPN key"), facts={"person": "person", "reason": ""}),
    "vpn_request_withdrawn": Told(_("took back a request for a VPN key")),
    "vpn_request_answered": Told(_("a request for a VPN key has its key"), facts=WHOLE),
    "vpn_server_key_renewed": Told(_("gave a VPN server new keys")),
    "authority_added": Told(_("added a certificate authority")),
    "authority_changed": Told(_("changed a certificate authority")),
    "server_added": Told(_("added a VPN server")),
    "server_changed": Told(_("changed a VPN server")),
    "profiletemplate_added": Told(_("added a file of VPN archives")),
    "profiletemplate_changed": Told(_("changed a file of VPN archives")),
}
FIELDS = {
    "key": _("VPN key"),
    "serial": _("serial number"),
    "fingerprint": _("fingerprint"),
    "form": _("form"),
    "server": _("server"),
    "device": _("device"),
    "days": _("days"),
    "number": _("number"),
    "count": _("count"),
}


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    for verb, told in VERBS.items():
        verbs.register(verb, told)
    for name, label in FIELDS.items():
        if name not in fields:
            fields.register(name, label)
    values.register("vpn_reason", lambda value: str(dict(Reason.choices).get(value, value)))
    values.register("vpn_form", lambda value: str(dict(BundleFormat.choices).get(value, value)))
    for word, label, model, text in (
        ("vpn-key", _("VPN key"), Key, "common_name"),
        ("vpn-server", _("VPN server"), Server, "name"),
        ("vpn-authority", _("Certificate authority"), Authority, "name"),
    ):
        things.register(word, _thing(label, model, text))
    things.register("vpn-request", _thing(_("Request for a VPN key"), KeyRequest, "device_name"))
    things.register(
        "vpn-file",
        Thing(
            label=_("File of VPN archives"),
            model=ProfileTemplate,
            seen=lambda user: ProfileTemplate.objects.visible_to(user),
            text=F("name"),
            address=F("pk"),
            url=lambda key: f"/admin/vpn/profiletemplate/{key}/change/",
            needs="issue_keys",
        ),
    )


def _thing(label: object, model: type[Key | Server | Authority | KeyRequest], text: str) -> Thing:
    name = model._meta.model_name
    return Thing(
        label=label,
        model=model,
        seen=lambda user: model.objects.visible_to(user),
        text=F(text),
        address=F("pk"),
        url=lambda key: f"/admin/vpn/{name}/{key}/change/",
        needs="issue_keys",
    )
