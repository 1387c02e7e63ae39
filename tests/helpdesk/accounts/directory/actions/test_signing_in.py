"""A person of the directory at the ordinary sign-in form."""

import time

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache

from helpdesk.accounts.directory.actions import runs, syncing
from helpdesk.accounts.directory.models import DirectoryPerson
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry as Line
from tests.factories import StaffFactory, UserFactory
from tests.peers.slapd import GROUPS, PEOPLE, company, make_directory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
WRONG = "do not go together"


@pytest.fixture(autouse=True)
def no_rest():
    """A directory that was away in one test isn't resting in the next."""
    cache.clear()


def sign_in(client, login: str, password: str):
    return client.post(LOGIN, {"login": login, "password": password})


def who(client) -> User | None:
    key = client.session.get(SESSION_KEY)
    return User.objects.get(pk=key) if key else None


@pytest.mark.parametrize("typed", ["paula", "PAULA", "paula@corp.example", " paula "])
def test_person_signs_in_by_login_name_or_address_and_is_added_on_the_way(client, slapd, typed):
    make_directory(slapd)

    response = sign_in(client, typed, "paula-secret")

    paula = who(client)
    assert (response.status_code, paula.email, paula.role) == (302, "paula@corp.example", Role.AGENT)
    assert next(line.verb for line in Line.objects.about(paula)) == "directory_person_added"
    assert client.get("/desk/tickets/").status_code == 200


def test_person_signs_in_over_ldaps(client, slapd, authority):
    make_directory(slapd, security="tls", uris=[slapd.tls_uri], ca_certificate=authority.pem)

    sign_in(client, "paula", "paula-secret")

    assert who(client).name == "Paula Petrova"


def test_known_person_is_brought_up_to_date_on_the_way(client, own_slapd):
    directory = make_directory(own_slapd)
    syncing.work(key=runs.begin(directory=directory, by=None, rings=False).pk)
    own_slapd.modify(f"dn: cn=leads,{GROUPS}\nchangetype: modify\nadd: member\nmember: uid=paula,{PEOPLE}\n")

    sign_in(client, "paula", "paula-secret")

    assert who(client).role == Role.LINE_LEAD
    assert DirectoryPerson.objects.count() == 3


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("paula", "wrong"),
        ("paula", "pavel-secret"),
        ("nobody", "paula-secret"),
        ("*", "paula-secret"),
        ("paula)(uid=*", "paula-secret"),
        ("p*", "paula-secret"),
        (f"uid=paula,{PEOPLE}", "paula-secret"),
        ("timur", "timur-secret"),
    ],
)
def test_whoever_is_not_meant_gets_the_same_one_line(client, slapd, login, password):
    make_directory(slapd)

    response = sign_in(client, login, password)

    assert (response.status_code, who(client)) == (422, None)
    assert WRONG in response.content.decode()
    assert not User.objects.exists()


def test_name_that_two_entries_have_lets_nobody_in(client, start_slapd):
    entries = company()
    entries[5].values["mail"] = ["paula@corp.example"]
    make_directory(start_slapd(entries))

    sign_in(client, "paula@corp.example", "paula-secret")

    assert who(client) is None


def test_disabled_person_is_refused_with_the_right_password(client, own_slapd):
    make_directory(own_slapd)
    own_slapd.modify(
        f"dn: uid=paula,{PEOPLE}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    )

    sign_in(client, "paula", "paula-secret")

    assert who(client) is None


def test_inactive_directory_is_not_asked(client, slapd):
    make_directory(slapd, is_active=False)

    response = sign_in(client, "paula@corp.example", "paula-secret")

    assert (response.status_code, who(client)) == (422, None)


def test_address_of_an_account_that_is_here_is_told_after_the_right_password_alone(client, slapd):
    make_directory(slapd)
    UserFactory(email="paula@corp.example", role=Role.CUSTOMER)

    right = sign_in(client, "paula", "paula-secret").content.decode()
    wrong = sign_in(client, "paula", "wrong").content.decode()

    assert ("already" in right, "already" in wrong, WRONG in wrong, who(client)) == (True, False, True, None)


def test_silent_directory_is_said_in_seconds_and_local_passwords_work_at_once(client, own_slapd, caplog):
    make_directory(own_slapd, timeout_seconds=1)
    StaffFactory(email="anna@helpdesk.example", password="a long sentence of hers")

    with own_slapd.standing_still():
        began = time.monotonic()
        response = sign_in(client, "paula", "paula-secret")
        waited = time.monotonic() - began
        again = sign_in(client, "paula", "paula-secret")
        sign_in(client, "anna@helpdesk.example", "a long sentence of hers")

    assert "“Corp” does not answer just now" in response.content.decode()
    assert "“Corp” does not answer just now" in again.content.decode()
    assert who(client).email == "anna@helpdesk.example"
    assert waited < 10
    assert [record.msg["fault"] for record in caplog.records] == ["timed_out", "busy"]  # nobody waits for it again


def test_directory_person_has_no_local_password_and_cannot_set_one(client, slapd):
    make_directory(slapd)
    sign_in(client, "paula", "paula-secret")

    response = client.post("/accounts/password/", {"current": "paula-secret", "new": "another long sentence"})

    assert response.status_code in (403, 422)
    assert not who(client).has_usable_password()


NO_ADDRESS = "employeeNumber"
"""An attribute that nobody there has."""


@pytest.mark.parametrize("attribute", [NO_ADDRESS, "mail"], ids=["without_an_address", "with_an_address"])
def test_person_proves_themselves_again_by_the_password_of_the_directory(client, slapd, attribute):
    make_directory(slapd, email_attribute=attribute)
    sign_in(client, "paula", "paula-secret")
    session = client.session
    session["proof"] |= {"at": 0}
    session.save()

    page = client.get("/accounts/proof/").content.decode()
    wrong = client.post("/accounts/proof/", {"password": "pavel-secret"})
    stale = client.get("/accounts/security/authenticator/").status_code
    right = client.post("/accounts/proof/", {"password": "paula-secret", "next": "/accounts/security/"})

    assert (who(client).email or "") == ("" if attribute == NO_ADDRESS else "paula@corp.example")
    assert 'name="username" value="paula"' in page
    assert (wrong.status_code, stale) == (422, 303)
    assert (right.status_code, right["Location"]) == (303, "/accounts/security/")
    assert client.get("/accounts/security/authenticator/").status_code == 200


def test_password_of_a_colleague_with_the_same_name_elsewhere_proves_nothing(client, slapd, start_slapd):
    make_directory(slapd)
    sign_in(client, "paula", "paula-secret")
    other = company()
    [paula] = [entry for entry in other if entry.dn.startswith("uid=paula,")]
    paula.values["userPassword"] = ["another-secret"]
    make_directory(start_slapd(other), name="Other", email_attribute=NO_ADDRESS)

    answer = client.post("/accounts/proof/", {"password": "another-secret"})

    assert answer.status_code == 422
    assert User.objects.count() == 2  # they would have come in, as somebody else
