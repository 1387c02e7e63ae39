"""By what administrators are told, and who watches from outside."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import User
from helpdesk.core import outgoing
from helpdesk.core.errors import Refused
from helpdesk.journal.administration import JournalledAdmin, SecretField, ToldReason
from helpdesk.operations.actions import trying
from helpdesk.operations.enums import Way
from helpdesk.operations.models import AlertWay, OutsideWatch


class AddressForm(forms.ModelForm):
    """The address holds a secret: it is written, never shown; left empty it stays as it is."""

    url = SecretField(
        label=gettext_lazy("Web address"),
        help_text=gettext_lazy("https://… with whatever makes it yours. It is kept sealed and not shown again."),
    )

    def clean_url(self) -> str:
        url = self.cleaned_data["url"] or self.instance.url
        if url and url != self.instance.url:
            try:
                outgoing.target_of(url)
            except Refused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return url


class WayForm(AddressForm):
    class Meta:
        model = AlertWay
        fields = ("name", "position", "way", "mailbox", "url", "messenger", "receiver", "is_active")
        help_texts = {
            "position": gettext_lazy("The first that does not fail itself is taken: the smallest number first."),
            "mailbox": gettext_lazy("By whose server mail goes out; empty: the installation's own."),
            "messenger": gettext_lazy("One of the gateways of notices: SMS, Telegram, Jabber and others."),
            "receiver": gettext_lazy("A number, a chat or an address there: whoever looks after the house."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        way = cleaned.get("way")
        if way != Way.MAIL and cleaned.get("mailbox"):
            raise ValidationError({"mailbox": _("Only mail goes by a mailbox.")})
        if way == Way.GATEWAY and not cleaned.get("url") and "url" not in self.errors:
            raise ValidationError({"url": _("Give the address that takes the alert as JSON.")})
        if way == Way.SERVICE:
            missing = {name: _("Say which gateway, and whom.") for name in ("messenger", "receiver")}
            if errors := {name: said for name, said in missing.items() if not cleaned.get(name)}:
                raise ValidationError(errors)
        else:
            cleaned |= {"messenger": None, "receiver": ""}
        return cleaned


class OutsideForm(AddressForm):
    class Meta:
        model = OutsideWatch
        fields = ("name", "url", "is_active")

    def clean_url(self) -> str:
        if not (url := super().clean_url()):
            raise ValidationError(_("Give the address that is asked every minute."))
        return url


@admin.register(AlertWay)
class AlertWayAdmin(ToldReason, JournalledAdmin):
    """Have two that do not depend on the same server."""

    form = WayForm
    secret_fields = frozenset({"url"})
    list_display = ("name", "position", "way", "by", "is_active", "failed_at", "why")
    list_select_related = ("mailbox", "messenger")
    fields = ("name", "position", "way", "mailbox", "url", "messenger", "receiver", "is_active")
    ordering = ("position", "pk")
    actions = ("try_now",)

    @admin.display(description=gettext_lazy("mailbox or gateway"), empty_value="–")
    def by(self, way: AlertWay) -> str | None:
        return str(way.mailbox or way.messenger or "") or None

    @admin.action(description=gettext_lazy("Send a test"))
    def try_now(self, request: HttpRequest, queryset: "QuerySet[AlertWay]") -> None:
        for way in queryset:
            try:
                trying.try_way(way=way, by=cast(User, request.user))
                self.message_user(request, _("A test goes out by: %(name)s") % {"name": way}, messages.SUCCESS)
            except Refused as refusal:
                self.message_user(request, f"{way}: {refusal}", messages.WARNING)


@admin.register(OutsideWatch)
class OutsideWatchAdmin(ToldReason, JournalledAdmin):
    """Asked every minute while beat and every worker live."""

    form = OutsideForm
    secret_fields = frozenset({"url"})
    list_display = ("name", "is_active", "told_at", "failed_at", "why")
    fields = ("name", "url", "is_active")
    ordering = ("name", "pk")
