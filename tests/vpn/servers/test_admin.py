"""The pages of hosts and sessions."""

import tarfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.journal.models import Entry
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory
from tests.statements import count_of
from tests.vpn.servers.world import PASSPHRASE, make_host, make_server
from vpn.enums import WhyEnded
from vpn.models import Canary, Ending, Host, RevocationList, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(company):
    company.publish()
    return make_host(company, make_server(company), folder="/etc/openvpn/helpdesk")


@pytest.fixture
def browser(company):
    return proved(browser_of(company.ada))


def connected(host, name="alice-laptop", **more):
    now = timezone.now()
    return Session.objects.create(server=host.server, name=name, connected_at=now, seen_at=now, **more)


def test_host_is_set_up_and_changed_with_a_line_each(browser, company):
    server = make_server(company)
    details = {"folder": "/etc/openvpn/helpdesk", "runs_as": "nobody", "blocks_by": "script", "interface": ""}

    added = browser.post("/admin/vpn/host/add/", {**details, "server": server.pk, "canary_remote": ""})
    host = Host.objects.get()
    changed = browser.post(f"/admin/vpn/host/{host.pk}/change/", {**details, "canary_remote": "127.0.0.1 1194 udp"})

    assert (added.status_code, changed.status_code) == (302, 302)
    assert Host.objects.get().canary_remote == "127.0.0.1 1194 udp"
    verbs = Entry.objects.filter(subject_id=str(server.pk)).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["vpn_host_set_up", "vpn_host_changed"]


def test_host_with_a_folder_that_is_no_path_is_said_in_the_form(browser, company):
    server = make_server(company)

    answer = browser.post(
        "/admin/vpn/host/add/",
        {"server": server.pk, "folder": "/etc/x y", "runs_as": "nobody", "blocks_by": "script"},
    )

    assert "The folder on the host is a path" in answer.content.decode()
    assert not Host.objects.exists()


def test_files_are_taken_with_a_line(browser, host):
    answer = browser.post(f"/admin/vpn/host/{host.pk}/files/", {"passphrase": PASSPHRASE, "new_certificate": "1"})

    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("no-store")
    with tarfile.open(fileobj=BytesIO(answer.content)) as packed:
        assert f"{host.server.slug}/server.key" in packed.getnames()
    assert Entry.objects.filter(verb="vpn_host_files_taken").count() == 1


def test_files_with_a_wrong_passphrase_are_refused_in_words(browser, host):
    answer = browser.post(
        f"/admin/vpn/host/{host.pk}/files/", {"passphrase": "wrong", "new_certificate": "1"}, follow=True
    )

    assert "passphrase" in answer.content.decode()
    assert not Entry.objects.filter(verb="vpn_host_files_taken").exists()


def test_canary_is_made_and_is_in_the_list_at_once(browser, host):
    answer = browser.post(f"/admin/vpn/host/{host.pk}/canary/", {"passphrase": PASSPHRASE})

    assert answer.status_code == 302
    canary = Canary.objects.get(server=host.server)
    from vpn.pki.revocation_lists import read_crl

    newest = RevocationList.objects.newest(host.server.authority)
    assert int(canary.key.serial) in read_crl(newest.pem).serials


def test_session_is_put_out_with_a_line(browser, host):
    session = connected(host)

    answer = browser.post(f"/admin/vpn/host/{host.pk}/ending/", {"session": session.pk})

    assert answer.status_code == 302
    assert list(Ending.objects.due().values_list("name", "why")) == [("alice-laptop", WhyEnded.ASKED)]
    assert Entry.objects.get(verb="vpn_session_ended").facts["name"] == "alice-laptop"


@pytest.mark.parametrize("session", ["", "0", "x", "99999999999999999999"])
def test_session_that_is_not_there_can_not_be_put_out(browser, host, session):
    assert browser.post(f"/admin/vpn/host/{host.pk}/ending/", {"session": session}).status_code == 404


def test_without_a_fresh_proof_nothing_is_done(company, host):
    session = connected(host)
    browser = browser_of(company.ada)

    for path, sent in (("files", {}), ("canary", {}), ("ending", {"session": session.pk})):
        answer = browser.post(f"/admin/vpn/host/{host.pk}/{path}/", sent)
        assert answer.status_code in (302, 303), path
        assert "/admin/vpn/host/" not in answer["Location"], path
    assert not Ending.objects.exists()
    assert not Canary.objects.exists()


def test_page_says_what_is_wrong_and_who_is_connected(browser, host):
    connected(host, real="203.0.113.7:4711", received=2048)
    Host.objects.update(reported_at=timezone.now() - timedelta(minutes=9), list_state="expired")

    page = browser.get(f"/admin/vpn/host/{host.pk}/change/").content.decode()

    assert "the host has not reported since" in page
    assert "the revocation list has expired. OpenVPN refuses everybody." in page
    assert "has no canary" in page
    assert "203.0.113.7:4711" in page


@pytest.mark.parametrize("path", ["/admin/vpn/host/{}/change/", "/admin/vpn/host/", "/admin/vpn/session/"])
def test_pages_cost_the_same_with_one_session_and_with_three(browser, company, host, path):
    url = path.format(host.pk)
    connected(host)
    assert browser.get(url).status_code == 200
    one, _said = count_of(lambda: browser.get(url))
    for name in ("bob", "carol"):
        make_host(company, make_server(company), folder="/etc/openvpn/helpdesk")
        connected(host, name=name)
    three, said = count_of(lambda: browser.get(url))

    assert one == three <= 15, said


def test_lead_sees_nothing_of_it(host):
    lead = browser_of(StaffFactory(role=Role.LINE_LEAD))

    assert lead.get(f"/admin/vpn/host/{host.pk}/change/").status_code in (302, 403, 404)
