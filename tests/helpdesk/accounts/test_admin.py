"""Configuring people in the admin."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import ApiToken, ContactPoint, Grant, User
from helpdesk.journal.models import Entry
from tests.browsers import browser_of, proved
from tests.factories import GrantFactory, OrganisationFactory, StaffFactory, TeamFactory, UserFactory
from tests.programs import Program

PASSWORD = "correct horse battery staple"
USERS = "/admin/accounts/user/"


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def browser(ada):
    return proved(browser_of(ada))


def person_form(**fields):
    """What the form of a person posts; with `inlines` of a kept person."""
    empty = {
        "organisation": "",
        "language": "",
        "time_zone": "",
        "signature": "",
        "notes": "",
        "contact_points-TOTAL_FORMS": 0,
        "contact_points-INITIAL_FORMS": 0,
        "grants-TOTAL_FORMS": 0,
        "grants-INITIAL_FORMS": 0,
    }
    return empty | {"name": "Oleg", "email": "oleg@contractor.example", "role": "agent", "is_active": "on"} | fields


def verbs(subject):
    return [entry.verb for entry in Entry.objects.about(subject)]


def test_person_is_added_with_their_address_and_a_line_of_the_journal(browser, ada):
    response = browser.post(f"{USERS}add/", person_form(email="Oleg@Contractor.example", role="contractor"))

    assert response.status_code == 302
    oleg = User.objects.get(name="Oleg")
    assert (oleg.email, oleg.role, oleg.has_usable_password()) == ("oleg@contractor.example", "contractor", False)
    assert oleg.contact_points.get().value == "oleg@contractor.example"
    entry = Entry.objects.get(verb="user_added")
    assert (entry.actor, entry.subject_id, entry.facts["after"]["role"]) == (ada, oleg.pk, "contractor")
    assert not LogEntry.objects.exists()


def test_change_is_told_with_before_and_after(browser):
    oleg = StaffFactory(name="Oleg", email="oleg@contractor.example")

    response = browser.post(f"{USERS}{oleg.pk}/change/", person_form(role="accountant", notes="Part-time"))

    assert response.status_code == 302
    told = {entry.verb: entry.facts for entry in Entry.objects.about(oleg)}
    assert told == {
        "role_changed": {"before": "agent", "after": "accountant"},
        "user_changed": {"before": {"notes": ""}, "after": {"notes": "Part-time"}},
    }


def test_role_that_may_not_be_given_is_said_beside_its_field(browser, ada):
    other = StaffFactory(role=Role.ADMINISTRATOR, name="Oleg", email="oleg@contractor.example")
    User.objects.filter(pk=other.pk).update(is_active=False)

    refused = browser.post(f"{USERS}{other.pk}/change/", person_form(role="owner"))

    assert refused.status_code == 200
    assert "role" in refused.context["adminform"].form.errors
    assert not Entry.objects.about(other).exists()


def test_queue_that_was_open_is_shut_with_the_row(browser):
    grant = GrantFactory(contractor__email="oleg@contractor.example", contractor__name="Oleg")
    rows = {"grants-TOTAL_FORMS": 1, "grants-INITIAL_FORMS": 1, "grants-0-id": grant.pk, "role": "contractor"}
    rows |= {"grants-0-team": grant.team_id, "grants-0-contractor": grant.contractor_id, "grants-0-DELETE": "on"}

    browser.post(f"{USERS}{grant.contractor_id}/change/", person_form(**rows))

    assert not Grant.objects.exists()
    assert Entry.objects.get(verb="grants_changed").facts == {"before": [grant.team_id], "after": []}


def test_queue_that_would_end_in_the_past_is_refused_and_nothing_else_is_lost(browser):
    oleg, team = StaffFactory(role=Role.CONTRACTOR, name="Oleg", email="oleg@contractor.example"), TeamFactory()
    rows = {"grants-TOTAL_FORMS": 1, "grants-0-team": team.pk, "grants-0-contractor": oleg.pk, "role": "contractor"}
    rows |= {"grants-0-until_0": "2020-01-01", "grants-0-until_1": "10:00:00", "notes": "Kept"}

    page = browser.post(f"{USERS}{oleg.pk}/change/", person_form(**rows), follow=True)

    oleg.refresh_from_db()
    assert "This moment has passed" in page.content.decode()
    assert (oleg.notes, Grant.objects.exists()) == ("Kept", False)


def test_fields_beyond_the_form_are_not_written(browser):
    """ATTACKS D09: every field of the model is posted, only the form's are taken."""
    oleg = StaffFactory(name="Oleg", email="oleg@contractor.example")
    everything = {field.name: "1" for field in User._meta.concrete_fields}
    before = User.objects.filter(pk=oleg.pk).values("password", "last_login", "date_joined", "theme").get()

    browser.post(f"{USERS}{oleg.pk}/change/", everything | person_form())

    assert User.objects.filter(pk=oleg.pk).values("password", "last_login", "date_joined", "theme").get() == before


