"""Views that people keep, change and give to others."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import SavedViewFactory, StaffFactory, TeamFactory
from tickets.actions.saved_views import MOST_VIEWS, change_view, delete_view, narrow_view, save_view
from tickets.enums import Audience
from tickets.models import SavedView

WAITING = {"name": "Waiting", "criteria": "status=waiting", "audience": "private", "team": None}


@pytest.fixture
def lena(db):
    """The lead of line 1."""
    return StaffFactory(name="Lena", role=Role.LINE_LEAD)


@pytest.fixture
def line_1(lena):
    team = TeamFactory(name="Line 1")
    team.members.add(lena)
    return team


def lines(view):
    return [(entry.verb, entry.actor_id, entry.facts) for entry in Entry.objects.about(view)]


def kept(view):
    view.refresh_from_db()
    return view.name, view.audience, view.team


def test_view_when_saved_then_it_is_kept_with_a_line_in_the_journal(anna):
    view = save_view(by=anna, **WAITING | {"name": "  Waiting\u202e \n long "})

    assert kept(view) == ("Waiting long", "private", None)
    assert (view.owner, view.criteria) == (anna, "status=waiting")
    facts = {"name": "Waiting long", "criteria": "status=waiting", "audience": "private", "team": None}
    assert lines(view) == [("view_saved", anna.pk, {"after": facts})]


def test_view_when_saved_twice_then_it_is_one(anna):
    first, second = save_view(by=anna, **WAITING), save_view(by=anna, **WAITING)

    assert first == second
    assert [verb for verb, _, _ in lines(first)] == ["view_saved"]


@pytest.mark.parametrize(
    "change",
    [{"name": "Late", "criteria": "priority=high"}, {"name": "LATE"}],
    ids=["same-name", "other-case"],
)
def test_view_when_its_owner_has_one_of_that_name_then_it_is_refused(anna, change):
    SavedViewFactory(owner=anna, name="Late")
    SavedViewFactory(name="Waiting")

    with pytest.raises(Refused, match="There is a view called “L"):
        save_view(by=anna, **WAITING | change)

    assert anna.saved_views.count() == 1


@pytest.mark.parametrize("name", ["", " \n", "\u202e", "x" * 61])
def test_view_when_its_name_is_none_then_it_is_refused(anna, name):
    view = SavedViewFactory(owner=anna, name="Late")

    with pytest.raises(Refused, match="Give the view a name"):
        save_view(by=anna, **WAITING | {"name": name})
    with pytest.raises(Refused, match="Give the view a name"):
        change_view(view=view, by=anna, name=name, audience="private", team=None)

    assert [each.name for each in SavedView.objects.all()] == ["Late"]


def test_view_when_it_narrows_nothing_then_it_is_refused(anna):
    with pytest.raises(Refused, match="nothing to save"):
        save_view(by=anna, **WAITING | {"criteria": ""})


def test_view_when_there_are_fifty_then_another_is_refused(anna):
    for _ in range(MOST_VIEWS - 1):
        SavedViewFactory(owner=anna)
    SavedViewFactory()
    save_view(by=anna, **WAITING)

    with pytest.raises(Refused, match="You keep 50 views already"):
        save_view(by=anna, **WAITING | {"name": "One more"})


def test_lead_gives_views_to_their_team_and_to_everybody(lena, line_1):
    for_team = save_view(by=lena, **WAITING | {"audience": "team", "team": line_1})
    for_all = save_view(by=lena, **WAITING | {"name": "All", "audience": "everybody"})

    assert (kept(for_team), kept(for_all)) == (("Waiting", "team", line_1), ("All", "everybody", None))


def test_lead_gives_no_view_to_a_team_of_others(lena):
    with pytest.raises(Refused, match="teams that you belong to"):
        save_view(by=lena, **WAITING | {"audience": "team", "team": TeamFactory()})


@pytest.mark.parametrize("audience", ["nobody", "", "team"])
def test_view_when_its_audience_is_none_then_it_is_refused(lena, audience):
    with pytest.raises(Refused, match="Choose for whom"):
        save_view(by=lena, **WAITING | {"audience": audience})


@pytest.mark.parametrize("role", [Role.AGENT, Role.ACCOUNTANT, Role.CONTRACTOR])
def test_who_may_not_share_keeps_views_for_themselves_only(db, role):
    person = StaffFactory(role=role)
    team = TeamFactory()
    team.members.add(person)
    own = save_view(by=person, **WAITING)

    for shared in ({"audience": "everybody", "team": None}, {"audience": "team", "team": team}):
        with pytest.raises(NotAllowed):
            save_view(by=person, **WAITING | {"name": "Other"} | shared)
        with pytest.raises(NotAllowed):
            change_view(view=own, by=person, name="Waiting", **shared)

    assert kept(own) == ("Waiting", "private", None)
    assert SavedView.objects.count() == 1


def test_customers_save_no_views(clara):
    with pytest.raises(NotAllowed):
        save_view(by=clara, **WAITING)


def test_view_when_renamed_and_shared_then_each_has_its_line(lena, line_1):
    view = SavedViewFactory(owner=lena, name="Late")

    change_view(view=view, by=lena, name="Too late", audience="private", team=None)
    change_view(view=view, by=lena, name="Too late", audience="team", team=line_1)
    change_view(view=view, by=lena, name="Too late", audience="team", team=line_1)

    assert kept(view) == ("Too late", "team", line_1)
    renamed, shared = lines(view)
    assert renamed == ("view_renamed", lena.pk, {"before": "Late", "after": "Too late"})
    assert (shared[0], shared[2]["before"]["audience"], shared[2]["after"]["team"]) == (
        "view_shared",
        "private",
        line_1.pk,
    )


def test_view_when_renamed_then_another_of_its_owner_keeps_its_name(anna):
    SavedViewFactory(owner=anna, name="Late")
    view = SavedViewFactory(owner=anna, name="Waiting")

    with pytest.raises(Refused, match="already"):
        change_view(view=view, by=anna, name="late", audience="private", team=None)
    change_view(view=view, by=anna, name="WAITING", audience="private", team=None)

    assert kept(view)[0] == "WAITING"


def test_shared_view_is_changed_and_deleted_by_any_lead_and_a_private_one_by_its_owner_alone(anna, lena):
    shared = SavedViewFactory(owner=StaffFactory(role=Role.LINE_LEAD), audience=Audience.EVERYBODY)
    private = SavedViewFactory(owner=anna, name="Late")

    for person, view in ((anna, shared), (lena, private)):
        with pytest.raises(NotAllowed):
            change_view(view=view, by=person, name="Taken", audience="private", team=None)
        with pytest.raises(NotAllowed):
            delete_view(view=view, by=person)
    change_view(view=shared, by=lena, name="Hers", audience="everybody", team=None)
    delete_view(view=shared, by=lena)

    assert [view.name for view in SavedView.objects.all()] == ["Late"]


def test_lead_of_another_team_keeps_the_team_of_a_view_they_rename(lena, line_1):
    ada = StaffFactory(role=Role.ADMINISTRATOR)
    view = SavedViewFactory(owner=lena, audience=Audience.TEAM, team=line_1)

    change_view(view=view, by=ada, name="Late", audience="team", team=line_1)

    assert kept(view) == ("Late", "team", line_1)


def test_who_may_no_longer_share_can_take_their_view_back(anna):
    view = SavedViewFactory(owner=anna, name="Late", audience=Audience.EVERYBODY)

    with pytest.raises(NotAllowed):
        change_view(view=view, by=anna, name="Later", audience="everybody", team=None)
    change_view(view=view, by=anna, name="Late", audience="private", team=None)

    assert kept(view) == ("Late", "private", None)


def test_view_when_deleted_then_the_journal_keeps_what_it_was_and_twice_is_once(anna):
    view = SavedViewFactory(owner=anna, name="Late")

    delete_view(view=view, by=anna)
    delete_view(view=view, by=anna)

    before = {"name": "Late", "criteria": "status=waiting", "audience": "private", "team": None}
    assert lines(view) == [("view_deleted", anna.pk, {"before": before})]
    assert not SavedView.objects.exists()


def test_view_when_deleted_meanwhile_then_changing_it_says_so(anna):
    view = SavedViewFactory(owner=anna)
    SavedView.objects.filter(pk=view.pk).delete()

    with pytest.raises(Refused, match="Somebody deleted this view meanwhile"):
        change_view(view=view, by=anna, name="Late", audience="private", team=None)


def test_view_when_narrowed_then_it_shows_something_else_under_its_name(anna):
    view = SavedViewFactory(owner=anna, name="Late", criteria="status=waiting")

    for _ in range(2):
        narrow_view(view=view, by=anna, criteria="tag=vpn")

    view.refresh_from_db()
    assert (view.name, view.criteria) == ("Late", "tag=vpn")
    assert lines(view) == [("view_narrowed", anna.pk, {"before": "status=waiting", "after": "tag=vpn"})]


def test_view_when_narrowed_by_who_may_not_or_to_nothing_then_it_is_refused(anna):
    others, hers = SavedViewFactory(audience=Audience.EVERYBODY), SavedViewFactory(owner=anna)

    with pytest.raises(NotAllowed):
        narrow_view(view=others, by=anna, criteria="tag=vpn")
    with pytest.raises(Refused, match="nothing to save"):
        narrow_view(view=hers, by=anna, criteria="")

    assert set(SavedView.objects.values_list("criteria", flat=True)) == {"status=waiting"}
