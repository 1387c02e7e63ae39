"""Attacks D of ATTACKS.md on people, roles, grants and the administration. Those at the API's door are in
test_d_api.py, those of contractors in test_d_contractors.py.

Each test makes what could leak, or be taken, before it looks for it.
"""

import ast
import os
import re
import stat
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.test import Client

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Invitation, User
from helpdesk.core.fields import EncryptedTextField
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tests.access_paths import addresses
from tests.browsers import browser_of, proved
from tests.factories import (
    GrantFactory,
    MailboxFactory,
    MessageFactory,
    OrganisationFactory,
    SavedViewFactory,
    StaffFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
    UserFactory,
)
from tests.test_access_matrix import outcome
from tickets.actions.files import NewFile, store_files
from tickets.enums import MessageKind
from tickets.models import Message, Ticket, TicketLink

ROOT = Path(__file__).parents[2]
ROOMS = ("accounts", "journal", "notifications", "tickets", "mail")
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def clara():
    shop = OrganisationFactory(name="Shop")
    return UserFactory(name="Clara", email="clara@shop.example", role=Role.CUSTOMER_MANAGER, organisation=shop)


@pytest.fixture
def sergei():
    other = OrganisationFactory(name="Stranger Ltd")
    return UserFactory(name="Sergei", email="sergei@stranger.example", role=Role.CUSTOMER_MANAGER, organisation=other)


def all_fields():
    """Every column of a person as an attacker would send it."""
    wanted = {"role": "administrator", "is_auditor": "on", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    return {field.name: "1" for field in User._meta.concrete_fields} | wanted


def rights_of(person):
    return User.objects.filter(pk=person.pk).values("role", "is_auditor", "is_active", "organisation", "password").get()


def test_d01_file_is_asked_of_its_message_by_every_role(clara, sergei):
    """By the desk, the cabinet and the files' address; a note's file is no customer's, not even the requester's."""
    ticket = TicketFactory(requester=clara)
    said, note = MessageFactory(ticket=ticket), MessageFactory(ticket=ticket, kind=MessageKind.NOTE)
    (open_file,), (noted,) = (
        store_files(message=each, files=[NewFile("a.txt", b"c4n4ry", "text/plain")], by=None) for each in (said, note)
    )
    oleg = GrantFactory().contractor
    people = {"anna": StaffFactory(), "clara": clara, "sergei": sergei, "oleg": oleg}

    found = {
        name: [outcome(browser_of(person).get(f"/files/{file.pk}/")) for file in (open_file, noted)]
        for name, person in people.items()
    }

    assert found == {
        "anna": ["200", "200"],
        "clara": ["200", "404"],
        "sergei": ["404", "404"],
        "oleg": ["404", "404"],
    }


def test_d03_keys_of_others_are_not_taken_by_the_forms_of_a_manager(clara, sergei):
    """Every address of the cabinet's people that takes a key, with the keys of strangers and staff."""
    anna, ada = StaffFactory(), StaffFactory(role=Role.ADMINISTRATOR)
    browser = browser_of(sergei)
    before = {person.pk: rights_of(person) for person in (clara, anna, ada)}

    for person in (clara, anna, ada):
        for name, route in addresses():
            if route.startswith("cabinet/people/<int:pk>/"):
                path = "/" + route.replace("<int:pk>", str(person.pk))
                assert browser.post(path, {"role": "customer_manager", "manager": "on"}).status_code in (403, 404), name

    assert {person.pk: rights_of(person) for person in (clara, anna, ada)} == before


def test_d04_no_address_marks_something_as_read_for_strangers():
    """There are no tracking pixels: whatever strangers may ask for without signing in changes nothing."""
    ticket = MessageFactory().ticket
    before = Ticket.objects.filter(pk=ticket.pk).values().get(), Entry.objects.count()

    for _name, route in addresses():
        if "<" not in route and not route.startswith(("api/", "^")):
            Client().get(f"/{route}")

    assert (Ticket.objects.filter(pk=ticket.pk).values().get(), Entry.objects.count()) == before


def test_d05_links_of_a_new_ticket_are_looked_for_among_the_visible():
    oleg = GrantFactory().contractor
    secret = TicketFactory(subject="c4n4ry")
    mine = TicketFactory(team=oleg.grants.get().team)

    page = browser_of(oleg).post(
        f"/desk/tickets/{mine.number}/relations/", {"kind": "related", "number": secret.number}
    )

    assert page.status_code in (404, 422)
    assert "c4n4ry" not in page.content.decode()
    assert not TicketLink.objects.exists()


def test_d06_manager_of_one_organisation_sees_and_changes_nobody_of_another(clara, sergei):
    invitation = Invitation.objects.create(
        organisation=clara.organisation,
        address="new@shop.example",
        invited_by=clara,
        digest="0" * 64,
        expires_at="2027-01-01T00:00Z",
    )
    browser = browser_of(sergei)

    page = browser.get("/cabinet/people/").content.decode()

    assert "Clara" not in page
    assert "new@shop.example" not in page
    for act in ("revocation", "resending"):
        assert browser.post(f"/cabinet/invitations/{invitation.pk}/{act}/").status_code == 404


def test_d07_canned_texts_and_views_of_others_are_nobody_elses():
    anna, timur = StaffFactory(), StaffFactory()
    text, view = TemplateFactory(owner=anna, name="c4n4ry"), SavedViewFactory(owner=anna, name="c4n4ry")
    browser = browser_of(timur)

    for path in (f"/desk/templates/{text.pk}/", f"/desk/views/{view.pk}/"):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"name": "mine", "text_en": "x", "audience": "everybody"}).status_code == 404
    assert "c4n4ry" not in browser.get("/desk/templates/").content.decode()


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CUSTOMER_MANAGER, Role.CONTRACTOR, Role.AGENT, Role.LINE_LEAD])
def test_d08_role_comes_by_no_form_of_ones_own(role):
    """Every address that takes a form is sent every column of a person by themselves, with themselves as the key; those
    of the administration are shut to all of them, as the access matrix shows."""
    ada = StaffFactory(role=Role.ADMINISTRATOR)
    shop = OrganisationFactory()
    person = (UserFactory if "customer" in role else StaffFactory)(role=role, organisation=shop)
    browser, before = browser_of(person), rights_of(person)

    for name, route in addresses():
        if name in ("account_logout", "admin:logout") or route.startswith(("api/", "admin/", "^")):
            continue
        path = re.sub(r"<int:\w+>|<path:object_id>", str(person.pk), route)
        if "<" not in path:
            browser.post(f"/{path}", all_fields() | {"name": "Somebody", "user": person.pk, "person": person.pk})

    assert rights_of(person) == before | {"organisation": before["organisation"]}
    assert rights_of(ada)["role"] == Role.ADMINISTRATOR


