"""What the journal's lines about people say."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.devices import device_told
from helpdesk.accounts.enums import Factor, Role, Way
from helpdesk.journal.registries import Told, fields, values, verbs

VERBS = {
    "signed_in": Told(_("signed in"), facts={"way": "way", "factor": "factor", "device": "device"}),
    "signed_in_by_link": Told(_("signed in by a link"), facts={"address": ""}),
    "sign_in_link_used": Told(_("opened a sign-in link"), facts={"address": ""}),
    "sign_in_refused": Told(_("was not let in"), facts={"reason": "refusal", "count": "", "device": "device"}),
    "tries_told": Told(_("was told of wrong passwords"), facts={"count": ""}),
    "session_ended": Told(_("ended a session"), facts={"device": "device"}),
    "sessions_ended": Told(_("ended all other sessions"), facts={"count": ""}),
    "browser_trusted": Told(_("trusted a browser"), facts={"days": ""}),
    "browsers_distrusted": Told(_("trusted no browser any more")),
    "alarm_raised": Told(_("said that somebody else had signed in as them"), facts={"device": "device"}),
    "authenticator_set_up": Told(_("set up an authenticator app")),
    "authenticator_removed": Told(_("removed the authenticator app")),
    "passkey_added": Told(_("added a passkey"), facts={"name": ""}),
    "passkey_renamed": Told(_("renamed a passkey")),
    "passkey_removed": Told(_("removed a passkey"), facts={"name": ""}),
    "recovery_codes_made": Told(_("made recovery codes")),
    "recovery_code_used": Told(_("used a recovery code")),
    "second_factors_reset": Told(_("had all second factors removed"), facts={"count": ""}),
    "let_in": Told(_("was let in from the command line")),
    "colleague_invited": Told(_("invited a colleague"), facts={"role": "role"}),
    "sign_in_link_asked_for": Told(_("a sign-in link was asked for"), facts={"address": ""}),
    "password_changed": Told(_("changed the password")),
    "token_issued": Told(_("issued an API token"), facts={"name": "", "scopes": ""}),
    "token_refused": Told(_("a token that no longer works was tried"), facts={"name": "", "network": ""}),
    "token_used_from": Told(_("a token was used from a new network"), facts={"name": "", "network": ""}),
    "token_revoked": Told(_("revoked an API token"), facts={"name": ""}),
    "personal_settings_changed": Told(_("changed their settings")),
    "address_bounced": Told(_("mail to the address comes back"), facts={"address": "", "reason": "reason"}),
    "bounce_cleared": Told(_("allowed mail to the address again"), facts={"address": ""}),
    "grants_changed": Told(_("changed the queues of a contractor"), value="team"),
    "user_added": Told(_("added a person")),
    "user_changed": Told(_("changed a person")),
    "contactpoint_added": Told(_("added an address of a person")),
    "contactpoint_changed": Told(_("changed an address of a person")),
    "contactpoint_removed": Told(_("removed an address of a person")),
    "organisation_added": Told(_("added an organisation")),
    "organisation_changed": Told(_("changed an organisation")),
    "person_added": Told(_("added a person")),
    "person_changed": Told(_("changed a person")),
    "contact_added": Told(_("added an address of a person"), facts={"kind": ""}),
    "contact_removed": Told(_("removed an address of a person"), facts={"kind": ""}),
    "people_merged": Told(_("merged two people"), facts={"survivor": "person", "merged": "person"}),
    "merger_undone": Told(_("undid the merging of two people"), facts={"survivor": "person", "merged": "person"}),
    "customer_note_written": Told(_("wrote a note about a customer")),
    "customer_note_edited": Told(_("changed a note about a customer")),
    "address_book_exported": Told(_("took the address book along as a file"), facts={"people": ""}),
    "people_import_begun": Told(_("brought a file of people"), facts={"name": "", "rows": ""}),
    "people_import_confirmed": Told(_("let the people of a file in"), facts={"name": ""}),
    "person_invited": Told(_("invited somebody into their organisation"), facts={"organisation": "organisation"}),
    "invitation_resent": Told(_("sent an invitation again")),
    "invitation_revoked": Told(_("took an invitation back")),
    "invitation_accepted": Told(_("accepted an invitation")),
    "joined_organisation": Told(_("joined an organisation"), facts={"organisation": "organisation"}),
    "removed_from_organisation": Told(
        _("removed somebody from their organisation"), facts={"organisation": "organisation"}
    ),
    "role_changed": Told(_("changed the role of a person"), value="role", facts={"grants": "team"}),
    "rule_changed": Told(_("changed what a role may do"), facts={"role": "role"}),
    "seeing_began": Told(_("began to see as a person"), facts={"reason": "reason"}),
    "seeing_ended": Told(_("ended seeing as a person")),
    "access_ended": Told(_("ended every way in of a person"), facts={"reason": "reason"}),
    "person_deactivated": Told(
        _("let a person leave"), facts={"reason": "reason", "grants": "team", "tokens": "", "invitations": ""}
    ),
    "person_reactivated": Told(_("let a person come back"), facts={"reason": "reason"}),
    "erasure_asked": Told(_("asked to be erased")),
    "erasure_taken_back": Told(_("took back the wish to be erased")),
    "person_erased": Told(_("was erased")),
    "team_added": Told(_("added a team")),
}
FACTS = {
    "name": _("name"),
    "scopes": _("scopes"),
    "network": _("network"),
    "address": _("address"),
    "reason": _("reason"),
    "survivor": _("stays"),
    "merged": _("merged"),
    "organisation": _("organisation"),
    "teams": _("teams"),
    "role": _("role"),
    "grants": _("queues"),
    "tokens": _("API tokens"),
    "invitations": _("invitations"),
    "way": _("way"),
    "factor": _("second factor"),
    "device": _("device"),
    "count": _("times"),
    "days": _("days"),
}


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    for verb, told in VERBS.items():
        verbs.register(verb, told)
    for name, label in FACTS.items():
        fields.register(name, label)
    roles = dict(Role.choices)
    values.register("role", lambda value: str(roles.get(value, value)))
    ways, factors = dict(Way.choices), dict(Factor.choices)
    values.register("way", lambda value: str(ways.get(value, value)))
    values.register("factor", lambda value: str(factors.get(value, value)))
    values.register("device", device_told)
    values.register("refusal", lambda value: str(REFUSED.get(value, value)))


REFUSED: dict[str, Any] = {
    "password": _("wrong password"),
    "limit": _("too many attempts"),
    "inactive": _("switched off"),
    "code": _("wrong code"),
    "passkey": _("unknown passkey"),
    "proof": _("wrong proof"),
}


def named_once(way: str, factor: str) -> str:
    """By what somebody came in, in words; a passkey is both at once, and is named once."""
    names = [dict(Way.choices).get(way, ""), dict(Factor.choices).get(factor, "")]
    return ", ".join(dict.fromkeys(str(name) for name in names if name))


def told_shortly(verb: str, facts: Mapping[str, Any]) -> str:
    """One of somebody's own lines about signing in, told to themselves."""
    if verb == "signed_in":
        by = named_once(facts.get("way", ""), facts.get("factor", ""))
        return gettext("Signed in: %(by)s") % {"by": by} if by else gettext("Signed in")
    if verb == "sign_in_refused":
        count = int(facts.get("count", 1))
        why = str(REFUSED.get(facts.get("reason", ""), ""))
        times = ngettext("%(count)d time", "%(count)d times", count) % {"count": count}
        said = gettext("Not let in: %(why)s") % {"why": why}
        return f"{said} ({times})" if count > 1 else said
    return {
        "session_ended": gettext("A session was ended"),
        "sessions_ended": gettext("All other sessions were ended"),
        "alarm_raised": gettext("You said that it was not you"),
    }.get(verb, verb)
