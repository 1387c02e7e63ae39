"""Mail that proves who owns an address."""

import pytest

from tickets.mail.verification import is_from_a_service, speaks_of_a_code


@pytest.mark.parametrize(
    "local",
    [
        *("no-reply", "noreply", "no_reply", "No.Reply", "do-not-reply", "donotreply", "do_not_reply", "dont-reply"),
        *("noreply-4711", "no-reply.accounts", "accounts-noreply", "github_no-reply", "noreplies", "nobody"),
        *("no-response", "verify", "verification", "confirm", "confirmation", "notify", "notification"),
        *("notifications", "signup", "register", "registration", "password", "otp", "2fa", "mfa", "sso"),
        *("noreply+4711", "VERIFY"),
    ],
)
def test_address_under_which_a_service_writes(local):
    assert is_from_a_service(f"{local}@shop.example") is True


@pytest.mark.parametrize(
    "address",
    [
        *("clara@shop.example", "info@shop.example", "norepl@shop.example", "reply@shop.example", "no@reply.example"),
        *("verifyer@shop.example", "nobody.else@shop.example", "passwords@x.example", "clara@noreply.example"),
        *("clara+noreply@shop.example", "", "noreply", f"{'x' * 70}-noreply@shop.example"),
    ],
)
def test_address_under_which_people_write(address):
    assert is_from_a_service(address) is False


@pytest.mark.parametrize(
    "subject",
    [
        "Your verification code",
        "Verify your e-mail address",
        "Confirm your email",
        "Please confirm this address",
        "Activate your account",
        "Your one-time password",
        "Your single-use code: 123456",
        "123456 is your code",
        "Code 481516",
        "PIN: 4815",
        "Your sign-in link",
        "Login code",
        "Use this code to sign in",
        "Код подтверждения: 481516",
        "Ваш пароль для входа",
        "Ссылка для активации",
        "Подтвердите адрес электронной почты",
        "Активируйте учётную запись",
        "Одноразовый код для вас",
    ],
)
def test_subject_that_announces_a_code(subject):
    assert speaks_of_a_code(subject) is True


@pytest.mark.parametrize(
    "subject",
    [
        *("Basket is empty", "Invoice 20481", "Source code of the shop", "Re: your offer", "", "Pin the notice"),
        *("Корзина пуста", "Счёт 20481", "Забыла пароль", "Order 123456 has not come"),
    ],
)
def test_subject_that_people_write(subject):
    assert speaks_of_a_code(subject) is False


def test_subject_is_looked_at_from_its_beginning_only():
    assert speaks_of_a_code("x" * 300 + " your verification code") is False
    assert speaks_of_a_code("x" * 200 + " your verification code") is True