def test_no_form_of_the_admin_takes_all_fields(db):
    """ATTACKS D09: explicit lists; a field added to a model later is in no form by itself."""
    ours = [
        each for model, each in admin.site._registry.items() if model.__module__.startswith(("helpdesk", "tickets"))
    ]

    assert ours
    for each in ours:
        assert each.fields or each.fieldsets, each
        assert getattr(getattr(each.form, "_meta", None), "fields", None) != "__all__", each


def test_address_of_somebody_else_is_refused(browser):
    ContactPoint.objects.create(user=UserFactory(), kind=ContactKind.EMAIL, value="second@shop.example")

    response = browser.post(f"{USERS}add/", person_form(email="second@shop.example"))

    assert response.status_code == 200
    assert not User.objects.filter(name="Oleg").exists()


def test_administrators_cannot_shut_themselves_out(browser, ada):
    browser.post(
        f"{USERS}{ada.pk}/change/", person_form(name="Ada B", email="ada@helpdesk.example", role="agent", is_active="")
    )

    ada.refresh_from_db()
    assert (ada.name, ada.role, ada.is_active) == ("Ada B", "administrator", True)


def test_person_who_leaves_is_out_at_once(browser):
    anna = StaffFactory(name="Oleg", email="oleg@contractor.example")
    hers, program = browser_of(anna), Program(anna)
    assert (hers.get("/desk/tickets/").status_code, program.get("/api/v1/tickets/").status_code) == (200, 200)

    browser.post(f"{USERS}{anna.pk}/leaving/", {"reason": "Left the company."})

    assert (hers.get("/desk/tickets/").status_code, program.get("/api/v1/tickets/").status_code) == (302, 401)


def test_people_and_teams_are_never_deleted_here(browser):
    for path in (f"{USERS}{UserFactory().pk}/delete/", f"/admin/accounts/team/{TeamFactory().pk}/delete/"):
        assert browser.post(path, {"post": "yes"}).status_code == 403


def test_grants_of_a_contractor_are_changed_and_told(browser):
    oleg, team = StaffFactory(role=Role.CONTRACTOR, name="Oleg", email="oleg@contractor.example"), TeamFactory()
    fields = {"grants-TOTAL_FORMS": 1, "grants-0-team": team.pk, "grants-0-contractor": oleg.pk, "role": "contractor"}

    response = browser.post(f"{USERS}{oleg.pk}/change/", person_form(**fields))

    assert response.status_code == 302
    assert Grant.objects.get().team == team
    assert Entry.objects.get(verb="grants_changed").facts == {"before": [], "after": [team.pk]}


def test_password_is_set_and_the_persons_sessions_end(browser):
    anna = StaffFactory(name="Anna")
    hers = browser_of(anna)

    response = browser.post(f"{USERS}{anna.pk}/password/", {"password1": PASSWORD, "password2": PASSWORD})

    assert response.status_code == 302
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
    assert hers.get("/desk/tickets/").status_code == 302
    (entry,) = Entry.objects.filter(verb="password_changed")
    assert PASSWORD not in str(entry.facts)


def test_weak_password_is_refused_with_the_reason(browser):
    anna = StaffFactory()

    response = browser.post(f"{USERS}{anna.pk}/password/", {"password1": "12345", "password2": "12345"})

    assert response.status_code == 422
    assert "too short" in response.content.decode()


def test_token_is_shown_once_and_kept_as_its_hash(browser, ada):
    anna = StaffFactory(name="Anna")
    asked = {"user": anna.pk, "name": "mobile", "scopes": ["read"], "expires_at_0": "", "expires_at_1": ""}

    response = browser.post("/admin/accounts/apitoken/add/", asked)

    token = response.content.decode().split('id="token"')[1].split(">")[1].split("<")[0]
    assert "no-store" in response["Cache-Control"]
    assert Program(anna).get("/api/v1/tickets/").status_code == 200
    kept = ApiToken.objects.get(name="mobile")
    assert (kept.user, kept.scopes) == (anna, ["read"])
    assert token.startswith("hd_")
    assert token not in browser.get("/admin/accounts/apitoken/").content.decode()
    assert Entry.objects.get(verb="token_issued", facts__name="mobile").actor == ada


