"""The words of notices, with what they look like."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.journal.administration import JournalledAdmin
from helpdesk.notifications.actions import wordings as actions
from helpdesk.notifications.models import Wording
from helpdesk.notifications.registries import occasions
from helpdesk.notifications.wording import worded


class WordingForm(forms.ModelForm):
    occasion = forms.ChoiceField(label=gettext_lazy("Occasion"), choices=[], widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Wording
        fields = ("occasion", "language", "title", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "occasion" in self.fields:
            cast(forms.ChoiceField, self.fields["occasion"]).choices = [
                (name, each.label) for name, each in occasions.items()
            ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        occasion = cleaned.get("occasion") or self.instance.occasion
        if occasion in occasions:
            try:
                actions.ensure_known(f"{cleaned.get('title', '')} {cleaned.get('text', '')}", occasion=occasion)
            except Refused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return cleaned


@admin.register(Wording)
class WordingAdmin(JournalledAdmin):
    form = WordingForm
    fields = ("occasion", "language", "title", "text", "names", "preview")
    list_display = ("called", "language", "title")
    list_filter = ("language",)
    search_fields = ("title", "text")
    readonly_fields = ("names", "preview")
    ordering = ("occasion", "language", "pk")
    actions = ("remove",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What it words is decided once."""
        return ("names", "preview") if obj is None else ("called", "language", "names", "preview")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields if obj is None else ("called", *self.fields[1:])

    def save_model(self, request: HttpRequest, obj: Wording, form: Any, change: bool) -> None:
        actions.keep(wording=obj, by=cast(User, request.user))

    @admin.display(description=gettext_lazy("occasion"), ordering="occasion")
    def called(self, wording: Wording) -> str:
        return str(occasions[wording.occasion].label) if wording.occasion in occasions else wording.occasion

    @admin.display(description=gettext_lazy("names that are replaced"))
    def names(self, wording: Wording) -> str:
        known = dict.fromkeys(name for _key, each in occasions.items() for name in each.places)
        return ", ".join(f"{{{{ {name} }}}}" for name in known)

    @admin.display(description=gettext_lazy("preview"))
    def preview(self, wording: Wording) -> str:
        """With the examples, in the language of the wording, as it is saved."""
        if wording.pk is None or wording.occasion not in occasions:
            return _("Save it and go on editing: then it is shown here.")
        with translation.override(wording.language):
            facts = {name: str(example) for name, example in occasions[wording.occasion].places.items()}
            title, text = worded((wording.title, wording.text), facts, occasion=wording.occasion)
        return f"{title}\n\n{text}"

    @admin.action(description=gettext_lazy("Back to the program's own words"))
    def remove(self, request: HttpRequest, queryset: "QuerySet[Wording]") -> None:
        for wording in queryset:
            actions.remove(wording=wording, by=cast(User, request.user))
        self.message_user(request, _("The program's own words are said again."))
