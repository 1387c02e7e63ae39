"""Who has which role, and what a role may do."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts import policy
from helpdesk.accounts.actions.leaving import end_grants, ensure_an_administrator_stays, locked_with_administrators
from helpdesk.accounts.capabilities import CAPABILITIES, ROLES, Capability, always, capabilities_of, never, role_has
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import RoleRule, User
from helpdesk.accounts.permissions import can_change_role
from helpdesk.accounts.signals import access_changed, rules_changed
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record


@transaction.atomic
def change_role(*, person: User, role: str, by: User | None) -> User:
    """Give the person another role; the same one changes nothing. Writes `role_changed`.

    What only the old role could have goes: a contractor's grants end, who no longer sees every ticket is no auditor.
    Open pages of theirs ask again what they may show (`access_changed`). `by` is None for the program itself, a
    directory for instance. Raises NotAllowed; Refused for oneself (save a manager of an organisation who wants to be
    one no more), the last active administrator, an unknown role.
    """
    if role not in ROLES:
        raise Refused(_("There is no such role here. Choose one of the list."))
    person = locked_with_administrators(person)
    if person.role == role:
        return person
    lays_down = person.is_customer and role == Role.CUSTOMER
    if by is not None and by.pk == person.pk and not lays_down:
        raise Refused(_("Nobody changes their own role: ask another administrator."))
    ensure(by is None or can_change_role(by, person, role))
    ensure_an_administrator_stays(person)
    return _give(person, role, by)


@transaction.atomic
def change_rule(*, role: str, capabilities: Collection[str], requires_mfa: bool, by: User) -> RoleRule:
    """From now on people of the role may do exactly this, in every process within seconds. Writes `rule_changed` with
    what was and is; the other administrators hear of it (`rules_changed`). What the program gives the role anyway is
    no decision, and follows the program's later versions.

    Raises NotAllowed; Refused, naming what is in the way, for what the role must have or can never have, and for a
    capability without what it needs.
    """
    asked = frozenset(capabilities)
    _ensure_possible(role, asked)
    decided = None if asked == ROLES[role].capabilities else sorted(asked)
    return _decide(role, decided, requires_mfa, by)


@transaction.atomic
def reset_rule(*, role: str, by: User) -> RoleRule:
    """The role may do what the program gives it; a second factor is asked as before. Writes `rule_changed`. Raises
    NotAllowed, Refused for an unknown role."""
    if role not in ROLES:
        raise Refused(_("There is no such role here. Choose one of the list."))
    return _decide(role, None, None, by)


def _give(person: User, role: str, by: User | None) -> User:
    before, person.role = person.role, role
    changed = ["role"]
    if person.is_auditor and not role_has(role, Capability.SEE_ALL_TICKETS):
        person.is_auditor = False
        changed.append("is_auditor")
    person.save(update_fields=changed)
    facts: dict[str, Any] = {"before": before, "after": role}
    if before == Role.CONTRACTOR and (grants := end_grants(person)):
        facts["grants"] = grants
    if "is_auditor" in changed:
        facts["auditor"] = False
    record(verb="role_changed", subject=person, by=by, **facts)
    access_changed.send(sender=User, user=person)
    return person


def _decide(role: str, capabilities: list[str] | None, requires_mfa: bool | None, by: User) -> RoleRule:
    ensure(by.can(Capability.CONFIGURE))
    rule, _is_new = RoleRule.objects.select_for_update(of=("self",)).get_or_create(role=role)
    policy.read()
    before = {"capabilities": sorted(capabilities_of(role)), "requires_mfa": rule.requires_mfa}
    rule.capabilities = capabilities
    rule.requires_mfa = rule.requires_mfa if requires_mfa is None else requires_mfa
    now = ROLES[role].capabilities if capabilities is None else capabilities
    after = {"capabilities": sorted(now), "requires_mfa": rule.requires_mfa}
    rule.changed_at, rule.changed_by = timezone.now(), by
    rule.save(update_fields=["capabilities", "requires_mfa", "changed_at", "changed_by"])
    if after != before:
        record(verb="rule_changed", subject=rule, by=by, role=role, before=before, after=after)
        rules_changed.send(sender=RoleRule, rule=rule, before=before, after=after, by=by)
        access_changed.send(sender=User, user=None)
    transaction.on_commit(policy.read)
    return rule


def _ensure_possible(role: str, asked: frozenset[str]) -> None:
    """Raise Refused with the first thing in the way."""
    if role not in ROLES or not asked <= frozenset(Capability):
        raise Refused(_("There is no such role or capability here. Choose of the list."))
    names = {capability: CAPABILITIES[capability].label for capability in CAPABILITIES}
    facts: dict[str, Any] = {"role": Role(role).label}
    for capability in CAPABILITIES:
        if capability in always(role) and capability not in asked:
            facts["name"] = names[capability]
            raise Refused(_("%(role)s: “%(name)s” can't be taken away.") % facts)
        if capability in asked and (reason := never(role).get(capability)):
            facts |= {"name": names[capability], "reason": reason}
            raise Refused(_("%(role)s: “%(name)s” can't be given. %(reason)s") % facts)
        missing = CAPABILITIES[capability].needs - asked
        if capability in asked and missing:
            facts |= {"name": names[capability], "needs": names[sorted(missing)[0]]}
            raise Refused(_("“%(name)s” makes no sense without “%(needs)s”: give both or neither.") % facts)