def test_token_is_revoked_from_the_list(browser):
    program = Program(StaffFactory())
    token = ApiToken.objects.get()

    browser.post("/admin/accounts/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})

    assert program.get("/api/v1/tickets/").status_code == 401


def test_bounce_is_cleared_from_the_list(browser):
    clara = UserFactory(email="clara@shop.example")
    clara.contact_points.update(bounced_at="2026-01-01T00:00:00Z", bounce_reason="550 5.1.1")
    point = clara.contact_points.get()

    browser.post("/admin/accounts/contactpoint/", {"action": "clear_bounces", "_selected_action": [point.pk]})

    point.refresh_from_db()
    assert (point.bounced_at, point.bounce_reason) == (None, "")
    assert verbs(clara)[-1] == "bounce_cleared"


def test_organisation_and_team_are_configured(browser):
    anna = StaffFactory()
    organisation = {"name": "Nordlicht", "domains": "nordlicht.example, shop.example", "notes": ""}

    browser.post("/admin/accounts/organisation/add/", organisation)
    browser.post("/admin/accounts/team/add/", {"name": "Line 2", "line": 2, "members": [anna.pk], "is_active": "on"})

    assert Entry.objects.get(verb="organisation_added").facts["after"]["domains"] == [
        "nordlicht.example",
        "shop.example",
    ]
    assert Entry.objects.get(verb="team_added").facts["after"]["members"] == [anna.pk]
    assert list(anna.teams.values_list("name", flat=True)) == ["Line 2"]


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMINISTRATOR])
def test_admin_is_for_administrators_alone(db, role):
    browser = browser_of(StaffFactory(role=role))

    for path in ("/admin/", USERS, "/admin/accounts/apitoken/add/", "/admin/journal/entry/"):
        response = browser.get(path, follow=True)
        assert response.status_code == 403, path


def test_what_a_person_types_is_text_in_the_admin(browser):
    """ATTACKS A22."""
    OrganisationFactory(name='"><script>alert(1)</script>')

    for path in ("/admin/accounts/organisation/", "/admin/accounts/organisation/1/change/"):
        assert "<script>alert(1)" not in browser.get(path).content.decode()


def addresses(*rows, kept=0):
    """What the form posts of a person's addresses."""
    fields = {"contact_points-TOTAL_FORMS": len(rows), "contact_points-INITIAL_FORMS": kept}
    return fields | {f"contact_points-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}


def test_addresses_of_a_person_are_told_one_by_one_with_before_and_after(browser):
    oleg = StaffFactory(name="Oleg", email="oleg@contractor.example", role=Role.CONTRACTOR)
    kept, gone = oleg.contact_points.get(), ContactPoint.objects.create(user=oleg, value="old@contractor.example")
    common = {"kind": "email", "user": oleg.pk}
    rows = [
        common | {"id": kept.pk, "value": kept.value},
        common | {"id": gone.pk, "value": gone.value, "DELETE": "on"},
        common | {"value": "new@contractor.example"},
    ]

    first = browser.post(f"{USERS}{oleg.pk}/change/", person_form(role="contractor", **addresses(*rows, kept=2)))
    added = ContactPoint.objects.get(value="new@contractor.example")
    rows = [
        common | {"id": kept.pk, "value": kept.value},
        common | {"id": added.pk, "value": "newer@contractor.example"},
    ]
    second = browser.post(f"{USERS}{oleg.pk}/change/", person_form(role="contractor", **addresses(*rows, kept=2)))

    assert (first.status_code, second.status_code) == (302, 302)
    told = Entry.objects.about(oleg).filter(verb__startswith="contactpoint")
    assert [(entry.verb, entry.facts) for entry in told] == [
        ("contactpoint_removed", {"before": {"kind": "email", "value": "old@contractor.example"}}),
        ("contactpoint_added", {"after": {"value": "new@contractor.example"}}),
        (
            "contactpoint_changed",
            {"before": {"value": "new@contractor.example"}, "after": {"value": "newer@contractor.example"}},
        ),
    ]
    assert {entry.door for entry in told} == {"admin"}


@pytest.mark.parametrize(("role", "answer"), [("accountant", 302), ("contractor", 200)])
def test_auditor_is_made_of_staff_who_see_every_ticket_alone(browser, role, answer):
    oleg = StaffFactory(name="Oleg", email="oleg@contractor.example", role=role)

    response = browser.post(f"{USERS}{oleg.pk}/change/", person_form(role=role, is_auditor="on"))

    oleg.refresh_from_db()
    assert (response.status_code, oleg.is_auditor) == (answer, answer == 302)
    assert ("Only staff who see every ticket" in response.content.decode()) is (answer == 200)
