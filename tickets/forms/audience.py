"""For whom something is that a person keeps."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Team, User
from tickets.enums import Audience
from tickets.models import SavedView, Template
from tickets.permissions import can_share_views

_TEAM = "team-"


class AudienceForm(forms.Form):
    """Offers the audiences that this person may choose: for whoever may not share, none but themselves.

    `cleaned_data` holds audience and team.
    """

    audience = forms.ChoiceField(label=_("For whom"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: User,
        kept: SavedView | Template | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        chosen = _word(kept) if kept else Audience.PRIVATE
        super().__init__(data, initial={"audience": chosen, **(initial or {})})
        self._teams = {f"{_TEAM}{team.pk}": team for team in _teams_of(by, kept)}
        self.fields["audience"].choices = self._choices(by, kept)  # type: ignore[attr-defined]

    def _choices(self, by: User, kept: SavedView | Template | None) -> list[tuple[str, Any]]:
        is_own = kept is None or kept.owner_id == by.pk
        label = Audience.PRIVATE.label if is_own else _("Only %(owner)s") % {"owner": kept and kept.owner}
        private = (Audience.PRIVATE.value, label)
        if not can_share_views(by):
            return [private]
        teams = [(word, _("Team %(name)s") % {"name": team.name}) for word, team in self._teams.items()]
        return [private, *teams, (Audience.EVERYBODY.value, Audience.EVERYBODY.label)]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        team = self._teams.get(said.get("audience", ""))
        return said | {"team": team} | ({"audience": Audience.TEAM.value} if team else {})


def _teams_of(by: User, kept: SavedView | Template | None) -> list[Team]:
    """The person's teams, and the one that has the thing."""
    found = list(by.teams.filter(is_active=True).order_by("line", "name", "pk"))
    team = kept.team if kept else None
    return found if team is None or team in found else [*found, team]


def _word(kept: SavedView | Template) -> str:
    return f"{_TEAM}{kept.team_id}" if kept.team_id else kept.audience
