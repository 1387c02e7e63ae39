"""Stored English in the reader's language."""

import ast
import re

import pytest
from django.conf import settings
from django.utils import translation

from helpdesk.accounts.directory.faults import SENTENCES
from helpdesk.accounts.directory.planning import LINES, OUT_WORDS
from helpdesk.core import catalogues, retelling
from helpdesk.notifications.reasons import REASONS as OF_OUTBOX
from helpdesk.search.files.reasons import REASONS as OF_SEARCH
from helpdesk.webhooks.actions.stopping import FAILED_LONG, GONE, OWNER_LEFT
from helpdesk.work.actions.doing import BROKEN as OF_WORK
from tickets.mail.reasons import REASONS as OF_MAIL
from vpn.hosting.reasons import SENTENCES as OF_VAULT

OF_HOOKS = (FAILED_LONG, GONE, OWNER_LEFT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("read receipt", "уведомление о прочтении"),
        ("mail.shop.example refused it in its own words", "mail.shop.example refused it in its own words"),
        (
            "no connection to mx.shop.example:25: timed out",
            "нет соединения с mx.shop.example:25: время ожидания истекло",
        ),
        (
            "given up after 48 hours: the connection broke off: timed out",
            "отправка прекращена через 48 часов: соединение прервалось: время ожидания истекло",
        ),
        ("receiving: name", "получение: имя сервера"),
        ("sending: sign-in", "отправка: вход"),
        ("imap.shop.example holds 12 mails.", "imap.shop.example: писем — 12."),
    ],
)
def test_stored_sentence_is_told_in_the_readers_language(text, expected):
    with translation.override("ru"):
        assert retelling.retold(text) == expected
    with translation.override("en"):
        assert retelling.retold(text) == text


def skeleton(text):
    return re.sub(r"%\(\w+\)s|\{[^}]*\}", "{}", text)


def written():
    """Every string of the sources, with {} where something is put in."""
    found = set()
    for path in catalogues.own_sources(settings.BASE_DIR):
        if path.suffix != ".py" or path.name == "reasons.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(skeleton(node.value))
            elif isinstance(node, ast.JoinedStr):
                found.add("".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values))
    return found


def test_known_sentences_are_those_that_workers_write():
    sources = written()

    stale = [
        sentence
        for sentence in retelling.known()
        if not {skeleton(sentence)} <= sources and not set(skeleton(sentence).split(": ")) <= sources
    ]

    assert stale == []


def test_every_room_makes_its_sentences_known():
    of_directory = {*SENTENCES.values(), *LINES.values(), *OUT_WORDS.values()}
    rooms = {*OF_OUTBOX, *OF_MAIL, OF_WORK, *OF_HOOKS, *OF_SEARCH, *of_directory, *OF_VAULT}
    assert set(retelling.known()) == rooms
