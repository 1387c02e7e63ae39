"""What an auditor asks: is every step of a key in the journal, in both languages and in its file; is what was handed
out gone from every column of every table; were people told."""

import base64
import csv
import io
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.core.fields import unseal
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.sending import send_all_due
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory
from tests.peers.outbox import kept_connections, peer
from vpn.actions import downloading, importing, renewing, requesting, revoking
from vpn.actions.issuing import issue_key
from vpn.actions.linking import end_overdue
from vpn.enums import BundleFormat, Reason
from vpn.models import DownloadLink, Key
from vpn.pki.easyrsa import EasyRsaPki, Issued, State
from vpn.pki.revocation_lists import Reason as Why

__all__ = ["kept_connections", "peer"]
pytestmark = pytest.mark.django_db


def everywhere(*needles: str) -> dict[str, list[str]]:
    """In which tables each of these stands, in whatever column; histories, the outbox and sessions among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found: dict[str, list[str]] = {needle: [] for needle in needles}
        for table in tables:
            for needle in needles:
                cursor.execute(
                    f"SELECT EXISTS (SELECT 1 FROM {table} t WHERE strpos(to_jsonb(t)::text, %s) > 0)",
                    [needle],
                )
                if cursor.fetchone()[0]:
                    found[needle].append(table)
    return found


def column(key: Key, name: str) -> str:
    """As it lies in the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM vpn_key WHERE id = %s", [key.pk])
        return cursor.fetchone()[0]


def pieces(pem: str) -> list[str]:
    """What of a key would betray it, plain or in base64 once more."""
    inner = pem.splitlines()[1][:40] if "BEGIN" in pem else pem[:40]
    return [inner, base64.b64encode(pem.encode()).decode()[:60]]


def test_key_from_request_to_revocation_when_it_is_audited_then_each_step_has_serial_and_fingerprint(ada, anna, server):
    wanted = requesting.ask(person=anna, server=server, device_name="laptop", reason="Travel", by=anna)
    requesting.approve(request=wanted, by=ada)
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada, request=wanted)
    downloading.take(key=key, wanted=BundleFormat.PROFILE, by=ada)
    revoking.revoke_key(key=key, reason=Reason.KEY_COMPROMISE, by=ada)

    steps = list(Entry.objects.filter(verb__startswith="vpn_").order_by("pk").values_list("verb", flat=True))
    assert [step for step in steps if step != "vpn_list_published"] == [
        *("vpn_key_requested", "vpn_request_approved", "vpn_key_issued", "vpn_request_answered"),
        *("vpn_key_downloaded", "vpn_key_revoked"),
    ]
    with_key = Entry.objects.filter(
        verb__in=["vpn_key_issued", "vpn_request_answered", "vpn_key_downloaded", "vpn_key_revoked"]
    )
    assert {(each.facts["serial"], each.facts["fingerprint"]) for each in with_key} == {(key.serial, key.fingerprint)}
    assert with_key.count() == 4


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["asked for a VPN key", "approved a request", "issued a VPN key", "took a VPN key", "revoked a VPN key"],
        ),
        ("ru", ["запрос", "VPN"]),
    ],
)
def test_journal_when_an_auditor_takes_it_along_then_the_keys_stand_in_it_in_their_language(
    ada, anna, server, language, words
):
    wanted = requesting.ask(person=anna, server=server, device_name="laptop", reason="=HYPERLINK(1)", by=anna)
    requesting.approve(request=wanted, by=ada)
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada, request=wanted)
    downloading.take(key=key, wanted=BundleFormat.PROFILE, by=ada)
    revoking.revoke_key(key=key, reason=Reason.KEY_COMPROMISE, by=ada)
    boss = StaffFactory(role=Role.ADMINISTRATOR, language=language)
    auditor = proved(browser_of(boss))

    page = unescape(auditor.get(reverse("desk:journal")).content.decode())
    taken = auditor.post(reverse("desk:journal_csv"))

    text = taken.content.decode("utf-8-sig")
    for each in (page, text):
        assert key.serial in each
        assert key.fingerprint in each
        assert [word for word in words if word not in each] == []
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_private_key_when_it_was_handed_out_then_no_column_of_any_table_holds_it(ada, anna, server):
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)
    sealed = [column(key, "private_key"), column(key, "tls_client_key")]
    assert all(sealed)
    needles = [*sealed, *pieces(key.private_key), *pieces(key.tls_client_key)]
    before = everywhere(*needles)

    downloading.take(key=key, wanted=BundleFormat.ARCHIVE, by=ada)

    assert [before[each] for each in sealed] == [["public.vpn_key"], ["public.vpn_key"]]  # sealed there alone
    assert [before[each] for each in needles[2:]] == [[]] * 4
    assert set(map(tuple, everywhere(*needles).values())) == {()}


