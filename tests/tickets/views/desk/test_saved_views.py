"""Saved views in the rail and on their pages, with bare forms."""

import pytest

from helpdesk.accounts.enums import Role
from tests.browsers import browser_of
from tests.factories import SavedViewFactory, StaffFactory, TeamFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import count_of
from tickets.enums import Audience, Status
from tickets.models import SavedView

LIST, NEW = "/desk/tickets/", "/desk/views/new/"
HOSTILE = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def lead(line_1):
    """The browser of the lead of line 1."""
    lena = StaffFactory(name="Lena", role=Role.LINE_LEAD)
    line_1.members.add(lena)
    return browser_of(lena)


def page(response):
    return tree(response.content.decode())


def rail(response):
    """The saved views of the rail: their names, addresses, and which is current."""
    groups = {group.find("h2").text_content(): group for group in page(response).find_class("nav-group")}
    links = groups["Saved views"].findall("a") if "Saved views" in groups else []
    return [(link.text_content(), link.get("href"), link.get("aria-current") is not None) for link in links]


def links(response):
    return [link.get("href") for link in page(response).find_class("chip-add") if "/views/" in link.get("href")]


def said(response, css_class):
    return [" ".join(each.text_content().split()) for each in page(response).find_class(css_class)]


def test_list_when_it_is_narrowed_then_it_can_be_saved_and_stands_in_the_rail(desk):
    (save,) = links(desk.get(LIST, {"view": "mine", "status": "waiting", "nonsense": "x"}))
    form = desk.get(save)
    answer = desk.post(save, {"name": "Waiting for them", "audience": "private"})
    shown_list = desk.get(answer["Location"])

    url = "/desk/tickets/?view=mine&status=waiting"
    assert save == "/desk/views/new/?view=mine&status=waiting"
    assert said(form, "chip") == ["Mine", "status Waiting"]
    assert (answer.status_code, answer["Location"]) == (303, url)
    assert rail(shown_list) == [("Waiting for them", url, True)]
    assert said(shown_list, "page-head")[0].startswith("Waiting for them")
    assert links(shown_list) == [f"/desk/views/{SavedView.objects.get().pk}/"]


@pytest.mark.parametrize("words", [{}, {"view": "mine"}, {"status": "nonsense"}])
def test_list_when_it_is_not_narrowed_then_there_is_nothing_to_save(desk, words):
    assert links(desk.get(LIST, words)) == []


def test_view_of_words_is_the_list_with_them(desk):
    answer = desk.post(f"{NEW}?q=empty+basket&status=open", {"name": "Baskets", "audience": "private"})

    assert answer["Location"] == "/desk/tickets/?q=empty+basket&status=open"


@pytest.mark.parametrize(
    ("query", "form", "expected"),
    [
        ("", {"name": "Late", "audience": "private"}, "There is nothing to save: narrow the list by a filter first."),
        ("?status=open", {"name": "Kept", "audience": "private"}, "There is a view called “Kept” already."),
    ],
)
def test_view_when_it_is_refused_then_the_form_says_why_and_keeps_the_name(desk, anna, query, form, expected):
    SavedViewFactory(owner=anna, name="Kept")

    answer = desk.post(NEW + query, form)

    assert answer.status_code == 422
    assert said(answer, "notice")[0].startswith(expected)
    assert page(answer).get_element_by_id("id_name").get("value") == form["name"]


@pytest.mark.parametrize("form", [{}, {"name": "Late"}, {"name": "Late", "audience": "everybody"}, {"name": "x" * 61}])
def test_view_when_the_form_is_wrong_then_nothing_is_kept(desk, form):
    answer = desk.post(f"{NEW}?status=open", form)

    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_for_whom_a_view_is_offers_what_the_person_may_choose(desk, lead, line_1):
    def offered(browser):
        options = page(browser.get(f"{NEW}?status=open")).xpath("//select[@name='audience']/option")
        return [(option.get("value"), option.text) for option in options]

    assert offered(desk) == [("private", "Only me")]
    assert offered(lead) == [
        ("private", "Only me"),
        (f"team-{line_1.pk}", "Team Line 1"),
        ("everybody", "Everybody"),
    ]


def test_view_for_a_team_stands_in_the_rails_of_its_members(lead, desk, line_1):
    lead.post(f"{NEW}?status=open", {"name": "Open", "audience": f"team-{line_1.pk}"})

    assert rail(desk.get(LIST)) == [("Open", "/desk/tickets/?status=open", False)]
    assert rail(browser_of(StaffFactory()).get(LIST)) == []
    assert links(desk.get(LIST, {"status": "open"})) == []


