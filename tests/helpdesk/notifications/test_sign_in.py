"""The link that signs people in."""

import re

import pytest

from helpdesk.accounts.actions import links
from helpdesk.core.fields import unseal
from helpdesk.notifications.sending import send_all_due
from helpdesk.notifications.sign_in import send_link
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_mail_holds_a_link_that_works_once(peer, settings):
    clara = UserFactory(name="Clara Weiss", email="clara@shop.example")

    send_link(user=clara, address="clara@shop.example", next_path="/cabinet/requests/20481/")
    send_all_due()

    [received] = peer.mails
    text = received.mail.get_body(("plain",)).get_content()
    html = received.mail.get_body(("html",)).get_content()
    [secret] = re.findall(rf"{re.escape(settings.SITE_URL)}/accounts/link/(\S+)/", text)
    assert f'href="{links.url_of(secret)}"' in html
    assert "Hello Clara," in text
    link = links.use(secret=secret)
    assert (link.user, link.next_path) == (clara, "/cabinet/requests/20481/")


def test_the_link_lies_sealed_and_is_wiped_once_it_is_sent(peer):
    clara = UserFactory(email="clara@shop.example")

    delivery = send_link(user=clara, address="clara@shop.example")

    assert "/accounts/link/" not in str(delivery.content)
    assert "/accounts/link/" in unseal(delivery.content["url"])
    send_all_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.content) == ("sent", {})


def test_the_mail_speaks_the_readers_language(peer):
    clara = UserFactory(email="clara@shop.example", language="ru")

    send_link(user=clara, address="clara@shop.example")
    send_all_due()

    html = peer.mails[0].mail.get_body(("html",)).get_content()
    assert '<html lang="ru">' in html


@pytest.mark.parametrize(
    ("own", "browsers", "expected"),
    [
        ("ru", "en", "ru"),
        ("en", "ru", "en"),
        ("", "ru-RU,ru;q=0.9,en;q=0.5", "ru"),
        ("", "en-GB", "en"),
        ("", "de", "en"),
    ],
)
def test_the_mail_is_in_the_persons_own_language_else_in_that_of_the_browser(client, peer, own, browsers, expected):
    subject, greeting = {
        "en": ("Your link to sign in to Helpdesk", "Hello Clara,"),
        "ru": ("Ваша ссылка для входа: Helpdesk", "Здравствуйте, Clara!"),
    }[expected]
    UserFactory(name="Clara Weiss", email="clara@shop.example", language=own)

    client.post("/accounts/link/", {"address": "clara@shop.example"}, headers={"Accept-Language": browsers})
    send_all_due()

    mail = peer.mails[0].mail
    assert mail["Subject"] == subject
    assert greeting in mail.get_body(("plain",)).get_content()
    assert f'<html lang="{expected}">' in mail.get_body(("html",)).get_content()


def test_a_link_that_failed_is_wiped_and_cannot_be_sent_again(peer):
    peer.says("RCPT", "550 5.7.1 no")
    delivery = send_link(user=UserFactory(), address="clara@shop.example")

    send_all_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.content) == ("failed", {})
