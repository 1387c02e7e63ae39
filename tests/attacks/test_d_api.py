"""Attacks D of ATTACKS.md at the API's door: other people's things, by id, by filter, by field.

Each test makes what could leak before it looks for it.
"""

import json
import re
from uuid import uuid4

import pytest
from django.test import Client

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ApiToken, Note, User
from helpdesk.accounts.scopes import Scope
from helpdesk.api import api
from tests.browsers import browser_of
from tests.database import refusing_writes
from tests.factories import (
    GrantFactory,
    MessageFactory,
    OrganisationFactory,
    StaffFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
    UserFactory,
)
from tests.programs import Program, problem_of
from tickets.actions.files import NewFile, store_files
from tickets.enums import Audience, MessageKind
from tickets.models import Message, Ticket


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara", email="clara@shop.example", organisation=OrganisationFactory(name="Shop"))


@pytest.fixture
def sergei(db):
    return UserFactory(name="Sergei", role=Role.CUSTOMER_MANAGER, organisation=OrganisationFactory(name="Stranger Ltd"))


@pytest.fixture
def secret(clara):
    """Clara's message with a file whose content nobody else may have."""
    message = MessageFactory(ticket=TicketFactory(requester=clara, subject="c4n4ry subject"), text="c4n4ry text")
    (file,) = store_files(message=message, files=[NewFile("c4n4ry.txt", b"c4n4ry bytes", "text/plain")], by=None)
    return file


def test_d01_file_needs_the_right_to_its_message_whatever_its_id(secret, sergei):
    stranger = Program(sergei)

    for pk in (secret.pk, uuid4()):
        problem = problem_of(stranger.get(f"/api/v1/attachments/{pk}/content/"))
        assert problem["detail"] == "There is no such thing for you."
    for pk in ("1", "0", "../1", secret.sha256):
        assert stranger.get(f"/api/v1/attachments/{pk}/content/").status_code in (404, 422)


def test_d01_upload_that_no_message_took_is_its_uploaders_alone(secret, clara):
    secret.message, secret.uploaded_by = None, clara
    secret.save()

    path = f"/api/v1/attachments/{secret.pk}/content/"

    assert b"".join(Program(clara).get(path).streaming_content) == b"c4n4ry bytes"
    assert Program(StaffFactory()).get(path).status_code == 404


def test_d02_files_lie_at_no_address_of_their_own(secret, clara):
    name = secret.file.name

    for address in (f"/media/{name}", f"/files/{name}", f"/static/{name}", f"/static/../files/{name}", f"/{name}"):
        for caller in (Client(), browser_of(clara)):
            response = caller.get(address, follow=True)
            assert b"c4n4ry" not in b"".join(response), address


def test_d06_token_of_one_organisation_reads_and_writes_nothing_of_another(secret, sergei):
    stranger, number = Program(sergei), secret.message.ticket.number
    read = [
        "tickets/",
        "tickets/?q=c4n4ry",
        "tickets/?requester=clara@shop.example",
        f"tickets/?requester={secret.message.author_id}",
        f"tickets/{number}/",
        f"tickets/{number}/messages/",
        "search/?q=c4n4ry",
        "customers/",
        "customers/?q=Clara",
        "customers/?email=clara@shop.example",
        "organisations/?q=Shop",
        "raw-mails/",
    ]

    for path in read:
        text = stranger.get(f"/api/v1/{path}").content.decode()
        assert "c4n4ry" not in text, path
        assert "Clara" not in text, path
    for path in ("replies", "notes"):
        assert stranger.post_json(f"/api/v1/tickets/{number}/{path}/", {"text": "in"}).status_code == 404
    assert Message.objects.count() == 1


def test_d06_contractor_without_a_grant_reads_nothing(secret):
    oleg = Program(StaffFactory(role=Role.CONTRACTOR))

    lists = ("tickets/", "search/?q=c4n4ry", "customers/", "organisations/")

    assert [oleg.get(f"/api/v1/{path}").json()["items"] for path in lists] == [[], [], [], []]


def test_d09_every_field_of_the_models_is_posted_and_only_the_described_are_taken(clara):
    """Unknown keys are an error, so nothing is silently passed over either."""
    caller, ticket = Program(clara), TicketFactory(requester=clara)
    for model, path in ((Ticket, "tickets/"), (Message, f"tickets/{ticket.number}/replies/")):
        known = {"subject", "text"} if model is Ticket else {"text"}
        for field in {field.name for field in model._meta.get_fields()} - known:
            document = dict.fromkeys(known, "x") | {field: "1"}

            response = caller.post_json(f"/api/v1/{path}", document)

            assert problem_of(response)["status"] == 422, (path, field)
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 0)