def test_view_when_changed_then_it_has_its_new_name_and_audience(lead, desk):
    lead.post(f"{NEW}?status=open", {"name": "Open", "audience": "private"})
    view = SavedView.objects.get()

    answer = lead.post(f"/desk/views/{view.pk}/", {"name": "Not done", "audience": "everybody"})

    assert (answer.status_code, answer["Location"]) == (303, "/desk/tickets/?status=open")
    assert rail(desk.get(LIST)) == [("Not done", "/desk/tickets/?status=open", False)]
    chosen = page(lead.get(f"/desk/views/{view.pk}/")).xpath("//select[@name='audience']/option[@selected]/@value")
    assert chosen == ["everybody"]


def test_view_when_its_new_name_is_taken_then_the_form_says_so(desk, anna):
    SavedViewFactory(owner=anna, name="Kept")
    view = SavedViewFactory(owner=anna)

    answer = desk.post(f"/desk/views/{view.pk}/", {"name": "kept", "audience": "private"})

    assert answer.status_code == 422
    assert said(answer, "notice") == ["There is a view called “kept” already. Choose another name."]


@pytest.mark.parametrize(("audience", "warnings"), [("private", 0), ("everybody", 1)])
def test_view_when_it_is_to_be_deleted_then_somebody_is_asked_first(lead, audience, warnings):
    lead.post(f"{NEW}?status=open", {"name": "Open", "audience": audience})
    url = f"/desk/views/{SavedView.objects.get().pk}/deletion/"

    question = lead.get(url)
    asked = SavedView.objects.count()
    answer = lead.post(url)

    assert (asked, len(said(question, "notice"))) == (1, warnings)
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    assert not SavedView.objects.exists()
    assert lead.post(url).status_code == 404


def test_view_of_a_team_that_is_gone_says_so_and_can_still_be_changed(desk):
    team = TeamFactory(name="Shops")
    desk.post(f"{NEW}?team=shops&status=open", {"name": "Shops", "audience": "private"})
    view = SavedView.objects.get()
    url = f"{LIST}?{view.criteria}"
    team.delete()
    TicketFactory(status=Status.OPEN)

    response = desk.get(url)

    assert said(response, "notice") == ["Left out, because nothing here is called that: team."]
    assert rail(response) == [("Shops", url, True)]
    assert links(response) == [f"/desk/views/{view.pk}/"]
    assert said(desk.get(f"/desk/views/{view.pk}/"), "notice") == said(response, "notice")


def test_view_that_two_have_is_the_one_that_this_person_may_change(desk, anna):
    SavedViewFactory(name="A", owner=StaffFactory(), audience=Audience.EVERYBODY)
    own = SavedViewFactory(name="B", owner=anna)

    response = desk.get(LIST, {"status": "waiting"})

    assert [(name, current) for name, _, current in rail(response)] == [("A", False), ("B", True)]
    assert links(response) == [f"/desk/views/{own.pk}/"]


def test_name_of_a_view_is_escaped(desk, anna):
    view = SavedViewFactory(owner=anna, name=HOSTILE)

    for url in (f"{LIST}?status=waiting", f"/desk/views/{view.pk}/", f"/desk/views/{view.pk}/deletion/"):
        assert "<img src=x" not in desk.get(url).content.decode()
    assert rail(desk.get(LIST))[0][0] == HOSTILE


@pytest.mark.parametrize("chosen", [{"status": "waiting"}, {"status": "open"}])
def test_list_as_a_fragment_marks_in_the_rail_what_a_reload_does(desk, anna, chosen):
    SavedViewFactory(owner=anna, name="Waiting")
    before = desk.get(LIST, {"status": "waiting" if chosen["status"] == "open" else "open"}).content.decode()

    after = applied(before, desk.get(LIST, chosen, headers=HTMX), target="rows")

    reload = desk.get(LIST, chosen).content.decode()
    assert shown(after, inside="rail-menu") == shown(reload, inside="rail-menu")
    assert shown(after) == shown(reload)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_pages_run_the_same_statements_however_many_views_there_are(desk, anna, number):
    ticket = TicketFactory()
    for _ in range(number):
        SavedViewFactory(owner=anna)
    counted = []

    for url in (LIST, f"{LIST}?status=waiting", f"{LIST}{ticket.number}/"):
        desk.get(url)
        counted.append(count_of(lambda url=url: desk.get(url))[0])

    assert counted == [4, 4, 14]


def counters(response):
    """The numbers that are put into the rail, by the element's id."""
    return {each.get("id"): each.text or "" for each in page(response).find_class("count")}


