"""What workers write down of a door is told in the language of whoever reads it."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from helpdesk.core.errors import Refused
from helpdesk.core.retelling import known, retold
from vpn.hosting.connectors import asking
from vpn.hosting.models import EntryDoor, Reveal

SPOKEN = (
    *Path(settings.BASE_DIR, "vpn/hosting/connectors").rglob("*.py"),
    *Path(settings.BASE_DIR, "vpn/hosting/ssh").rglob("*.py"),
    *Path(settings.BASE_DIR, "helpdesk/core/outgoing").glob("*.py"),
)


def sentences_of(path):
    """What the module translates while it works."""
    calls = [each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Call)]
    return {each.args[0].value for each in calls if isinstance(each.func, ast.Name) and each.func.id == "_"}


def test_every_sentence_of_connectors_is_known():
    assert {sentence for path in SPOKEN for sentence in sentences_of(path)} <= set(known())


def test_trouble_is_told_in_the_readers_language():
    with translation.override("en"):
        door = EntryDoor(trouble=str(asking.unwanted("quota exceeded")))
    assert door.trouble == "The panel declines: quota exceeded."

    with translation.override("ru"):
        assert door.why_not == translation.gettext("The panel declines: %(words)s.") % {"words": "quota exceeded"}
        assert door.why_not != door.trouble


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("%(host)s does not answer on port %(port)s.", {"host": "web1.shop.example", "port": 22}),
        ("The panel answers with an error of its own (%(status)s).", {"status": 503}),
        ("The server did not answer in time.", {}),
    ],
)
def test_parts_of_a_sentence_stay_as_they_are(sentence, parts):
    with translation.override("ru"):
        assert retold(sentence % parts) == translation.gettext(sentence) % parts


def test_reason_that_a_person_wrote_is_never_translated():
    with translation.override("ru"):
        assert Reveal(kind="shown", reason="A temporary access is removed.").why == "A temporary access is removed."
        assert Reveal(kind="used", reason="A temporary access is removed.").why != "A temporary access is removed."


def test_refusal_in_a_panels_own_words_stays_what_it_is():
    with translation.override("ru"):
        assert retold(str(Refused("Ошибка 17"))) == "Ошибка 17"