def test_d03_ids_in_what_is_posted_are_resolved_among_the_visible(clara, sergei):
    TeamFactory(pk=77)
    stranger_of_contractor = Program(StaffFactory(role=Role.CONTRACTOR))

    asked = [
        (Program(sergei), {"requester": clara.pk}),
        (Program(sergei), {"team": 77}),
        (stranger_of_contractor, {"requester": clara.pk}),
        (Program(StaffFactory()), {"requester": StaffFactory().pk}),
        (Program(StaffFactory()), {"requester": 2**62}),
    ]

    for caller, extra in asked:
        status = caller.post_json("/api/v1/tickets/", {"subject": "x", "text": "x"} | extra).status_code
        assert status in (403, 422), extra
    assert not Ticket.objects.exists()


def test_d11_no_answer_holds_a_secret_of_anybody(secret, clara):
    anna = StaffFactory(password="correct horse battery", notes="n0tes", signature="s1gnature")
    User.objects.filter(pk=clara.pk).update(notes="n0tes", signature="s1gnature")
    MessageFactory(ticket=secret.message.ticket, kind=MessageKind.REPLY, author=anna, flags={"k": "fl4gs"})
    caller = Program(StaffFactory(role=Role.ADMINISTRATOR))
    hidden = ["n0tes", "s1gnature", "fl4gs", anna.password, *ApiToken.objects.values_list("digest", flat=True)]

    for path in ("tickets/", f"tickets/{secret.message.ticket.number}/messages/", "customers/", "organisations/"):
        text = caller.get(f"/api/v1/{path}").content.decode()
        assert [each for each in hidden if each in text] == [], path


def test_d11_reading_changes_nothing_of_a_token(clara):
    caller = Program(clara)
    before = list(ApiToken.objects.values())

    for _ in range(2):
        caller.get("/api/v1/tickets/")

    assert list(ApiToken.objects.values()) == before


def test_d12_cursor_of_somebody_else_opens_nothing(secret, clara, sergei):
    for _ in range(2):
        TicketFactory(requester=clara)
    hers = Program(clara).get("/api/v1/tickets/?limit=1").json()["next"]

    page = Program(sergei).get("/api/v1/tickets/", {"cursor": hers}).json()

    assert page == {"items": [], "next": None}


def test_c08_token_ends_with_its_owner(clara):
    caller = Program(clara)
    clara.is_active = False
    clara.save()

    assert json.loads(caller.get("/api/v1/tickets/").content)["status"] == 401


def test_d03_every_id_that_is_posted_or_put_is_resolved_among_the_visible(clara, sergei):
    """The ids are Clara's and her agents'; a contractor and a stranger name them."""
    anna, team, hers = StaffFactory(name="Anna"), TeamFactory(), TicketFactory(requester=clara)
    oleg = StaffFactory(role=Role.CONTRACTOR)
    granted = TicketFactory(team=GrantFactory(contractor=oleg).team)
    contractor, own = Program(oleg), TicketFactory(requester=sergei)
    asked = [
        ("put", contractor, f"tickets/{granted.number}/team/", {"team": team.pk}),
        ("put", contractor, f"tickets/{granted.number}/assignment/", {"assignee": anna.pk}),
        ("post", contractor, f"tickets/{granted.number}/links/", {"ticket": hers.number, "kind": "related"}),
        ("post", contractor, f"tickets/{granted.number}/merging/", {"into": hers.number}),
        ("post", contractor, f"tickets/{granted.number}/watchers/", {"person": anna.pk}),
        ("post", Program(sergei), f"tickets/{own.number}/links/", {"ticket": hers.number, "kind": "related"}),
        ("post", Program(sergei), f"tickets/{hers.number}/closure/", {}),
        ("patch", Program(sergei), f"customers/{clara.pk}/", {"name": "Mine"}),
        ("patch", contractor, f"customers/{clara.pk}/", {"organisation": 1}),
        ("post", contractor, f"customers/{clara.pk}/notes/", {"text": "x"}),
    ]

    for method, caller, path, document in asked:
        response = getattr(caller, method)(f"/api/v1/{path}", json.dumps(document), content_type="application/json")
        assert problem_of(response)["status"] in (403, 404, 422), path
    granted.refresh_from_db()
    assert (granted.team_id, granted.assignee_id, granted.merged_into_id) == (granted.team_id, None, None)
    assert not Note.objects.exists()


