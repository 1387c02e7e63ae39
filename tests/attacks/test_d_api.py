"""Attacks D of ATTACKS.md at the API's door: other people's things, by id, by filter, by field.

Each test makes what could leak before it looks for it.
"""

import json
from uuid import uuid4

import pytest
from django.test import Client

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ApiToken, User
from tests.browsers import browser_of
from tests.factories import MessageFactory, OrganisationFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.programs import Program, problem_of
from tickets.actions.files import NewFile, store_files
from tickets.enums import MessageKind
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
