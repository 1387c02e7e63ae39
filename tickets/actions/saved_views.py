"""Views of the list that people keep, change and give to others.

The order of locks: the view's owner, then the view. The owner is locked so that their names stay different.
"""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import Team, User
from helpdesk.core.errors import Refused
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record
from tickets.actions.sharing import Sentences, called, ensure_audience, owner_locked
from tickets.models import SavedView
from tickets.permissions import can_change_view, can_save_views, ensure

if TYPE_CHECKING:
    from tickets.models import SavedViewQuerySet

MOST_VIEWS = 50
"""So many views a person may keep: all of them stand in the rail."""
LONGEST_NAME = 60
SENTENCES = Sentences(
    unclear=gettext_lazy("Choose for whom the view is."),
    foreign=gettext_lazy("You can give views only to teams that you belong to."),
)


@transaction.atomic
def save_view(*, by: User, name: str, criteria: str, audience: str, team: Team | None) -> SavedView:
    """Keep the list with these criteria (as `write_criteria` wrote them) under a name. The same once more is the view
    that there is already. Writes `view_saved`. Raises NotAllowed, Refused."""
    ensure(can_save_views(by))
    name = _name(name)
    ensure_audience(by, audience, team, kept=None, sentences=SENTENCES)
    if not criteria:
        raise Refused(_("There is nothing to save: narrow the list by a filter first."))
    own = _views_of(by.pk)
    same = called(own, name).first()
    if same is not None and (same.name, same.criteria, same.audience, same.team_id) == (
        name,
        criteria,
        audience,
        team.pk if team else None,
    ):
        return same
    _ensure_new_name(own, name)
    if own.count() >= MOST_VIEWS:
        raise Refused(
            _("You keep %(limit)s views already. Delete one that you no longer need.") % {"limit": MOST_VIEWS}
        )
    view = SavedView.objects.create(owner=by, name=name, criteria=criteria, audience=audience, team=team)
    record(verb="view_saved", subject=view, by=by, after=_facts(view))
    return view


@transaction.atomic
def change_view(*, view: SavedView, by: User, name: str, audience: str, team: Team | None) -> SavedView:
    """The view has this name and stands in these rails. Writes `view_renamed` and `view_shared` for what is another
    than before. Raises NotAllowed, Refused."""
    own = _views_of(view.owner_id)
    view = _locked(own, view)
    ensure(can_change_view(by, view))
    name = _name(name)
    ensure_audience(by, audience, team, kept=view.team_id, sentences=SENTENCES)
    _ensure_new_name(own.exclude(pk=view.pk), name)
    before, view.name, view.audience, view.team = _facts(view), name, audience, team
    after = _facts(view)
    view.save(update_fields=["name", "audience", "team"])
    if before["name"] != after["name"]:
        record(verb="view_renamed", subject=view, by=by, before=before["name"], after=after["name"])
    if (before["audience"], before["team"]) != (after["audience"], after["team"]):
        record(verb="view_shared", subject=view, by=by, before=before, after=after)
    return view


@transaction.atomic
def narrow_view(*, view: SavedView, by: User, criteria: str) -> SavedView:
    """The view holds what these criteria name from now on, under the same name and for the same people. Writes
    `view_narrowed`. Raises NotAllowed, Refused."""
    view = _locked(_views_of(view.owner_id), view)
    ensure(can_change_view(by, view))
    if not criteria:
        raise Refused(_("There is nothing to save: narrow the list by a filter first."))
    if criteria == view.criteria:
        return view
    before, view.criteria = view.criteria, criteria
    view.save(update_fields=["criteria"])
    record(verb="view_narrowed", subject=view, by=by, before=before, after=criteria)
    return view


@transaction.atomic
def delete_view(*, view: SavedView, by: User) -> None:
    """The view is gone; one that is gone already stays so. Writes `view_deleted` with all there was of it.

    Raises NotAllowed."""
    found = _views_of(view.owner_id).filter(pk=view.pk).select_for_update(of=("self",)).first()
    if found is None:
        return
    ensure(can_change_view(by, found))
    record(verb="view_deleted", subject=found, by=by, before=_facts(found))
    found.delete()


def _views_of(owner: int) -> "SavedViewQuerySet":
    """The owner's views; nobody else adds or changes one of them until the transaction ends."""
    owner_locked(owner)
    return SavedView.objects.filter(owner=owner).order_by("pk")


def _locked(own: "SavedViewQuerySet", view: SavedView) -> SavedView:
    found = own.filter(pk=view.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise Refused(_("Somebody deleted this view meanwhile."))
    return found


def _name(text: str) -> str:
    name = clean_name(text)
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("Give the view a name of at most %(limit)s letters.") % {"limit": LONGEST_NAME})
    return name


def _ensure_new_name(own: "SavedViewQuerySet", name: str) -> None:
    if called(own, name).exists():
        raise Refused(_("There is a view called “%(name)s” already. Choose another name.") % {"name": name})


def _facts(view: SavedView) -> dict[str, str | int | None]:
    return {"name": view.name, "criteria": view.criteria, "audience": view.audience, "team": view.team_id}
