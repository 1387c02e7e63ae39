"""What each role may do, to read and to decide."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.actions.roles import change_rule, reset_rule
from helpdesk.accounts.capabilities import (
    CAPABILITIES,
    GROUPS,
    ROLES,
    Capability,
    always,
    capabilities_of,
    never,
    role_requires_mfa,
)
from helpdesk.accounts.enums import CUSTOMER_ROLES, Role
from helpdesk.accounts.holding import proof_asked, proof_to_send
from helpdesk.accounts.models import RoleRule, User
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther
from helpdesk.journal.administration import ReadOnlyAdmin


@dataclass(frozen=True, slots=True)
class Cell:
    """A capability of a role: whether it has it, whether the program gives it, and why that can't be changed ("" where
    it can)."""

    capability: Capability
    label: Any
    description: Any
    is_given: bool
    is_usual: bool
    obstacle: Any = ""
    needs: str = ""


@admin.register(RoleRule)
class RoleRuleAdmin(ReadOnlyAdmin):
    """One row for each role; changed by its own page alone."""

    list_display = ("role", "requires_mfa", "changed_at", "changed_by")
    fields = ("role", "capabilities", "requires_mfa", "changed_at", "changed_by")

    def get_urls(self) -> list[URLPattern]:
        reset = self.admin_site.admin_view(require_POST(proof_to_send(self.reset_view)))
        return [path("<int:pk>/defaults/", reset, name="accounts_rolerule_defaults"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every role and every capability on one page."""
        self._ensure_allowed(request)
        rules = {rule.role: rule for rule in RoleRule.objects.select_related("changed_by")}
        counts = dict(User.objects.active().values_list("role").annotate(count=Count("pk")).order_by("role"))
        roles = [_role(role, rules.get(role), counts.get(role, 0)) for role in Role.values]
        cells = {role: {cell.capability: cell for cell in cells_of(role)} for role in Role.values}
        groups = [
            (label, [(CAPABILITIES[each], [cells[role][each] for role in Role.values]) for each in _of_group(group)])
            for group, label in GROUPS.items()
        ]
        return self._page(request, "list", title=_("Roles"), roles=roles, groups=groups)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Decide what people of one role may do, and whether they sign in with a second factor."""
        self._ensure_allowed(request)
        rule = self._rule(object_id)
        refusal = ""
        if asked_first := proof_asked(request):
            return asked_first
        if request.method == "POST":
            try:
                self._decide(request, rule)
            except Refused as refused:
                refusal = str(refused)
            else:
                self.message_user(
                    request, _("It holds from now on, in every process within seconds."), messages.SUCCESS
                )
                return SeeOther(reverse("admin:accounts_rolerule_changelist"))
        asked = frozenset(request.POST.getlist("capabilities")) if refusal else None
        groups = [(label, [each for each in cells_of(rule.role, asked) if each.capability in _of_group(group)])
                  for group, label in GROUPS.items()]  # fmt: skip
        count = User.objects.active().filter(role=rule.role).count()
        context = {"role": _role(rule.role, rule, count), "refusal": refusal, "rule": rule, "groups": groups}
        return self._page(request, "editor", title=rule.get_role_display(), status=422 if refusal else 200, **context)

    def reset_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The role may do what the program gives it."""
        self._ensure_allowed(request)
        reset_rule(role=self._rule(str(pk)).role, by=cast(User, request.user))
        self.message_user(request, _("The role is as the program comes."), messages.SUCCESS)
        return SeeOther(reverse("admin:accounts_rolerule_changelist"))

    def _decide(self, request: HttpRequest, rule: RoleRule) -> None:
        asked = frozenset(request.POST.getlist("capabilities")) | always(rule.role)
        mfa = forms.BooleanField(required=False).clean(request.POST.get("requires_mfa"))
        change_rule(role=rule.role, capabilities=asked, requires_mfa=mfa, by=cast(User, request.user))

    def _ensure_allowed(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _rule(self, object_id: str) -> RoleRule:
        found = RoleRule.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if found is None or found.role not in ROLES:
            raise Http404
        return found

    def _page(self, request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/accounts/rolerule/{template}.html", context, status=status)


def cells_of(role: str, asked: frozenset[str] | None = None) -> list[Cell]:
    """Every capability as it is with the role now, or as `asked` in a form that was refused."""
    has, usual, fixed, impossible = capabilities_of(role), ROLES[role].capabilities, always(role), never(role)
    names = {each: str(CAPABILITIES[each].label) for each in Capability}
    return [
        Cell(
            capability,
            described.label,
            described.description,
            is_given=capability in (has if asked is None else asked | fixed),
            is_usual=capability in usual,
            obstacle=impossible.get(capability) or (_("Belongs to the role.") if capability in fixed else ""),
            needs=", ".join(names[each] for each in sorted(described.needs)),
        )
        for capability, described in CAPABILITIES.items()
    ]


def _of_group(group: str) -> list[Capability]:
    return [capability for capability, described in CAPABILITIES.items() if described.group == group]


def _role(role: str, rule: RoleRule | None, count: int) -> dict[str, Any]:
    return {
        "value": role,
        "label": Role(role).label,
        "description": ROLES[role].description,
        "is_of_customers": role in CUSTOMER_ROLES,
        "requires_mfa": role_requires_mfa(role),
        "is_changed": rule is not None and rule.capabilities is not None,
        "changed_at": rule.changed_at if rule else None,
        "changed_by": rule.changed_by if rule else None,
        "people": count,
        "people_url": f"{reverse('admin:accounts_user_changelist')}?role__exact={role}&is_active__exact=1",
        "url": reverse("admin:accounts_rolerule_change", args=[rule.pk]) if rule else "",
    }