def test_d08_role_of_somebody_is_written_by_one_action_alone():
    """Besides it only of who is new (an invitation) or no more (erased)."""
    written = set()
    for room in ("helpdesk", "tickets"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                targets = node.targets if isinstance(node, ast.Assign) else []
                flat = [each for target in targets for each in getattr(target, "elts", [target])]
                if any(isinstance(each, ast.Attribute) and each.attr == "role" for each in flat):
                    written.add(str(path.relative_to(ROOT)))

    assert written == {
        "helpdesk/accounts/actions/roles.py",
        "helpdesk/accounts/actions/erasing.py",
        "helpdesk/accounts/actions/invitations.py",
    }


def test_d08_administrator_gives_themselves_nothing_either(ada):
    StaffFactory(role=Role.ADMINISTRATOR)
    before = rights_of(ada)

    proved(browser_of(ada)).post(
        f"/admin/accounts/user/{ada.pk}/change/", all_fields() | {"role": "agent", "name": "Ada"}
    )

    assert rights_of(ada)["role"] == before["role"]


def test_d09_decision_about_a_role_goes_to_the_other_administrators_as_a_letter(ada):
    StaffFactory(name="Irina", email="irina@helpdesk.example", role=Role.ADMINISTRATOR)
    rule = apps.get_model("accounts", "RoleRule").objects.get(role=Role.CUSTOMER_MANAGER)

    proved(browser_of(ada)).post(f"/admin/accounts/rolerule/{rule.pk}/change/", {"capabilities": ["manage_people"]})

    letter = Delivery.objects.get()
    assert letter.recipient == "irina@helpdesk.example"
    assert letter.content["text"] == "Taken away: See the company's requests."


def test_d09_mailbox_that_sends_elsewhere_now_is_told_to_the_other_administrators(ada):
    StaffFactory(name="Irina", email="irina@helpdesk.example", role=Role.ADMINISTRATOR)
    mailbox = MailboxFactory(out_host="smtp.helpdesk.example")
    page = f"/admin/mail/mailbox/{mailbox.pk}/change/"
    browser = proved(browser_of(ada))
    initial = browser.get(page).context["adminform"].form.initial
    form = {name: value for name, value in initial.items() if value is not None}

    browser.post(page, form | {"out_host": "smtp.evil.example"})

    letter = Delivery.objects.get()
    assert letter.recipient == "irina@helpdesk.example"
    assert "smtp.helpdesk.example → smtp.evil.example" in letter.content["text"]


def test_d09_columns_beyond_the_form_of_a_mailbox_are_not_written(ada):
    """A copy of every mail to somebody else: there is no such column, and what is posted beside the form is lost."""
    mailbox = MailboxFactory()
    fields = {field.name for field in type(mailbox)._meta.get_fields()}

    proved(browser_of(ada)).post(f"/admin/mail/mailbox/{mailbox.pk}/change/", {"auto_bcc": "thief@evil.example"})

    assert not {name for name in fields if "bcc" in name or "copy" in name}


def test_d10_people_by_their_key_are_seen_by_whom_they_concern(clara, sergei):
    oleg = GrantFactory().contractor
    paths = [f"/desk/people/{clara.pk}/", f"/desk/people/{clara.pk}/panels/", f"/desk/people/{clara.pk}/access/"]

    for caller in (sergei, oleg, UserFactory()):
        assert {browser_of(caller).get(path).status_code for path in paths} <= {403, 404}


def test_d11_no_page_of_the_administration_shows_a_secret(ada):
    """What a person or a mailbox keeps secret is in no form, as hash or in clear."""
    clara = UserFactory(password="a long sentence of hers")
    mailbox = MailboxFactory(in_password="c4n4ry-in", out_password="c4n4ry-out")
    browser = proved(browser_of(ada))

    pages = "".join(
        browser.get(path).content.decode()
        for path in (
            f"/admin/accounts/user/{clara.pk}/change/",
            "/admin/accounts/user/",
            f"/admin/mail/mailbox/{mailbox.pk}/change/",
            "/admin/journal/entry/",
        )
    )

    assert "c4n4ry" not in pages
    assert "argon2" not in pages
    assert User.objects.get(pk=clara.pk).password not in pages


def test_d13_no_address_takes_the_name_of_a_kind_of_thing_to_delete():
    """Generic endpoints of the administration are shut to everybody, and nothing registered there can be deleted."""
    ada = StaffFactory(role=Role.ADMINISTRATOR)
    browser, team = proved(browser_of(ada)), TeamFactory()

    assert browser.get("/admin/r/1/1/").status_code == 404
    ours = {model: page for model, page in admin.site._registry.items() if model._meta.app_label in ROOMS}
    for model, page in ours.items():
        action = {"action": "delete_selected", "_selected_action": [str(team.pk)], "post": "yes"}
        browser.post(f"/admin/{model._meta.app_label}/{model._meta.model_name}/", action)
        request = type("Request", (), {"user": ada})()
        assert page.has_delete_permission(request) is False, model
    assert type(team).objects.filter(pk=team.pk).exists()


def test_d14_notes_of_others_are_neither_changed_nor_deleted():
    note = MessageFactory(kind=MessageKind.NOTE, author=StaffFactory(), text="Hers")
    browser = browser_of(StaffFactory(role=Role.LINE_LEAD))

    for path in ("editing", "deletion"):
        assert browser.post(f"/desk/messages/{note.pk}/{path}/", {"body": "Mine"}).status_code == 403

    assert Message.objects.get(pk=note.pk).text == "Hers"


def test_d18_files_are_open_to_the_program_and_its_group_alone():
    before = os.umask(0o022)
    os.umask(before)
    (file,) = store_files(message=MessageFactory(), files=[NewFile("a.txt", os.urandom(16), "text/plain")], by=None)

    mode = stat.S_IMODE(os.stat(file.file.path).st_mode)
    after = os.umask(before)

    assert (mode & 0o137, after) == (0, before)
    assert settings.FILE_UPLOAD_PERMISSIONS == 0o640


def test_d18_nothing_of_ours_changes_the_umask_of_the_process():
    rooms = ("helpdesk", "tickets", "billing", "licensing", "crm_sync", "vpn")
    sources = {path: path.read_text() for room in rooms for path in (ROOT / room).rglob("*.py")}

    assert [str(path.relative_to(ROOT)) for path, text in sources.items() if "umask(" in text] == []


def test_d15_mail_door_answers_with_nothing_but_its_own_few_sentences():
    """What the inlet says is written here whole; only the number under which a mail was stored differs."""
    said = set()
    for path in sorted((ROOT / "tickets" / "mail" / "inlet").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                said.add(ast.unparse(node))
            elif isinstance(node, ast.Constant) and re.match(r"[245]\d\d ", str(node.value)):
                said.add(node.value)

    answers = {each for each in said if re.search(r"\b[245]\d\d [245]\.\d\.\d", each)}
    assert len(answers) > 8
    assert {each for each in answers if "{" in each} == {"f'250 2.0.0 OK, stored as {stored[0].pk}'"}


def test_d17_passwords_of_customers_servers_are_sealed_and_no_page_names_their_columns():
    """What leaves the vault leaves by an action that says so (tests/vpn/hosting); templates never reach for it."""
    sealed = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, EncryptedTextField) and not model._meta.label.endswith("Event")
    }
    secrets = {"hosting.Secret.value", "hosting.TemporaryAccess.given", "vpn.Key.private_key", "vpn.Server.private_key"}

    assert secrets | {"mail.Mailbox.in_password", "mail.Mailbox.out_password"} <= sealed
    named = re.compile(r"\b(?:secret\.value|\w+\.given|\w+\.private_key|\w+\.in_password|\w+\.out_password)\b")
    pages = {path.relative_to(ROOT): path.read_text() for path in (ROOT / "templates").rglob("*.*")}
    assert [str(path) for path, text in pages.items() if named.search(text)] == []
