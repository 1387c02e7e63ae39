"""What the pages of this room have in common."""

from typing import Any, cast

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from helpdesk.accounts.models import User
from helpdesk.journal.administration import JournalledAdmin
from vpn.permissions import can_issue


class IssuersAdmin(JournalledAdmin):
    """For whoever issues keys, and for nobody else who comes into the administration."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _issues(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _issues(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _issues(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _issues(request)

    def page(self, request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """A page of its own within the administration, which no cache keeps."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        response = TemplateResponse(request, template, context, status=status)
        response["Cache-Control"] = "no-store"
        return response


class LookedAtAdmin(IssuersAdmin):
    """Things that nobody adds or changes here, save by the pages beside them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def by(request: HttpRequest) -> User:
    return cast(User, request.user)


def _issues(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and can_issue(request.user)
