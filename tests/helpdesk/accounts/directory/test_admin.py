"""The administrator's pages: settings that are tried, the trial, runs and what is decided about them."""

import re

import pytest
from django.core.cache import cache

from helpdesk.accounts.directory import checks
from helpdesk.accounts.directory.actions import syncing
from helpdesk.accounts.directory.enums import RunState
from helpdesk.accounts.directory.models import Directory, DirectoryPerson, SyncRun
from helpdesk.accounts.enums import Role
from helpdesk.journal.models import Entry as Line
from helpdesk.operations.bench.openldap import PASSWORD, READER
from tests.browsers import proved
from tests.factories import StaffFactory, TeamFactory, UserFactory
from tests.peers.ports import free_port
from tests.peers.slapd import GROUPS, PEOPLE, make_directory

pytestmark = pytest.mark.django_db
ADD = "/admin/directory/directory/add/"


@pytest.fixture
def ada(client):
    ada = StaffFactory(name="Ada", role=Role.ADMINISTRATOR)
    client.force_login(ada, backend="helpdesk.accounts.backends.Backend")
    proved(client)
    return ada


def form(server, **fields) -> dict[str, object]:
    usual = {
        "name": "Corp", "kind": "openldap", "is_active": "on", "uris": server.uri, "security": "plain",
        "bind_dn": READER, "bind_password": PASSWORD, "timeout_seconds": 2, "page_size": 500, "person_bases": PEOPLE,
        "group_bases": GROUPS, "sync_minutes": 2, "whole_minutes": 15, "most_out_percent": 10,
        "group_rules-TOTAL_FORMS": 1, "group_rules-INITIAL_FORMS": 0,
        "group_rules-0-group_dn": f"cn=agents,{GROUPS}", "group_rules-0-priority": 10, "group_rules-0-role": "agent",
    }  # fmt: skip
    return {name: value for name, value in (usual | fields).items() if value is not None}


def test_directory_that_works_is_saved_with_what_is_usual_and_told_without_the_password(client, ada, slapd):
    team = TeamFactory()

    response = client.post(ADD, form(slapd, **{"group_rules-0-teams": [team.pk]}))

    directory = Directory.objects.get()
    assert response.status_code == 302
    assert (directory.is_active, directory.id_attribute, directory.membership) == (True, "entryUUID", "member_of")
    assert directory.bind_password == PASSWORD
    rule = directory.group_rules.get()
    assert (rule.role, list(rule.teams.all())) == ("agent", [team])
    lines = list(Line.objects.about(directory))
    assert [line.verb for line in lines] == ["directory_added", "grouprule_added"]
    assert PASSWORD not in str([line.facts for line in lines])


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"bind_password": "wrong"}, "bind_password", "does not accept"),
        ({"person_bases": "ou=nowhere,dc=corp,dc=example"}, "person_bases", "does not exist"),
        ({"person_filter": "(cn="}, "person_filter", "is not one"),
        ({"security": "starttls"}, "ca_certificate", "not trusted"),
    ],
)
def test_wrong_settings_are_refused_where_they_stand_and_kept_as_inactive(client, ada, slapd, fields, field, words):
    refused = client.post(ADD, form(slapd, **fields))
    kept = client.post(ADD, form(slapd, is_active=None, **fields))

    assert (refused.status_code, kept.status_code) == (200, 302)
    assert words in str(refused.context["adminform"].form.errors[field])
    assert not Directory.objects.get().is_active


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"uris": "ldap://ldap.corp.example"}, "security"),
        ({"uris": "ldaps://localhost"}, "uris"),
        ({"uris": "ldap://localhost", "security": "tls"}, "uris"),
        ({"uris": "nonsense"}, "uris"),
        ({"uris": " \n "}, "uris"),
        ({"ca_certificate": "not PEM"}, "ca_certificate"),
        ({"person_bases": ""}, "person_bases"),
        ({"page_size": "1"}, "page_size"),
    ],
)
def test_what_can_never_work_is_not_kept_either(client, ada, slapd, fields, field):
    response = client.post(ADD, form(slapd, is_active=None, **fields))

    assert (response.status_code, Directory.objects.count()) == (200, 0)
    assert field in response.context["adminform"].form.errors


def test_password_left_empty_stays_and_is_never_shown(client, ada, slapd):
    directory = make_directory(slapd, rules={})
    page = f"/admin/directory/directory/{directory.pk}/change/"

    shown = client.get(page).content.decode()
    saved = client.post(page, form(slapd, bind_password="", person_bases=f"{PEOPLE}\n", name="Renamed"))

    directory.refresh_from_db()
    assert (PASSWORD in shown, saved.status_code) == (False, 302)
    assert (directory.name, directory.bind_password) == ("Renamed", PASSWORD)


def test_trial_counts_and_shows_people_as_they_would_be(client, ada, slapd):
    directory = make_directory(slapd)
    checks.check_directory(directory.pk, "ticket")

    page = client.get(f"/admin/directory/directory/{directory.pk}/trial/?ticket=ticket").content.decode()

    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "People: 4, of whom may come in: 3. Groups: 2." in words
    assert "paula Paula Petrova paula@corp.example +49 30 1234567 ru Engineer Agent" in words
    assert "timur Timur Aslan timur@corp.example – In no group that gives a role" in words
    assert not DirectoryPerson.objects.exists()


