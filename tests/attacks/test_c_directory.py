"""Attacks on signing in by a directory: C08, C11 and C13 of the list, against a real server."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache

from helpdesk.accounts.directory.actions import runs, syncing
from helpdesk.accounts.directory.connecting import connected
from helpdesk.accounts.directory.models import DirectoryPerson
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from tests.factories import StaffFactory, UserFactory
from tests.peers.slapd import PEOPLE, authority, make_directory, own_slapd, slapd, start_slapd  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.slapd]
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def no_rest():
    cache.clear()


def enter(client, login: str, password: str):
    return client.post(LOGIN, {"login": login, "password": password})


@pytest.fixture
def lenient(start_slapd):  # noqa: F811
    """A server that says yes to a name without a password, as Active Directory does."""
    return start_slapd(extra="allow bind_anon_dn")


@pytest.mark.parametrize("password", ["", "\0", " ", "\0paula-secret"])
def test_c13_sign_in_with_a_password_that_servers_take_for_nobody_is_refused(client, lenient, password):
    make_directory(lenient)

    enter(client, "paula", password)

    assert SESSION_KEY not in client.session
    assert not User.objects.exists()


def test_c13_empty_password_never_reaches_the_server_which_would_say_yes(lenient):
    with connected(make_directory(lenient)) as connection:
        connection._ldap.simple_bind_s(f"uid=paula,{PEOPLE}", "")

        assert not connection.accepts(f"uid=paula,{PEOPLE}", "")


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CUSTOMER_MANAGER, Role.ADMINISTRATOR, Role.AGENT])
@pytest.mark.parametrize("owned", [[], ["corp.example"]])
def test_c11_whoever_writes_somebodys_address_into_the_directory_does_not_become_them(client, slapd, role, owned):  # noqa: F811
    make_directory(slapd, owned_domains=owned)
    here = StaffFactory(email="paula@corp.example", role=role)

    enter(client, "paula", "paula-secret")

    is_meant = role == Role.AGENT and owned
    assert (client.session.get(SESSION_KEY) == str(here.pk)) == bool(is_meant)
    assert DirectoryPerson.objects.exists() == bool(is_meant)


def test_c11_address_that_is_taken_in_the_directory_later_does_not_move_to_the_newcomer(client, own_slapd):  # noqa: F811
    directory = make_directory(own_slapd)
    syncing.work(key=runs.begin(directory=directory, by=None, rings=False).pk)
    own_slapd.modify(f"dn: uid=pavel,{PEOPLE}\nchangetype: modify\nreplace: mail\nmail: paula@corp.example\n")

    enter(client, "pavel", "pavel-secret")

    pavel = User.objects.get(pk=client.session[SESSION_KEY])
    assert (pavel.email, pavel.directory_person.login) == ("pavel@corp.example", "pavel")


def test_c11_address_of_a_customer_is_not_taken_by_a_renamed_colleague(own_slapd):  # noqa: F811
    directory = make_directory(own_slapd)
    syncing.work(key=runs.begin(directory=directory, by=None, rings=False).pk)
    clara = UserFactory(email="clara@shop.example")
    own_slapd.modify(f"dn: uid=pavel,{PEOPLE}\nchangetype: modify\nreplace: mail\nmail: clara@shop.example\n")

    run = syncing.work(key=runs.begin(directory=directory, by=None, rings=False).pk)

    clara.refresh_from_db()
    assert (clara.email, list(clara.contact_points.values_list("value", flat=True))) == (
        "clara@shop.example",
        ["clara@shop.example"],
    )
    assert any("clara@shop.example" in line["text"] for line in run.lines)


def test_c08_session_of_somebody_disabled_in_the_directory_ends_with_the_next_look(client, own_slapd):  # noqa: F811
    StaffFactory(role=Role.ADMINISTRATOR)
    directory = make_directory(own_slapd)
    syncing.work(key=runs.begin(directory=directory, by=None, rings=False).pk)
    enter(client, "paula", "paula-secret")
    inside = client.get("/desk/tickets/").status_code
    own_slapd.modify(
        f"dn: uid=paula,{PEOPLE}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    )
    directory.refresh_from_db()

    syncing.work(key=runs.begin(directory=directory, by=None, scope="changes", rings=False).pk)

    assert (inside, client.get("/desk/tickets/").status_code) == (200, 302)
    own_slapd.modify(f"dn: uid=paula,{PEOPLE}\nchangetype: modify\ndelete: pwdAccountLockedTime\n")
    directory.refresh_from_db()
    syncing.work(key=runs.begin(directory=directory, by=None, scope="changes", rings=False).pk)
    assert client.get("/desk/tickets/").status_code == 302
