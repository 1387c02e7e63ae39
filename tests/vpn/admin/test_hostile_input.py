"""What strangers and careless hands send to the pages of keys: names, directives, keys of others, no proof."""

import pytest
from django.urls import reverse

from helpdesk.accounts.enums import Role
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory
from tests.vpn_world import PASSPHRASE, authority_by_passphrase, openvpn_server
from vpn.actions.issuing import issue_key
from vpn.actions.requesting import ask
from vpn.enums import KeyState, RequestState
from vpn.models import Device, Key, KeyRequest, ProfileTemplate, Revocation
from vpn.pki.directives import RUNNING, RUNNING_FAMILIES

pytestmark = pytest.mark.django_db
HOSTILE = [
    *("../../evil", "a/CN=admin", "a b", "server", "ca", "x\ny", "-h", "ünï", "иван", "a$(id)b", "Alice", "a" * 80),
    *(".", "con", "anna\x00", "anna\u2028b", "a'; DROP TABLE vpn_key; --", "{{ 7*7 }}", "%00", "lpt1"),
]
"""The fifteen names that easy-rsa was tried with, without the empty one, and some more."""
DOING = ("download", "mailing", "renewal", "revocation", "blocking")


@pytest.fixture
def office(nobody_rings, db):
    return openvpn_server(authority_by_passphrase())


@pytest.fixture
def key(ada, anna, office):
    return issue_key(
        person=anna, login="anna", device="laptop", servers=[office], by=ada, passphrase=PASSPHRASE, mails_link=False
    )


def url_of(what, key):
    return reverse(f"admin:vpn_key_{what}", args=[key.pk])


@pytest.mark.parametrize("field", ["login", "device"])
def test_issue_page_when_a_name_is_hostile_then_nothing_is_made(field, ada, anna, office):
    browser = proved(browser_of(ada))

    for name in HOSTILE:
        sent = {"person": anna.pk, "login": "anna", "device": "laptop", "servers": [office.pk]}
        answer = browser.post(reverse("admin:vpn_key_issue"), sent | {field: name, "passphrase": PASSPHRASE})
        assert answer.status_code == 422, name

    assert not Key.objects.exists()
    assert not Device.objects.exists()
    assert not Entry.objects.filter(verb="vpn_key_issued").exists()


def test_issue_page_when_no_proof_is_fresh_then_it_asks_for_one_first(ada, anna, office):
    browser, page = browser_of(ada), reverse("admin:vpn_key_issue")

    for answer in (browser.get(page), browser.post(page, {"person": anna.pk, "device": "laptop"})):
        assert answer.status_code in (302, 303)
        assert "/accounts/proof/" in answer["Location"]
    assert not Key.objects.exists()


def test_pages_when_no_proof_is_fresh_then_nothing_is_done_to_the_key(ada, key):
    browser = browser_of(ada)

    for what in DOING:
        answer = browser.post(url_of(what, key), {"form": "profile", "reason": "superseded"})
        assert "/accounts/proof/" in answer["Location"], what

    kept = Key.objects.get()
    assert (kept.state, bool(kept.private_key)) == (KeyState.VALID, True)
    assert not Revocation.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.ADMINISTRATOR}))
def test_pages_when_anybody_else_posts_then_nothing_is_done(role, key):
    browser = proved(browser_of(StaffFactory(role=role)))

    for what in DOING:
        answer = browser.post(url_of(what, key), {"form": "profile", "reason": "superseded"})
        assert answer.status_code in (302, 303, 403, 404), what
        assert "attachment" not in answer.get("Content-Disposition", "")
    browser.post(reverse("admin:vpn_key_issue"), {"device": "laptop"})

    kept = Key.objects.get()
    assert (kept.state, bool(kept.private_key)) == (KeyState.VALID, True)


def test_pages_when_they_are_only_opened_then_nothing_is_done(ada, key):
    browser = proved(browser_of(ada))

    for what in DOING:
        for method in ("get", "head", "put", "delete"):
            assert getattr(browser, method)(url_of(what, key)).status_code == 405, (what, method)
    assert Key.objects.get().private_key


