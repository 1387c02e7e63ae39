"""The name of a saved view, and for whom it is."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Team, User
from tickets.actions.saved_views import LONGEST_NAME
from tickets.enums import Audience
from tickets.models import SavedView
from tickets.permissions import can_share_views

_TEAM = "team-"


class SavedViewForm(forms.Form):
    """Offers the audiences that this person may choose: for whoever may not share, none but themselves.

    `cleaned_data` holds name, audience and team.
    """

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, help_text=_("So it is called on the left, under “All tickets”.")
    )
    audience = forms.ChoiceField(label=_("For whom"))

    def __init__(self, data: QueryDict | None = None, *, by: User, view: SavedView | None = None) -> None:
        initial = {"name": view.name, "audience": _word(view)} if view else {"audience": Audience.PRIVATE}
        super().__init__(data, initial=initial)
        self._teams = {f"{_TEAM}{team.pk}": team for team in _teams_of(by, view)}
        self.fields["audience"].choices = self._choices(by, view)  # type: ignore[attr-defined]

    def _choices(self, by: User, view: SavedView | None) -> list[tuple[str, Any]]:
        is_own = view is None or view.owner_id == by.pk
        label = Audience.PRIVATE.label if is_own else _("Only %(owner)s") % {"owner": view and view.owner}
        private = (Audience.PRIVATE.value, label)
        if not can_share_views(by):
            return [private]
        teams = [(word, _("Team %(name)s") % {"name": team.name}) for word, team in self._teams.items()]
        return [private, *teams, (Audience.EVERYBODY.value, Audience.EVERYBODY.label)]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        team = self._teams.get(said.get("audience", ""))
        return said | {"team": team} | ({"audience": Audience.TEAM.value} if team else {})


def _teams_of(by: User, view: SavedView | None) -> list[Team]:
    """The person's teams, and the one that has the view."""
    found = list(by.teams.filter(is_active=True).order_by("line", "name", "pk"))
    kept = view.team if view else None
    return found if kept is None or kept in found else [*found, kept]


def _word(view: SavedView) -> str:
    return f"{_TEAM}{view.team_id}" if view.team_id else view.audience
