"""Admin pages on which power is given away: who may come in, what they may do, where data goes."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from helpdesk.accounts.holding import proof_asked
from helpdesk.journal.administration import JournalledAdmin


class ProvedAdmin(JournalledAdmin):
    """The pages open as usual; whoever saves a form, or has one of `proved_actions` done, has lately proved who they
    are."""

    proved_actions: tuple[str, ...] = ()

    def needs_proof(self, request: HttpRequest, object_id: str | None) -> bool:
        """Whether what was sent about the thing (None for a new one) is worth a proof. Only reads."""
        return True

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        is_sent = request.method == "POST" and self.needs_proof(request, object_id)
        if is_sent and (asked := proof_asked(request)):
            return asked
        return cast(HttpResponse, super().changeform_view(request, object_id, form_url, extra_context))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Forms of lists carry more than one choice of an action: each counts."""
        is_worth_it = not set(self.proved_actions).isdisjoint(request.POST.getlist("action"))
        if is_worth_it and (asked := proof_asked(request)):
            return asked
        return cast(HttpResponse, super().changelist_view(request, extra_context))