def test_issue_page_when_too_many_were_issued_then_it_says_when_to_go_on(ada, anna, office, settings):
    settings.VPN_ISSUES_PER_TEN_MINUTES = 2
    browser = proved(browser_of(ada))

    def press(device):
        sent = {"person": anna.pk, "login": "anna", "device": device, "servers": [office.pk], "passphrase": PASSPHRASE}
        return browser.post(reverse("admin:vpn_key_issue"), sent)

    assert [press(name).status_code for name in ("laptop", "phone", "tablet")] == [303, 303, 422]
    assert Key.objects.count() == 2
    assert "go on in a while" in press("tablet").content.decode()
    first = Key.objects.order_by("pk").first()
    answer = browser.post(url_of("renewal", first), {"passphrase": PASSPHRASE})
    assert answer.status_code == 422
    assert Key.objects.count() == 2
    alarms = Delivery.objects.filter(content__title__icontains="within ten minutes")
    assert [row.person for row in alarms] == [ada]


def test_download_when_it_is_pressed_twice_then_it_is_handed_out_once(ada, key):
    browser = proved(browser_of(ada))

    first, second = (browser.post(url_of("download", key), {"form": "archive"}) for _time in range(2))

    assert first["Content-Disposition"].startswith("attachment")
    assert first["Cache-Control"].startswith("no-store, private")
    assert second.status_code == 422
    assert Entry.objects.filter(verb="vpn_key_downloaded").count() == 1


@pytest.mark.parametrize("reason", ["", "nothing", "removeFromCRL", "KEYCOMPROMISE", "keyCompromise\x00"])
def test_revocation_when_the_reason_is_none_then_nothing_is_revoked(reason, ada, key):
    answer = proved(browser_of(ada)).post(url_of("revocation", key), {"reason": reason, "passphrase": PASSPHRASE})

    assert answer.status_code == 422
    assert Key.objects.get().state == KeyState.VALID


def test_request_of_the_address_when_it_is_garbage_then_the_page_is_empty(ada, office, anna):
    ask(person=anna, server=office, device_name="phone", reason="Travel", by=anna)
    browser = proved(browser_of(ada))

    for word in ("x", "-1", "9" * 30, "٣", "1 OR 1=1", "<script>", "%00"):
        answer = browser.get(reverse("admin:vpn_key_issue"), {"request": word})
        assert answer.status_code == 200, word
        assert 'value="phone"' not in answer.content.decode(), word
    assert KeyRequest.objects.get().state == RequestState.WAITING


def test_words_of_a_request_when_they_are_markup_then_pages_show_them_as_words(ada, anna, office):
    words = "<script>alert(1)</script>{{ 7|add:7 }}"
    wish = ask(person=anna, server=office, device_name="phone", reason=words, by=anna)
    browser = proved(browser_of(ada))

    for page in (
        reverse("admin:vpn_keyrequest_change", args=[wish.pk]),
        f"{reverse('admin:vpn_key_issue')}?request={wish.pk}",
    ):
        text = browser.get(page).content.decode()
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("name", ["mycompany_vpn_change_me.ovpn", "server.conf"])
def test_template_when_a_directive_could_run_something_then_the_page_refuses_it(name, ada):
    """Each of the list, and one of each family."""
    browser, page = proved(browser_of(ada)), reverse("admin:vpn_profiletemplate_add")
    directives = sorted(RUNNING) + [f"{family}x" for family in RUNNING_FAMILIES]

    for directive in directives:
        answer = browser.post(page, {"name": name, "text": f"client\n{directive} /bin/sh\n"})
        assert answer.status_code == 200, directive
        assert "2" in answer.content.decode(), directive

    assert not ProfileTemplate.objects.exists()


def test_template_when_its_name_leads_elsewhere_then_the_page_refuses_it(ada):
    browser, page = proved(browser_of(ada)), reverse("admin:vpn_profiletemplate_add")

    for name in ("../server.conf", "/etc/passwd", "server.conf\x00", "up.sh", "SERVER.CONF", "change_me.key"):
        assert browser.post(page, {"name": name, "text": "client\n"}).status_code == 200, name
    assert not ProfileTemplate.objects.exists()