def test_trial_says_its_one_line_in_the_readers_language(client, ada, slapd):
    ada.language = "ru"
    ada.save()
    directory = make_directory(slapd, uris=[f"ldap://localhost:{free_port()}"])
    checks.check_directory(directory.pk, "ticket")

    page = client.get(f"/admin/directory/directory/{directory.pk}/trial/?ticket=ticket").content.decode()

    [line] = re.findall(r'id="fault">✗ (.*?)</p>', page)
    assert "отклоняет соединение" in line


def test_trial_without_the_library_says_how_to_install_it(client, ada, slapd, monkeypatch):
    directory = make_directory(slapd)
    monkeypatch.setattr("helpdesk.accounts.directory.connecting.ldap", None)

    page = client.get(f"/admin/directory/directory/{directory.pk}/trial/").content.decode()

    assert "uv sync --extra ldap" in page


def test_first_run_is_looked_at_then_let_loose(client, ada, slapd):
    directory = make_directory(slapd)
    home = f"/admin/directory/directory/{directory.pk}"

    too_early = client.post(f"{home}/approval/", follow=True).content.decode()
    run_page = client.post(f"{home}/run/", {"dry": "1"})["Location"]
    syncing.work(key=SyncRun.objects.get().pk)
    looked = client.get(run_page).content.decode()
    real_page = client.post(f"{home}/approval/")["Location"]
    waiting = client.get(real_page)
    syncing.work(key=SyncRun.objects.first().pk)

    directory.refresh_from_db()
    assert "Look first what would change" in too_early
    assert ("nothing is changed" in looked, "Do it, and go on by itself" in looked) == (True, True)
    assert waiting["Refresh"] == "2"
    assert directory.approved_at is not None
    assert DirectoryPerson.objects.count() == 3
    assert "Added: <strong>3</strong>" in client.get(real_page).content.decode()


def test_second_run_at_the_same_time_is_refused(client, ada, slapd):
    directory = make_directory(slapd)
    home = f"/admin/directory/directory/{directory.pk}"
    client.post(f"{home}/run/", {"dry": "1"})

    answer = client.post(f"{home}/run/", {"dry": "1"}, follow=True).content.decode()

    assert "is being read just now" in answer
    assert SyncRun.objects.count() == 1


def test_run_that_stopped_is_confirmed_by_its_button(client, ada, own_slapd):
    directory = make_directory(own_slapd)
    client.post(f"/admin/directory/directory/{directory.pk}/run/", {"real": "1"})
    syncing.work(key=SyncRun.objects.get().pk)
    for uid in ("paula", "pavel"):
        own_slapd.modify(f"dn: uid={uid},{PEOPLE}\nchangetype: delete\n")
    client.post(f"/admin/directory/directory/{directory.pk}/run/", {"real": "1"})
    stopped = syncing.work(key=SyncRun.objects.first().pk)
    page = client.get(f"/admin/directory/syncrun/{stopped.pk}/change/").content.decode()

    answer = client.post(f"/admin/directory/syncrun/{stopped.pk}/confirmation/")
    again = syncing.work(key=SyncRun.objects.first().pk)

    assert "Confirm: 2 lose their access" in page
    assert answer["Location"] == f"/admin/directory/syncrun/{again.pk}/change/"
    assert (again.state, again.counts["out"]) == (RunState.DONE, 2)


def test_customer_with_an_address_of_the_directory_is_linked_by_hand_alone(client, ada, slapd):
    directory = make_directory(slapd)
    clara = UserFactory(email="paula@corp.example", role=Role.CUSTOMER, password="her own long sentence")
    client.post(f"/admin/directory/directory/{directory.pk}/run/", {"real": "1"})
    run = syncing.work(key=SyncRun.objects.get().pk)
    [line] = [line for line in run.lines if line["more"]["may_link"]]

    client.post(f"/admin/directory/syncrun/{run.pk}/link/", {"uid": line["more"]["uid"]})

    clara.refresh_from_db()
    assert (DirectoryPerson.objects.get(user=clara).uid, clara.role) == (line["more"]["uid"], Role.CUSTOMER)
    assert not clara.has_usable_password()
    assert Line.objects.about(clara).get(verb="directory_person_linked").actor_id == ada.pk


@pytest.mark.parametrize("uid", ["", "unknown", "x" * 5000])
def test_link_of_an_entry_that_the_run_did_not_name_is_refused(client, ada, slapd, uid):
    run = SyncRun.objects.create(directory=make_directory(slapd), is_dry=True)

    answer = client.post(f"/admin/directory/syncrun/{run.pk}/link/", {"uid": uid}, follow=True)

    assert "There is no single account" in answer.content.decode()
    assert not DirectoryPerson.objects.exists()


def test_emergency_password_is_given_to_an_administrator_by_another_and_to_nobody_else(client, ada, slapd):
    cache.clear()
    directory = make_directory(slapd)
    people = [StaffFactory(role=role) for role in (Role.ADMINISTRATOR, Role.AGENT)]
    for person in people:
        DirectoryPerson.objects.create(directory=directory, user=person, uid=str(person.pk), dn="x")
    new = {"password1": "for the day of the fire", "password2": "for the day of the fire"}

    answers = [client.post(f"/admin/accounts/user/{person.pk}/password/", new).status_code for person in people]

    for person in people:
        person.refresh_from_db()
    assert answers == [302, 422]
    assert [person.has_usable_password() for person in people] == [True, False]