def test_counters_come_beside_the_page_and_stand_where_the_rail_has_room(desk, anna, monkeypatch):
    monkeypatch.setattr("tickets.queries.counting.MOST_COUNTED", 3)
    monkeypatch.setattr("tickets.views.desk.saved_views.MOST_COUNTED", 3)
    for status in (Status.WAITING, Status.OPEN, Status.OPEN, Status.OPEN, Status.CLOSED):
        TicketFactory(status=status, priority=3)
    criteria = ("status=waiting", "priority=high", "status=any", "q=basket", "team=none&status=resolved", "tag=none")
    for turn, words in enumerate(criteria):
        SavedViewFactory(owner=anna, name=f"Counted {turn}", criteria=words)

    response = desk.get("/desk/views/", headers=HTMX)

    assert list(counters(response).values()) == ["1", "2+", "", "", "", "0"]
    assert set(counters(response)) == set(page(desk.get(LIST)).xpath("//nav//span/@id"))
    assert response["Cache-Control"] == "private, max-age=20"


def test_counter_of_a_view_counts_what_whoever_looks_may_see(browse, oleg):
    TicketFactory(team=oleg.grants.get().team)
    TicketFactory()
    SavedViewFactory(owner=oleg, criteria="priority=normal")

    assert list(counters(browse(oleg).get("/desk/views/", headers=HTMX)).values()) == ["1"]


@pytest.mark.parametrize("number", [1, 3])
def test_page_of_views_runs_the_same_statements_however_many_there_are(desk, anna, number):
    for turn in range(number):
        words = f"team=line-{turn}&assignee=x&organisation=Shop {turn}&requester=clara{turn}@shop.example"
        words += "&category=none"
        SavedViewFactory(owner=anna, criteria=words, audience=Audience.TEAM, team=TeamFactory(name=f"Line {turn}"))
    desk.get("/desk/views/")

    count, ran = count_of(lambda: desk.get("/desk/views/"))

    assert count == 10, ran


def test_page_of_views_names_each_with_what_it_shows_and_who_may_change_it(desk, anna):
    SavedViewFactory(owner=anna, name="Mine", criteria="view=mine&status=waiting")
    SavedViewFactory(name="Theirs", audience=Audience.EVERYBODY, criteria="tag=vpn")
    TicketFactory(tags=["vpn"])

    lines = page(desk.get("/desk/views/")).xpath("//tbody/tr")

    assert [[" ".join(cell.text_content().split()) for cell in line] for line in lines] == [
        ["Mine", "0", f"Only {anna}", "Mine status Waiting", "change this view"],
        ["Theirs", "1", "Everybody", "All tickets tag vpn", ""],
    ]


def test_page_of_views_without_any_says_how_to_keep_one(desk):
    assert said(desk.get("/desk/views/"), "empty")[0].startswith("No saved views yet")


def test_what_is_seen_can_replace_what_a_view_shows(desk, anna):
    view = SavedViewFactory(owner=anna, name="Kept")
    SavedViewFactory(name="Not hers", audience=Audience.EVERYBODY)
    offered = page(desk.get(f"{NEW}?tag=vpn&sort=-priority&columns=status"))
    form = offered.xpath("//form[contains(@action, 'criteria')]")[0]

    answer = desk.post(form.get("action"), {"view": view.pk})

    view.refresh_from_db()
    assert form.xpath(".//option/text()") == ["Kept"]
    assert (answer.status_code, answer["Location"]) == (303, f"{LIST}?tag=vpn&sort=-priority&columns=status")
    assert (view.name, view.criteria) == ("Kept", "tag=vpn&sort=-priority&columns=status")


@pytest.mark.parametrize(
    ("whose", "words", "status", "reason"),
    [
        ("hers", "", 422, "There is nothing to save"),
        ("others", "tag=vpn", 403, "Your role does not allow this."),
        ("unseen", "tag=vpn", 422, "Choose a view that you may change."),
        ("none", "tag=vpn", 422, "Choose a view that you may change."),
    ],
)
def test_view_that_can_not_be_replaced_says_why(desk, anna, whose, words, status, reason):
    views = {
        "hers": SavedViewFactory(owner=anna).pk,
        "others": SavedViewFactory(audience=Audience.EVERYBODY).pk,
        "unseen": SavedViewFactory().pk,
        "none": "",
    }

    response = desk.post(f"/desk/views/criteria/?{words}", {"view": views[whose]})

    assert response.status_code == status
    assert said(response, "notice")[0].startswith(reason)
    assert set(SavedView.objects.values_list("criteria", flat=True)) == {"status=waiting"}
