"""What the journal's lines about single sign-on say."""

from django.utils.translation import gettext_lazy as _

from helpdesk.journal.registries import Told, fields, verbs


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    for verb, told in {
        "signing_key_made": Told(_("a new key signs what sites are told"), facts={"name": ""}),
        "site_entered": Told(_("signed in at a site"), facts={"site": ""}),
        "site_refused": Told(_("was not let into a site"), facts={"site": "", "role": "role"}),
        "site_left": Told(_("ended being signed in at a site"), facts={"site": ""}),
        "site_added": Told(_("added a site")),
        "site_changed": Told(_("changed a site")),
        "site_secret_made": Told(_("made a new secret for a site"), facts={"site": ""}),
        "consent_given": Told(_("let a site know them"), facts={"site": "", "scopes": ""}),
        "logout_notice_given_up": Told(
            _("a site could not be told of the signing out"), facts={"site": "", "reason": ""}
        ),
        "identityprovider_added": Told(_("added an identity provider")),
        "identityprovider_changed": Told(_("changed an identity provider")),
        "rolemapping_added": Told(_("added a role by group")),
        "rolemapping_changed": Told(_("changed a role by group")),
        "rolemapping_removed": Told(_("removed a role by group")),
        "provider_read": Told(_("read what an identity provider says of itself"), facts={"provider": ""}),
        "signed_in_outside": Told(_("came by way of an identity provider"), facts={"provider": ""}),
        "outside_sign_in_refused": Told(_("a sign-in from outside was refused"), facts={"provider": "", "reason": ""}),
        "identity_linked": Told(_("linked an outside identity"), facts={"provider": "", "address": ""}),
        "identity_unlinked": Told(_("unlinked an outside identity"), facts={"provider": "", "address": ""}),
    }.items():
        verbs.register(verb, told)
    fields.register("site", _("site"))
    fields.register("provider", _("provider"))
