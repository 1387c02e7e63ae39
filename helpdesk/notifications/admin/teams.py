"""What members of a team are told as long as they choose nothing else."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from helpdesk.accounts.models import User
from helpdesk.journal.administration import JournalledAdmin
from helpdesk.notifications.actions.choosing import choose_for_team
from helpdesk.notifications.enums import Channel
from helpdesk.notifications.models import TeamChoice
from helpdesk.notifications.registries import occasions

PREFIX = "told_"


class TeamChoiceForm(forms.ModelForm):
    """A line of channels for each occasion, ticked as it is now."""

    class Meta:
        model = TeamChoice
        fields = ("team",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = self.instance.wanted
        for name, occasion in occasions.items():
            self.fields[f"{PREFIX}{name}"] = forms.MultipleChoiceField(
                label=occasion.label,
                help_text=occasion.help,
                choices=Channel.choices,
                required=False,
                initial=sorted(wanted.get(name, occasion.channels)),
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
            )

    def wanted(self) -> dict[str, list[str]]:
        """Where it is another choice than the program's own."""
        said = {name: self.cleaned_data[f"{PREFIX}{name}"] for name, _occasion in occasions.items()}
        return {name: sorted(chosen) for name, chosen in said.items() if set(chosen) != occasions[name].channels}


@admin.register(TeamChoice)
class TeamChoiceAdmin(JournalledAdmin):
    form = TeamChoiceForm
    fields = ("team",)
    list_display = ("team", "says")
    list_select_related = ("team",)
    search_fields = ("team__name",)
    ordering = ("team__name", "pk")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["team", *(f"{PREFIX}{name}" for name, _occasion in occasions.items())]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("team",) if obj is not None else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The fields that the form makes itself are none of the model's."""
        return super().get_form(request, obj, change=change, **{**kwargs, "fields": ["team"]})

    def save_model(self, request: HttpRequest, obj: TeamChoice, form: Any, change: bool) -> None:
        kept = choose_for_team(team=obj.team, by=cast(User, request.user), wanted=form.wanted())
        obj.pk, obj.wanted = kept.pk, kept.wanted

    @admin.display(description=gettext_lazy("said otherwise"), empty_value="")
    def says(self, choice: TeamChoice) -> str:
        return ", ".join(str(occasions[name].label) for name in choice.wanted if name in occasions)