def test_private_key_that_nobody_took_when_its_day_is_over_then_no_column_of_any_table_holds_it(ada, anna, server):
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)
    sealed = [column(key, "private_key"), column(key, "tls_client_key")]
    DownloadLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    end_overdue()

    assert set(map(tuple, everywhere(*sealed).values())) == {()}


def test_archive_when_its_letter_is_out_then_no_column_of_any_table_holds_it(ada, anna, server, peer):
    server.authority.archive_to = "boss@helpdesk.example"
    server.authority.save()
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)
    downloading.take(key=key, wanted=BundleFormat.PROFILE, by=ada)
    row = Delivery.objects.get(recipient="boss@helpdesk.example")
    sealed = row.content["archive"]
    packed = unseal(sealed)
    assert everywhere(sealed[:200]) == {sealed[:200]: ["public.notifications_delivery"]}
    said = Entry.objects.get(verb="vpn_archive_mailed").facts
    assert (said["serial"], said["fingerprint"], said["address"]) == (
        *(key.serial, key.fingerprint),
        "boss@helpdesk.example",
    )

    send_all_due()

    assert [each.state for each in Delivery.objects.filter(purpose=Purpose.VPN_KEY)] == ["sent", "sent"]
    assert len(peer.mails) == 2
    assert set(map(tuple, everywhere(sealed[:200], packed[:200], packed[200:400]).values())) == {()}


@pytest.mark.parametrize("how", ["page", "command", "command with a file", "renewal", "renewal at once"])
def test_person_when_a_key_is_issued_for_them_then_they_are_told_however_it_was(how, ada, anna, server, tmp_path):
    if how == "page":
        sent = {"person": anna.pk, "login": "anna", "device": "laptop", "servers": [server.pk]}
        proved(browser_of(ada)).post(reverse("admin:vpn_key_issue"), sent)
    elif how.startswith("command"):
        out = tmp_path / "key" if "file" in how else None
        call_command("issue_vpn_key", anna.email, "laptop", by=ada.email, server=["office"], out=out)
    else:
        old = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)
        Delivery.objects.all().delete()
        renewing.renew_key(key=old, by=ada, is_at_once="once" in how)

    newest = Key.objects.order_by("-pk").first()
    (letter,) = Delivery.objects.filter(purpose=Purpose.VPN_KEY)
    assert (letter.recipient, letter.subject_id) == (anna.email, newest.pk)


HOSTILE = ["../../evil", "a b", "anna\nserver", ".", "-h", "анна", "a$(id)b", "<script>alert(1)</script>", "x" * 70]


def test_names_of_an_easyrsa_pki_when_they_are_hostile_then_they_are_words_on_a_page_and_no_more(ada, server):
    """easy-rsa took such names: they are kept, so that they can be revoked, and never become a file or a command."""
    authority = server.authority
    end = timezone.now() + timedelta(days=30)
    issued = tuple(
        Issued(10_000 + number, name, State.VALID, end, None, Why.UNSPECIFIED, None)
        for number, name in enumerate(HOSTILE)
    )
    pki = EasyRsaPki(authority.issuing_pem, None, False, issued, None, None)

    importing.import_easyrsa(pki=pki, name="Old", slug="old", by=ada)

    assert Key.objects.count() == len(HOSTILE)
    assert set(Key.objects.values_list("common_name", flat=True)) == {name[:64] for name in HOSTILE}
    page = proved(browser_of(ada)).get(reverse("admin:vpn_key_changelist")).content.decode()
    assert "<script>alert(1)</script>" not in page
    for key in Key.objects.all():
        assert not downloading.can_be_handed_out(key)
        answer = proved(browser_of(ada)).post(reverse("admin:vpn_key_renewal", args=[key.pk]), {})
        assert answer.status_code == 422, key.common_name
        revoking.revoke_key(key=key, reason=Reason.SUPERSEDED, by=ada)
    assert Key.objects.count() == len(HOSTILE)
    told = Entry.objects.filter(verb="vpn_key_revoked").values_list("facts__serial", flat=True)
    assert set(told) == {str(one.serial) for one in issued}
