"""Directories: their settings, whether they work, and having them read."""

from typing import cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import TabularInline

from helpdesk.accounts.administration import ProvedAdmin
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.directory import checks
from helpdesk.accounts.directory.actions import runs
from helpdesk.accounts.directory.connecting import missing
from helpdesk.accounts.directory.enums import Out
from helpdesk.accounts.directory.forms import DirectoryForm
from helpdesk.accounts.directory.models import Directory, GroupRule
from helpdesk.accounts.enums import Role
from helpdesk.accounts.holding import proof_to_send
from helpdesk.accounts.models import Team, User
from helpdesk.core.errors import Refused
from helpdesk.core.retelling import retold

AGAIN_SECONDS = 2


class GroupRuleInline(TabularInline):
    """Which group gives which role and teams."""

    model = GroupRule
    fields = ("group_dn", "priority", "role", "teams")
    autocomplete_fields = ("teams",)
    extra = 1


@admin.register(Directory)
class DirectoryAdmin(ProvedAdmin):
    """A directory is switched off, never deleted: its people are known by it."""

    form = DirectoryForm
    secret_fields = frozenset({"bind_password"})
    list_display = ("name", "kind", "is_active", "read_at", "looked_at", "failure_told")
    search_fields = ("name",)
    readonly_fields = ("approved_at", "read_at", "looked_at", "failure_told", "failures")
    inlines = (GroupRuleInline,)
    change_form_outer_before_template = "admin/directory/directory/links.html"
    fieldsets = (
        (None, {"fields": (("name", "kind"), "is_active")}),
        (
            gettext_lazy("Connection"),
            {
                "fields": (
                    ("uris", "security"),
                    "ca_certificate",
                    ("bind_dn", "bind_password"),
                    ("timeout_seconds", "page_size"),
                )
            },
        ),
        (
            gettext_lazy("People and groups"),
            {
                "description": gettext_lazy("What is left empty is filled with what is usual for this kind of server."),
                "fields": (("person_bases", "group_bases"), ("person_filter", "group_filter"), "membership"),
            },
        ),
        (
            gettext_lazy("Attributes"),
            {
                "fields": (
                    ("id_attribute", "changed_attribute"),
                    ("login_attribute", "name_attribute"),
                    ("email_attribute", "phone_attribute"),
                    ("language_attribute", "title_attribute"),
                    ("groups_attribute", "members_attribute"),
                )
            },
        ),
        (gettext_lazy("Who may come in"), {"fields": ("default_role", "owned_domains")}),
        (gettext_lazy("Reading"), {"fields": (("sync_minutes", "whole_minutes"), "most_out_percent")}),
        (
            gettext_lazy("How reading fares"),
            {"fields": (("approved_at", "read_at", "looked_at"), ("failure_told", "failures"))},
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return isinstance(request.user, User) and request.user.can(Capability.CONFIGURE)

    @admin.display(description=gettext_lazy("last failure"), empty_value="")
    def failure_told(self, directory: Directory) -> str:
        return retold(directory.failure)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        run, approval = (require_POST(proof_to_send(act)) for act in (self.run_view, self.approval_view))
        mine = [
            path("<int:pk>/trial/begin/", view(require_POST(self.begin_view)), name="directory_directory_begin"),
            path("<int:pk>/trial/", view(require_safe(self.trial_view)), name="directory_directory_trial"),
            path("<int:pk>/run/", view(run), name="directory_directory_run"),
            path(
                "<int:pk>/approval/",
                view(approval),
                name="directory_directory_approval",
            ),
        ]
        return [*mine, *super().get_urls()]

    def begin_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ring for a trial and lead to the page that waits for it; says so while nobody can be rung for."""
        directory = self._load(request, pk)
        ticket = checks.begin(directory=directory)
        if ticket is None:
            self.message_user(request, _("The queue server is away: try again when it is back."), messages.ERROR)
            return redirect("admin:directory_directory_change", pk)
        answer = redirect("admin:directory_directory_trial", pk)
        answer["Location"] += f"?ticket={ticket}"
        return answer

    def trial_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How many people and groups there are, and the first few as they would be here; or the one line."""
        directory = self._load(request, pk)
        ticket = request.GET.get("ticket", "")[:64]
        found = checks.outcome(directory_id=pk, ticket=ticket) if ticket.isascii() and ticket else None
        if found is not None:
            _name_things(found)
        is_waiting = bool(ticket) and found is None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Trial of %(name)s") % {"name": directory.name},
            "opts": self.opts,
            "directory": directory,
            "found": found,
            "is_waiting": is_waiting,
            "lack": retold(missing()),
        }
        response = TemplateResponse(request, "admin/directory/directory/trial.html", context)
        if is_waiting:
            response["Refresh"] = str(AGAIN_SECONDS)
        return response

    def run_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have it read; `dry` only looks. Leads to the run's page."""
        directory, by = self._load(request, pk), cast(User, request.user)
        try:
            run = runs.begin(directory=directory, by=by, is_dry="dry" in request.POST)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return redirect("admin:directory_directory_change", pk)
        return redirect("admin:directory_syncrun_change", run.pk)

    def approval_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """From now on it is read by itself."""
        directory = self._load(request, pk)
        try:
            run = runs.approve(directory=directory, by=cast(User, request.user))
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return redirect("admin:directory_directory_change", pk)
        return redirect("admin:directory_syncrun_change", run.pk)

    def _load(self, request: HttpRequest, pk: int) -> Directory:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Directory, pk=pk)


def _name_things(found: dict[str, object]) -> None:
    """Keys of roles and teams as people call them."""
    roles, outs = dict(Role.choices), dict(Out.choices)
    people = cast(list[dict[str, object]], found["people"])
    wanted = {team for person in people for team in cast(list[int], person["teams"])}
    teams = dict(Team.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", "name"))
    for person in people:
        person["role"] = roles.get(str(person["role"]), "–")
        person["out"] = outs.get(str(person["out"]), "")
        person["teams"] = ", ".join(teams[team] for team in cast(list[int], person["teams"]) if team in teams)
