"""Runs: how far they are, what they did or would do, and what an administrator has to decide."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.directory.actions import linking, runs
from helpdesk.accounts.directory.enums import Deed, RunState
from helpdesk.accounts.directory.models import SyncRun
from helpdesk.accounts.holding import proof_to_send
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.core.retelling import retold
from helpdesk.journal.administration import ReadOnlyAdmin

AGAIN_SECONDS = 2


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    """A run is looked at; what may be done about it are the buttons of its page."""

    list_display = ("__str__", "directory", "scope", "state", "is_dry", "began_at", "ended_at", "why")
    list_filter = ("directory", "state", "scope", "is_dry")
    list_select_related = ("directory",)
    fields = ("directory", "scope", "state")
    ordering = ("-pk",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> "QuerySet[SyncRun]":
        """Without what can be long, and without the directory's secret: a key that is lost must not shut this page."""
        found: QuerySet[SyncRun] = super().get_queryset(request)
        return found.defer("lines", "counts", "directory__bind_password", "directory__ca_certificate")

    @admin.display(description=gettext_lazy("reason"), empty_value="")
    def why(self, run: SyncRun) -> str:
        return retold(run.reason)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        confirm, link = (require_POST(proof_to_send(act)) for act in (self.confirm_view, self.link_view))
        mine = [
            path("<int:pk>/confirmation/", view(confirm), name="directory_syncrun_confirmation"),
            path("<int:pk>/link/", view(link), name="directory_syncrun_link"),
        ]
        return [*mine, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One run; the page looks again by itself until it has ended."""
        if not (object_id.isascii() and object_id.isdigit() and len(object_id) < 19):
            raise Http404
        run = self._load(request, int(object_id))
        words = dict(Deed.choices)
        newest = run.directory.runs.filter(is_dry=False).first()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Reading of %(name)s") % {"name": run.directory.name},
            "opts": self.opts,
            "run": run,
            "counts": [(words[deed], run.counts[deed]) for deed in Deed.values if run.counts.get(deed)],
            "lines": [line | {"deed": words.get(line["deed"], "")} for line in run.lines],
            "asks": run.state == RunState.STOPPED and run.would_go > 0 and newest is not None and newest.pk == run.pk,
            "may_approve": run.state == RunState.DONE and run.is_dry and run.directory.approved_at is None,
        }
        response = TemplateResponse(request, "admin/directory/syncrun/run.html", context)
        if not run.is_finished:
            response["Refresh"] = str(AGAIN_SECONDS)
        return response

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """So many may be out: the run is done again."""
        return self._act(request, pk, lambda run, by: runs.confirm(run=run, by=by).pk)

    def link_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The account that has the entry's address belongs to the directory."""
        uid = request.POST.get("uid", "")[:200].replace("\0", "")

        def link(run: SyncRun, by: User) -> int:
            linking.link(run=run, uid=uid, by=by)
            self.message_user(request, _("They are linked; the next run brings the account up to date."))
            return run.pk

        return self._act(request, pk, link)

    def _act(self, request: HttpRequest, pk: int, act: Callable[[SyncRun, User], int]) -> HttpResponse:
        run = self._load(request, pk)
        leads_to = run.pk
        try:
            leads_to = act(run, cast(User, request.user))
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        return redirect("admin:directory_syncrun_change", leads_to)

    def _load(self, request: HttpRequest, pk: int) -> SyncRun:
        if not (isinstance(request.user, User) and request.user.can(Capability.CONFIGURE)):
            raise PermissionDenied
        return get_object_or_404(SyncRun.objects.select_related("directory"), pk=pk)
