"""What this room knows of a person's access: the parts of the page that says what they may see, and why."""

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from helpdesk.accounts import policy
from helpdesk.accounts.actions import proofs
from helpdesk.accounts.capabilities import CAPABILITIES, ROLES, Capability, role_requires_mfa
from helpdesk.accounts.devices import device_of
from helpdesk.accounts.enums import Factor
from helpdesk.accounts.models import ApiToken, Grant, OpenSession, SignInLink, User
from helpdesk.accounts.registries import Access, AccessPart, access_parts


def register() -> None:
    """Called once when the program starts."""
    for name, part in {
        "role": AccessPart(gettext_lazy("Role"), role),
        "capabilities": AccessPart(gettext_lazy("May"), capabilities, gettext_lazy("Nothing: they are switched off.")),
        "grants": AccessPart(gettext_lazy("Queues that are open to them"), grants),
        "teams": AccessPart(gettext_lazy("Teams"), teams),
        "factors": AccessPart(gettext_lazy("Second factor"), factors, gettext_lazy("They have none.")),
        "sessions": AccessPart(gettext_lazy("Signed in"), sessions, gettext_lazy("They are signed in nowhere.")),
        "keys": AccessPart(pgettext_lazy("heading", "API tokens"), tokens, gettext_lazy("No API token is theirs.")),
        "links": AccessPart(gettext_lazy("Sign-in links"), links),
    }.items():
        access_parts.register(name, part)


def role(person: User) -> list[Access]:
    """What they are here, and where they belong."""
    found = [Access(person.get_role_display(), ROLES[person.role].description)]
    if not person.is_active:
        found.append(Access(_("Switched off"), _("They can't sign in, and may do nothing.")))
    if person.organisation is not None:
        found.append(Access(person.organisation.name, _("Their organisation.")))
    if person.is_auditor:
        found.append(Access(_("Auditor"), _("Reads the journal, given to them alone.")))
    if role_requires_mfa(person.role):
        found.append(Access(_("Second factor"), _("Their role must sign in with one.")))
    return found


def capabilities(person: User) -> list[Access]:
    """Everything they may do; because of the role as the program comes, as it was decided here, or given to them."""
    rule = policy.rule_of(person.role)
    is_decided = rule is not None and rule.capabilities is not None
    why = _("The role gives it, as decided here.") if is_decided else _("The role gives it.")
    by_hand = _("Given to them as an auditor.")
    own = {each for each in Capability if person.can(each)}
    of_role = User(role=person.role)
    return [
        Access(described.label, why if of_role.can(each) else by_hand)
        for each, described in CAPABILITIES.items()
        if each in own
    ]


def grants(person: User) -> list[Access]:
    """The queues that were opened to them, those that have ended as well."""
    found = Grant.objects.filter(contractor=person).select_related("team", "granted_by").order_by("team__name", "pk")
    lines = []
    for grant in found:
        has_ended = grant.until is not None and grant.until <= timezone.now()
        by = _("Opened by %(name)s.") % {"name": grant.granted_by} if grant.granted_by else _("Opened to them.")
        lines.append(Access(grant.team.name, _("Has ended.") if has_ended else by, until=grant.until))
    return lines


def teams(person: User) -> list[Access]:
    """The teams they belong to."""
    return [
        Access(team.name, team.get_line_display() if team.is_active else _("Switched off"))
        for team in person.teams.order_by("name", "pk")
    ]


def factors(person: User) -> list[Access]:
    """By what they prove themselves a second time."""
    found = proofs.factors_of(person)
    lines = [Access(each.data["name"], Factor.PASSKEY.label) for each in found.passkeys]
    if found.app_since is not None:
        since = _("Since %(date)s.") % {"date": date_format(timezone.localtime(found.app_since))}
        lines.append(Access(_("Authenticator app"), since))
    if found.codes_left is not None:
        left = ngettext("%(count)d is left.", "%(count)d are left.", found.codes_left) % {"count": found.codes_left}
        lines.append(Access(_("Recovery codes"), left))
    return lines


def sessions(person: User) -> list[Access]:
    """Where they are signed in."""
    living = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now()).order_by()
    found = OpenSession.objects.filter(Exists(living), user=person).order_by("pk")
    return [
        Access(
            device_of(session.agent),
            _("By %(way)s, since %(date)s.")
            % {
                "way": session.get_way_display(),
                "date": date_format(timezone.localtime(session.started_at), "DATETIME_FORMAT"),
            },
        )
        for session in found
    ]


def tokens(person: User) -> list[Access]:
    """Programs that may act as them."""
    live = ApiToken.objects.filter(user=person, revoked_at__isnull=True).order_by("pk")
    return [
        Access(f"{token.name} ({token.hint}…)", ", ".join(token.scopes), until=token.expires_at)
        for token in live
        if token.expires_at is None or token.expires_at > timezone.now()
    ]


def links(person: User) -> list[Access]:
    """Links in their mailboxes that still sign them in."""
    unused = SignInLink.objects.filter(user=person, used_at__isnull=True, expires_at__gt=timezone.now())
    return [Access(link.address, _("A link that signs them in once."), until=link.expires_at) for link in unused]
