"""Mailboxes: their settings, whether they work, and the proof that nothing on their servers is missing here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.widgets import UnfoldAdminTextInputWidget

from helpdesk.accounts.administration import ProvedAdmin
from helpdesk.accounts.models import User
from helpdesk.journal.administration import SecretField
from tickets.mail import checks
from tickets.mail.enums import Protocol
from tickets.mail.models import Mailbox
from tickets.mail.permissions import can_configure_mailboxes

PASSWORDS = ("in_password", "out_password")
AGAIN_SECONDS = 2


class MailboxForm(forms.ModelForm):
    in_password = SecretField(label=gettext_lazy("Password"), help_text=gettext_lazy("Empty: as it is."))
    out_password = SecretField(label=gettext_lazy("Outgoing password"), help_text=gettext_lazy("Empty: as it is."))
    also_known_as = forms.CharField(
        label=gettext_lazy("Also known as"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Further addresses that arrive here, separated by spaces."),
    )

    class Meta:
        model = Mailbox
        fields = (
            "name",
            "address",
            "also_known_as",
            "from_name",
            "team",
            "language",
            "signature",
            "is_active",
            "is_default",
            "protocol",
            "in_host",
            "in_port",
            "in_security",
            "in_username",
            "in_password",
            "folder",
            "after_fetch",
            "move_to",
            "verify_certificate",
            "out_host",
            "out_port",
            "out_security",
            "out_username",
            "out_password",
            "plus_addresses",
            "acknowledge",
            "asks_rating",
            "reopen_days",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["also_known_as"] = " ".join(self.instance.also_known_as)
        for name in PASSWORDS:
            self.initial[name] = ""
        self._kept = {name: getattr(self.instance, name) or "" for name in PASSWORDS}

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()

    def clean_also_known_as(self) -> list[str]:
        addresses = self.cleaned_data["also_known_as"].replace(",", " ").lower().split()
        for address in addresses:
            validate_email(address)
        return list(dict.fromkeys(addresses))

    def clean_in_password(self) -> str:
        return self.cleaned_data["in_password"] or self._kept["in_password"]

    def clean_out_password(self) -> str:
        return self.cleaned_data["out_password"] or self._kept["out_password"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        asked = self.cleaned_data
        if asked.get("protocol") != Protocol.NONE and not asked.get("in_host"):
            raise ValidationError({"in_host": _("Name the server that the mail is fetched from.")})
        return cleaned


@admin.register(Mailbox)
class MailboxAdmin(ProvedAdmin):
    """A mailbox is switched off, never deleted: its mails remember it."""

    form = MailboxForm
    secret_fields = frozenset(PASSWORDS)
    list_display = (
        "name",
        "address",
        "protocol",
        "is_active",
        "is_default",
        "fetched_at",
        "server_count",
        "fetch_error",
    )
    list_filter = ("is_active", "protocol")
    search_fields = ("name", "address")
    autocomplete_fields = ("team",)
    readonly_fields = ("fetched_at", "server_count", "fetch_error", "fetch_failures")
    change_form_before_template = "admin/mail/mailbox/links.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "address"),
                    ("from_name", "also_known_as"),
                    ("team", "language"),
                    ("is_active", "is_default"),
                    "signature",
                )
            },
        ),
        (
            gettext_lazy("Incoming"),
            {
                "fields": (
                    "protocol",
                    ("in_host", "in_port", "in_security"),
                    ("in_username", "in_password"),
                    ("folder", "after_fetch", "move_to"),
                    "verify_certificate",
                )
            },
        ),
        (
            gettext_lazy("Outgoing"),
            {"fields": (("out_host", "out_port", "out_security"), ("out_username", "out_password"))},
        ),
        (gettext_lazy("Behaviour"), {"fields": (("acknowledge", "plus_addresses"), "asks_rating", "reopen_days")}),
        (
            gettext_lazy("How fetching fares"),
            {"fields": (("fetched_at", "server_count"), ("fetch_error", "fetch_failures"))},
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return isinstance(request.user, User) and can_configure_mailboxes(request.user)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        mine = [
            path("<int:pk>/<str:what>/begin/", view(require_POST(self.begin_view)), name="mail_mailbox_begin"),
            path("<int:pk>/connection/", view(require_safe(self.connection_view)), name="mail_mailbox_connection"),
            path("<int:pk>/proof/", view(require_safe(self.proof_view)), name="mail_mailbox_proof"),
        ]
        return [*mine, *super().get_urls()]

    def begin_view(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        """Ring for a check and lead to the page that waits for it; says so while nobody can be rung for."""
        mailbox = self._load(request, pk)
        if what not in ("connection", "proof"):
            return redirect("admin:mail_mailbox_change", pk)
        ticket = checks.begin(mailbox=mailbox, what=what)
        if ticket is None:
            self.message_user(request, _("The queue server is away: try again when it is back."), messages.ERROR)
            return redirect("admin:mail_mailbox_change", pk)
        answer = redirect(f"admin:mail_mailbox_{what}", pk)
        answer["Location"] += f"?ticket={ticket}"
        return answer

    def connection_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Each step of the trial with what was found."""
        return self._checked(request, pk, "connection", _("Connection of %(name)s"))

    def proof_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The server has so many, we have so many, and which are missing."""
        return self._checked(request, pk, "proof", _("Proof of %(name)s"))

    def _checked(self, request: HttpRequest, pk: int, what: str, title: str) -> HttpResponse:
        mailbox = self._load(request, pk)
        ticket = request.GET.get("ticket", "")[:64]
        found = checks.outcome(mailbox_id=pk, what=what, ticket=ticket) if ticket.isascii() and ticket else None
        is_waiting = bool(ticket) and found is None
        context = {
            **self.admin_site.each_context(request),
            "title": title % {"name": mailbox.name},
            "opts": self.opts,
            "mailbox": mailbox,
            "what": what,
            "found": found,
            "is_waiting": is_waiting,
        }
        response = TemplateResponse(request, f"admin/mail/mailbox/{what}.html", context)
        if is_waiting:
            response["Refresh"] = str(AGAIN_SECONDS)
        return response

    def _load(self, request: HttpRequest, pk: int) -> Mailbox:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Mailbox, pk=pk)
