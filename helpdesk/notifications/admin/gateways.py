"""Gateways: set up and tried. Their addresses hold passwords and are never shown."""

from typing import cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.journal.administration import JournalledAdmin, SecretField
from helpdesk.notifications import gateways as carrier
from helpdesk.notifications.actions import gateways as actions
from helpdesk.notifications.models import Gateway

HOW = gettext_lazy(
    "As Apprise writes it, with {to} where the address of a person stands: tgram://TOKEN/{to}, "
    "xmpps://user:password@host/{to}, pbul://TOKEN/{to}, smsc://login:password/{to}. Left empty it stays as it is."
)


class GatewayForm(forms.ModelForm):
    url = SecretField(label=gettext_lazy("Address of the service"), help_text=HOW)

    class Meta:
        model = Gateway
        fields = ("name", "url", "address_label", "is_active")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if not url and self.instance.pk is None:
            raise ValidationError(_("Give the address of the service."))
        try:
            if url:
                carrier.ensure_sound(url)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return url or self.instance.url


@admin.register(Gateway)
class GatewayAdmin(JournalledAdmin):
    form = GatewayForm
    list_display = ("name", "address_label", "is_active", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name",)
    fields = ("name", "url", "address_label", "is_active")
    ordering = ("name", "pk")
    actions = ("try_now",)
    secret_fields = frozenset({"url"})

    @admin.action(description=gettext_lazy("Send me a test"))
    def try_now(self, request: HttpRequest, queryset: "QuerySet[Gateway]") -> None:
        for gateway in queryset:
            try:
                actions.test(gateway=gateway, by=cast(User, request.user))
                said = _("%(name)s: on its way. What becomes of it stands under Deliveries.") % {"name": gateway}
                self.message_user(request, said, messages.SUCCESS)
            except Refused as refusal:
                self.message_user(request, f"{gateway}: {refusal}", messages.WARNING)
