"""One's own settings by API, as the person's page has them."""

import pytest

from helpdesk.accounts.enums import MailTopic, Role, Theme
from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory, UserFactory
from tests.programs import Program, problem_of

pytestmark = pytest.mark.django_db

CHOSEN = {"name": "Anna Berg", "language": "ru", "time_zone": "Europe/Berlin", "theme": "dark"}
WORDS = {"signature": "Anna, **line 1**", "newest_first": True}


@pytest.fixture
def anna():
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


@pytest.fixture
def clara():
    return UserFactory(name="Clara", email="clara@shop.example")


def patch(who, document, *, scopes=None, **headers):
    program = who if isinstance(who, Program) else Program(who, scopes=scopes)
    return program.patch("/api/v1/me/", document, content_type="application/json", headers=headers)


def kept(person, *names):
    return User.objects.values(*names).get(pk=person.pk)


def test_own_settings_have_exactly_the_described_fields(clara):
    assert Program(clara, scopes=["profile"]).get("/api/v1/me/").json() == {
        "id": clara.pk,
        "name": "Clara",
        "email": "clara@shop.example",
        "role": "customer",
        "capabilities": ["enter_cabinet"],
        "organisation": None,
        "language": "",
        "time_zone": "",
        "theme": "system",
        "signature": "",
        "newest_first": False,
        "mail_topics": ["own", "followed", "surveys"],
        "access": {"name": "t", "scopes": ["profile"], "expires_at": None},
    }


def test_all_that_staff_set_on_their_page_is_set_and_told(anna):
    answer = patch(anna, CHOSEN | WORDS)

    assert answer.status_code == 200
    assert answer.json().items() >= (CHOSEN | WORDS).items()
    assert kept(anna, *CHOSEN, *WORDS) == CHOSEN | WORDS
    [entry] = Entry.objects.about(anna).filter(verb="personal_settings_changed")
    assert (entry.actor_id, entry.facts["after"]) == (anna.pk, CHOSEN | WORDS)


def test_all_that_customers_set_on_their_page_is_set_and_told(clara):
    answer = patch(clara, CHOSEN | {"mail_topics": ["surveys", "own"]})

    assert answer.json().items() >= (CHOSEN | {"mail_topics": ["own", "surveys"]}).items()
    assert kept(clara, "name", "mail_topics") == {"name": "Anna Berg", "mail_topics": ["own", "surveys"]}


def test_what_is_left_out_or_null_stays_and_an_empty_document_changes_nothing(anna):
    patch(anna, CHOSEN | WORDS)

    assert patch(anna, {"theme": "light", "name": None}).status_code == 200
    assert patch(anna, {}).status_code == 200

    assert kept(anna, *CHOSEN, *WORDS) == CHOSEN | WORDS | {"theme": "light"}
    assert Entry.objects.about(anna).filter(verb="personal_settings_changed").count() == 2


def test_signs_that_change_how_words_are_read_are_not_of_a_name(anna):
    assert patch(anna, {"name": "Anna\u202egnuj"}).json()["name"] == "Annagnuj"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": " "},
        {"name": "\u202e"},
        {"name": "x" * 201},
        {"language": "tlh"},
        {"time_zone": "Mars/Olympus"},
        {"theme": "pink"},
        {"signature": "x" * 2001},
        {"mail_topics": ["spam"]},
        {"role": "administrator"},
        {"email": "ada@helpdesk.example"},
        {"organisation": 1},
        {"id": 1},
    ],
    ids=str,
)
def test_what_there_is_not_or_is_not_for_them_is_refused_and_nothing_kept(clara, wrong):
    before = User.objects.filter(pk=clara.pk).values().get()

    assert problem_of(patch(clara, {"language": "ru"} | wrong))["status"] == 422

    assert User.objects.filter(pk=clara.pk).values().get() == before


@pytest.mark.parametrize(
    ("role", "wrong"),
    [
        (Role.CUSTOMER, {"signature": "Clara"}),
        (Role.CUSTOMER_MANAGER, {"newest_first": True}),
        (Role.AGENT, {"mail_topics": ["own"]}),
    ],
)
def test_what_their_page_does_not_have_is_not_theirs_and_nothing_is_kept(role, wrong):
    person = StaffFactory(name="Nina", role=role)

    assert problem_of(patch(person, {"language": "ru"} | wrong))["status"] == 403

    assert kept(person, "language", "signature", "newest_first") == {
        "language": "",
        "signature": "",
        "newest_first": False,
    }


@pytest.mark.parametrize(
    ("scopes", "status"), [(["profile:write"], 200), (["write"], 200), (["profile"], 403), (["read"], 403)]
)
def test_program_changes_them_with_the_scope_alone(anna, scopes, status):
    assert patch(anna, {"theme": "dark"}, scopes=scopes).status_code == status
    assert kept(anna, "theme") == {"theme": "dark" if status == 200 else "system"}


def test_change_of_another_edition_is_refused_and_of_this_one_made(anna):
    program = Program(anna)
    read = program.get("/api/v1/me/")["ETag"]
    first = patch(program, {"theme": "dark"}, **{"If-Match": read})

    late = patch(program, {"theme": "light"}, **{"If-Match": read})

    assert (first.status_code, late.status_code) == (200, 412)
    assert kept(anna, "theme") == {"theme": "dark"}
    assert patch(program, {"theme": "light"}, **{"If-Match": first["ETag"]}).status_code == 200


def test_description_names_what_can_be_chosen(client):
    described = client.get("/api/v1/openapi.json").json()["components"]["schemas"]

    assert described["Theme"]["enum"] == Theme.values
    assert described["MailTopic"]["enum"] == MailTopic.values