def test_d05_values_inside_of_values_are_checked_as_those_outside(clara):
    caller, strange = Program(clara), StaffFactory()
    (file,) = store_files(message=None, files=[NewFile("c4n4ry.txt", b"c4n4ry", "text/plain")], by=strange)
    for extra in ({"files": [str(file.pk)]}, {"fields": {"team": 1}}, {"category": "for staff"}):
        response = caller.post_json("/api/v1/tickets/", {"subject": "x", "text": "x"} | extra)
        assert problem_of(response)["status"] == 422, extra
    assert not Ticket.objects.exists()


def test_d07_templates_of_others_are_not_listed(secret):
    anna, boris = StaffFactory(name="Anna"), StaffFactory(name="Boris")
    TemplateFactory(owner=boris, name="c4n4ry private")
    TemplateFactory(owner=boris, name="c4n4ry team", audience=Audience.TEAM, team=TeamFactory())
    TemplateFactory(owner=boris, name="for all", audience=Audience.EVERYBODY)

    found = [each["name"] for each in Program(anna).get("/api/v1/templates/").json()["items"]]

    assert found == ["for all"]
    assert Program(StaffFactory(role=Role.CONTRACTOR)).get("/api/v1/templates/").json()["items"] == []


def test_d10_customers_are_asked_for_by_id_only_where_they_are_seen(clara, sergei):
    for path in (f"customers/{clara.pk}/", f"organisations/{clara.organisation_id}/"):
        assert Program(sergei).get(f"/api/v1/{path}").status_code == 404
        assert Program(clara).get(f"/api/v1/{path}").status_code == 200


def test_d11_no_get_writes_whatever_it_is_asked(secret, clara):
    schema = api.get_openapi_schema()
    caller = Program(StaffFactory(role=Role.ADMINISTRATOR), scopes=Scope.values)
    ids = {"number": secret.message.ticket.number, "pk": clara.pk, "person": clara.pk, "point": 1, "event": 1}

    with refusing_writes():
        for path, operations in schema["paths"].items():
            if "get" in operations:
                key = str(secret.pk) if "attachments" in path else None
                address = path.format(**{name: key or value for name, value in ids.items()})
                response = caller.get(address)
                for close in response._resource_closers:  # response.close() would end the test's transaction
                    close()
                assert response.status_code < 500, path


def test_d12_search_and_lists_tell_nothing_of_what_is_not_seen(secret, sergei):
    """Neither by what is found nor by how much."""
    stranger, contractor = Program(sergei), Program(StaffFactory(role=Role.CONTRACTOR))
    for path in ("search/?q=c4n4ry", "tickets/?q=c4n4ry", "customers/?q=Clara", "organisations/?q=Shop"):
        for caller in (stranger, contractor):
            told = caller.get(f"/api/v1/{path}").json()
            assert (told["items"], any(told.values())) == ([], False), path


def test_d13_no_address_takes_a_kind_of_thing_from_whoever_asks():
    paths = api.get_openapi_schema()["paths"]
    names = {part for path in paths for part in re.findall(r"{(\w+)}", path)}

    assert names == {"number", "pk", "person", "point", "event"}


def test_d15_refusals_say_nothing_of_the_inside(clara):
    caller = Program(clara)
    hostile = ["{", "[]", "null", '"x"', '{"text": {}}', '{"subject": 1, "text": []}', "\x00", "1e999999"]

    for body in hostile:
        response = caller.post("/api/v1/tickets/", body, content_type="application/json")
        text = response.content.decode()
        assert problem_of(response)["status"] in (400, 422), body
        assert not any(word in text for word in ("Traceback", "pydantic", "psycopg", ".py", "SELECT")), text


def test_c17_no_other_site_may_read_an_answer_whoever_is_signed_in(clara):
    browser, program = browser_of(clara), Program(clara)
    origin = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}

    for caller in (browser, program):
        for answer in (
            caller.get("/api/v1/tickets/", headers=origin),
            caller.options("/api/v1/tickets/", headers=origin),
            caller.get("/api/v1/openapi.json", headers=origin),
        ):
            assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert browser.get("/api/v1/tickets/", headers=origin).status_code == 401


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_c19_body_that_a_form_of_another_site_could_send_is_not_taken(clara, content_type):
    response = Program(clara).post("/api/v1/tickets/", '{"subject": "x", "text": "x"}', content_type=content_type)

    assert problem_of(response)["status"] == 415
    assert not Ticket.objects.exists()


def test_f16_body_over_the_limit_is_refused_before_it_is_read(clara, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = Program(clara).post_json("/api/v1/tickets/", {"subject": "x", "text": "x" * 1000})

    assert problem_of(response)["status"] == 413
