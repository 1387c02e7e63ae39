"""Archives that are mailed to an administrator, where the company wants it so; and keys that are there already."""

import email
import io
import json
import subprocess
import tarfile

import pytest

from helpdesk.core.errors import Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import SEALED, Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from tests.browsers import browser_of, proved
from vpn.actions.issuing import issue_key
from vpn.actions.revoking import block_key, unblock_key

pytestmark = pytest.mark.django_db
PASSWORD = "told by telephone"


def issued(server, ada, anna, **archive):
    for name, value in archive.items():
        setattr(server.authority, name, value)
    server.authority.save()
    return issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)


def mailed():
    """The archive's row, and the file that its letter carries."""
    row = Delivery.objects.get(recipient="boss@helpdesk.example")
    row.message_id = "1@helpdesk.example"
    letter = email.message_from_bytes(composers[Purpose.VPN_KEY]([row]).content)
    (part,) = [each for each in letter.walk() if each.get_filename()]
    return row, part.get_filename(), part.get_payload(decode=True)


def test_archive_when_nobody_wants_it_mailed_then_the_person_alone_has_a_letter(server, ada, anna):
    issued(server, ada, anna)

    assert [row.recipient for row in Delivery.objects.filter(purpose=Purpose.VPN_KEY)] == ["anna@helpdesk.example"]


def test_archive_when_the_company_wants_it_then_it_is_mailed_sealed_in_the_outbox_and_wiped_afterwards(
    server, ada, anna
):
    key = issued(server, ada, anna, archive_to="boss@helpdesk.example")

    row, name, content = mailed()

    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        kept = tar.extractfile("anna-laptop/anna-laptop.key").read().decode()
    assert (name, kept) == ("anna-laptop.tar.gz", key.private_key)
    assert "PRIVATE KEY" not in json.dumps(row.content)
    assert Purpose(row.purpose) in SEALED  # such rows are emptied as soon as the letter is out or given up
    assert Entry.objects.get(verb="vpn_archive_mailed").facts["address"] == "boss@helpdesk.example"


def test_archive_when_it_has_a_password_then_it_opens_by_that_alone(server, ada, anna, tmp_path):
    issued(server, ada, anna, archive_to="boss@helpdesk.example", archive_password=PASSWORD)

    _row, name, content = mailed()

    (tmp_path / name).write_bytes(content)
    opened = {
        password: subprocess.run(["7zz", "t", f"-p{password}", tmp_path / name], capture_output=True, check=False)
        for password in (PASSWORD, "guessed by somebody")
    }
    assert name == "anna-laptop.zip"
    assert [each.returncode for each in opened.values()] == [0, 2]
    assert PASSWORD.encode() not in content


def test_password_of_archives_when_it_is_short_then_the_page_says_how_long_it_is(server, ada):
    authority = server.authority
    sent = {"name": authority.name, "slug": authority.slug, "key_type": "ec", "signer": "socket", "client_days": 397}
    sent |= {"socket_path": authority.socket_path, "root_pem": authority.root_pem, "is_active": "on"}
    sent |= {"issuing_pem": authority.issuing_pem, "archive_to": "boss@helpdesk.example", "archive_password": "short"}

    answer = proved(browser_of(ada)).post(f"/admin/vpn/authority/{authority.pk}/change/", sent)

    assert "at least 12 characters" in answer.content.decode()
    authority.refresh_from_db()
    assert authority.archive_password == ""


def test_code_when_a_profile_is_too_long_for_one_then_it_is_not_offered(server, phones, ada, anna):
    browser = proved(browser_of(ada))
    long = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)
    short = issue_key(person=anna, login="anna", device="phone", servers=[phones], by=ada)

    pages = [browser.get(f"/admin/vpn/key/{key.pk}/bundle/").content.decode() for key in (long, short)]

    assert ['value="qr"' in page for page in pages] == [False, True]
    assert all('value="profile"' in page for page in pages)


def test_key_when_it_is_blocked_then_asking_for_it_again_says_so(server, ada, anna):
    asked = {"person": anna, "login": "anna", "device": "laptop", "servers": [server], "by": ada}
    key = issue_key(**asked)
    block_key(key=key, by=ada, why="lost")

    with pytest.raises(Refused, match="is blocked"):
        issue_key(**asked)

    key.refresh_from_db()
    unblock_key(key=key, by=ada)
    assert issue_key(**asked) == key
