"""What looks like a password in a message, and what does not."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpn.hosting.detecting import MOST_FOUND, holds_secret, secrets_in
from vpn.hosting.enums import EntryKind, SecretKind

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\nAAAAAAABAAAAMwAA\n-----END OPENSSH PRIVATE KEY-----"
TOLD = [
    ("Пароль: Qwerty123", "Qwerty123"),
    ("пароль: qwerty", "qwerty"),
    ("ПАРОЛЬ - Zx9!kk2p", "Zx9!kk2p"),
    ("Пароль от админки: shop2024!", "shop2024!"),
    ("пароль от вайфая в офисе: 12345678", "12345678"),
    ("Пароль:\nQwerty123\n\nСпасибо", "Qwerty123"),
    ("Пароль Hj7-kLm2 для входа", "Hj7-kLm2"),
    ("вот пасс: Abcd1234", "Abcd1234"),
    ("Зайдите с паролем Gx81mnQ2, логин admin.", "Gx81mnQ2"),
    ("Логин: admin\nПароль: P@ssw0rd.", "P@ssw0rd"),
    ("логин/пароль: anna / s3cret-word", "s3cret-word"),
    ("Логин и пароль: anna s3cretW0rd", "s3cretW0rd"),
    ("Логин и пароль:\nanna\ns3cretW0rd\n", "s3cretW0rd"),
    ("логин пароль admin:Qwer1234", "Qwer1234"),
    ("login/pass - root:T0psecret", "T0psecret"),
    ("Password: hunter2", "hunter2"),
    ("password: correcthorse", "correcthorse"),
    ("The password is Tr0ub4dor&3.", "Tr0ub4dor&3"),
    ("My password is “Tr0ub4dor 3”", "Tr0ub4dor 3"),
    ("pwd=Sup3rS3cret", "Sup3rS3cret"),
    ("We have reset the password: New-Pass-77", "New-Pass-77"),
    ("user: deploy, pass: 9xK2mm, port 22", "9xK2mm"),
    ('{"user": "app", "password": "f00bar!!"}', "f00bar!!"),
    ("DB_PASSWORD=kq82mQ0z", "kq82mQ0z"),
    ("export MYSQL_ROOT_PASSWORD='p4ss w0rd'", "p4ss w0rd"),
    ("SECRET_KEY=dj4ng0-insecure-8f7sd8f7sd", "dj4ng0-insecure-8f7sd8f7sd"),
    ("API key: 7f3d9b2c4e5a6178aa90", "7f3d9b2c4e5a6178aa90"),
    ("api_key = 7f3d9b2c4e5a6178aa90", "7f3d9b2c4e5a6178aa90"),
    ("Токен: 123456:AAF-9dk3kd0fkw0-dfk3kd", "123456:AAF-9dk3kd0fkw0-dfk3kd"),
    ("take ghp_16C7e42F292c6912E7710c838347Ae178B4a please", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
    ("https://anna:tops3cret@shop.example/admin", "tops3cret"),
    ("postgres://app:w0rd-9@db.example:5432/app", "w0rd-9"),
    ("ssh root@203.0.113.5 -p 2222\nGh7!kq92", "Gh7!kq92"),
    ("ssh deploy@203.0.113.5 / Gh7!kq92", "Gh7!kq92"),
    ("sshpass -p Gh7kq92x ssh root@203.0.113.5", "Gh7kq92x"),
    (f"Here it is:\n\n{KEY}\n\nRegards", KEY),
    ("**Пароль:** Qwerty123", "Qwerty123"),
    ("Пароль\tQwerty123", "Qwerty123"),
    ("Пароль | Qwerty123 |", "Qwerty123"),
    ("Новый пароль: «Лето-2024»", "Лето-2024"),
]
NOT_TOLD = [
    "I forgot my password, please help",
    "Forgot password? Click the password reset link below.",
    "Here is your password reset link: https://shop.example/reset?token=8f7d6s5f4d3s2a1q0w9e",
    "https://shop.example/reset?password=8f7d6s5f4d3s&token=abcdefgh1234567890",
    "Пароль не подходит, что делать?",
    "Пароль не подходит: пишет ошибку 403abc",
    "Пришлите пароль: пожалуйста, срочно",
    "пароль забыл",
    "Сброс пароля: перейдите по ссылке",
    "Код для сброса пароля: 482913",
    "Password reset code: A1B2C3",
    "Password: reset",
    "Password: please send it again",
    "The password is wrong",
    "the password is required for order 2024-00817",
    "Order number: 2024-00817-XK",
    "Заказ №12345-AB, пароль от заказа №12345-AB",
    "Your password expires: 12.05.2024",
    "password: ********",
    "Пароль: ••••••••",
    "password: <your password>",
    "password = input.value()",
    "password = os.environ['DB_PASSWORD']",
    "PASSWORD=${DB_PASSWORD}",
    "Пароль: отправила вчера смс",
    "Password policy: minimum 8 characters, e.g. letters and digits",
    "We use 1Password, a password manager",
    "My passport: AB1234567",
    "All tests passed: 42of42ok",
    "The keyboard key: broken1234567890abcd is fine",
    "Ключ от офиса: у охраны2",
    "Mail anna@shop.example or https://shop.example:8080/a@b",
    "Пароль: anna@shop.example",
    "> Пароль: Qwerty123\n\nСпасибо, вошёл!",
    "Thanks!\n-- \nAnna\nPassword: hunter22",
    "Secret Santa: Anna gives Otto a present",
    "token ring networks are old",
    "-----BEGIN CERTIFICATE-----\nMIIB1234\n-----END CERTIFICATE-----",
    "ssh root@203.0.113.5 does not answer",
    "What is the password?",
    "В пароле должно быть 8 символов: буквы и цифры",
    "Не могу войти, логин и пароль не принимает",
    "Логин и пароль отправила вам в прошлом письме",
    "https://shop.example/?user=1&page=2#pass:word",
    "the compass: N45E12 points north",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), TOLD, ids=[text[:40] for text, _ in TOLD])
def test_what_is_told_is_found(text, value):
    found = secrets_in(text)

    assert [each.value for each in found] == [value]
    assert text[found[0].start : found[0].end] == value
    assert holds_secret(text)


@pytest.mark.parametrize("text", NOT_TOLD, ids=[text[:40] for text in NOT_TOLD])
def test_what_is_only_talk_is_left_alone(text):
    assert secrets_in(text) == []
    assert not holds_secret(text)


def only(text):
    (found,) = secrets_in(text)
    return found


@pytest.mark.parametrize(
    ("text", "login", "host", "place"),
    [
        ("Логин: admin\nПароль: P@ssw0rd\nhttps://shop.example/bitrix/", "admin", "shop.example", EntryKind.SHOP),
        ("ssh root@203.0.113.5\nPassword: Gh7!kq92", "root", "203.0.113.5", EntryKind.SERVER),
        ("Сервер: 203.0.113.5\nПользователь: deploy\nПароль: Gh7!kq92", "deploy", "203.0.113.5", EntryKind.SERVER),
        ("логин/пароль: anna / s3cret-word", "anna", "", EntryKind.OTHER),
        ("Логин и пароль от phpMyAdmin:\napp\ns3cretW0rd", "app", "", EntryKind.DATABASE),
        ("mysql://app:w0rd-9@db.example/app", "app", "db.example", EntryKind.DATABASE),
        ("ISPmanager https://203.0.113.5:1500\nlogin: root password: Gh7!kq92", "root", "203.0.113.5", EntryKind.PANEL),
        ("I am anna@shop.example. Password: Gh7!kq92", "", "", EntryKind.OTHER),
    ],
)  # fmt: skip
def test_surroundings_say_what_it_opens(text, login, host, place):
    found = only(text)

    assert (found.login, found.host, found.place) == (login, host, place)


def test_kind_and_label_are_suggested():
    assert (only("DB_PASSWORD=kq82mQ0z").label, only("DB_PASSWORD=kq82mQ0z").kind) == (
        "DB_PASSWORD",
        SecretKind.PASSWORD,
    )
    assert only("Пароль от админки: shop2024!").label == "от админки"
    assert only("API key: 7f3d9b2c4e5a6178aa90").kind == SecretKind.TOKEN
    assert only(KEY).kind == SecretKind.SSH_KEY


def test_folded_ranges_are_left_out_and_spans_are_those_of_the_whole_text():
    text = "Пароль: Qwerty123\n\nПароль: Asdfgh456"

    assert [found.value for found in secrets_in(text, [[0, 18]])] == ["Asdfgh456"]
    assert text[secrets_in(text, [[0, 18]])[0].start :] == "Asdfgh456"
    assert [found.value for found in secrets_in(text)] == ["Qwerty123", "Asdfgh456"]


def test_each_value_comes_once_and_not_more_than_the_most():
    assert len(secrets_in("Пароль: Qwerty123\nещё раз пароль: Qwerty123")) == 1
    assert len(secrets_in("\n".join(f"password: Qwerty{number}" for number in range(100)))) == MOST_FOUND


LONG = {
    "letters": "aвс " * 250_000,
    "naming words": "password " * 110_000,
    "colons": "пароль: " * 125_000,
    "links": "x://" * 250_000,
    "keys": "-----BEGIN PRIVATE KEY-----" * 37_000,
    "ssh": "ssh " * 250_000,
    "one word": "p" * 1_000_000,
    "passpass": "pass" * 250_000,
    "quotes": "> пароль: Qwerty123\n" * 50_000,
    "prose": "Добрый день! Сайт опять не открывается, посмотрите, пожалуйста. " * 16_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_megabyte_takes_no_longer_than_a_blink(text):
    begun = time.process_time()
    holds_secret(text)
    secrets_in(text)

    assert time.process_time() - begun < 0.5  # two readings; on an idle machine under 50 ms each


@given(st.text(alphabet="парольpasswdkeyssh логин:=-/|\n\t\"'«»@.://>123aB!{[<İ", max_size=400))
def test_whatever_is_written_spans_are_ranges_of_it_one_behind_the_other(text):
    found = secrets_in(text)

    assert all(each.value == text[each.start : each.end] and each.value.strip() for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert holds_secret(text) == bool(found)


@given(
    st.text(alphabet="abcdefghkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ!#%&+", min_size=5, max_size=20),
    st.integers(10, 99),
    st.sampled_from(
        [
            "Пароль: {}",
            "password: {}\n",
            "login: root, pass: {}, port 22",
            "pwd={}",
            "Добрый день!\nПароль от сервера: {}",
        ]
    ),
)
def test_a_strong_password_behind_a_colon_is_found_whole(letters, number, sentence):
    value = f"{letters}{number}"

    assert value in [found.value for found in secrets_in(sentence.format(value))]
