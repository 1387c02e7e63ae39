"""Contents are listed once, and what they say goes with the last thing that points at them."""

import pytest

from helpdesk.core.deferring import writing_together
from helpdesk.search.enums import FileState
from helpdesk.search.files import listing
from helpdesk.search.files.listing import Stored
from helpdesk.search.models import FileText
from tests.factories import MessageFactory
from tests.files import new_file
from tests.statements import at_most
from tickets.actions.files import store_files
from tickets.models import Attachment

pytestmark = pytest.mark.django_db


def stored(name="aa", content_type="text/plain", size=3):
    return Stored(name, f"{name}.txt", content_type, size)


def states():
    return dict(FileText.objects.order_by("name").values_list("name", "state"))


@pytest.mark.parametrize(
    ("content_type", "size", "state"),
    [
        ("text/csv", 3, FileState.WAITING),
        ("application/pdf", 3, FileState.WAITING),
        ("application/octet-stream", 3, FileState.WAITING),
        ("image/png", 3, FileState.OTHER),
        ("message/rfc822", 3, FileState.OTHER),
        ("application/x-empty", 0, FileState.EMPTY),
    ],
)
def test_content_waits_to_be_read_when_it_may_hold_text(content_type, size, state):
    listing.come(stored(content_type=content_type, size=size))

    assert states() == {"aa": state}


def test_contents_of_a_batch_are_listed_once_in_one_statement():
    listing.come(stored("aa"))

    with at_most(1), writing_together():
        for name in ("bb", "aa", "bb"):
            listing.come(stored(name))

    assert states() == {"aa": "waiting", "bb": "waiting"}


def test_texts_are_those_that_say_something():
    FileText.objects.create(name="aa", content_type="text/plain", size=1, text="words")
    FileText.objects.create(name="bb", content_type="text/plain", size=1)

    assert listing.texts_of({"aa", "bb", "cc"}) == {"aa": "words"}
    assert listing.texts_of({"aa"}, shared=True) == {"aa": "words"}
    assert listing.texts_of(()) == {}


def test_text_goes_when_the_last_thing_that_points_at_it_is_gone():
    first, second = (
        store_files(message=MessageFactory(), files=[new_file(name, b"words")], by=None)[0] for name in ("a", "b")
    )
    name = str(first.file)

    first.delete()
    listing.forget_unneeded([name])
    assert states() == {name: "waiting"}
    second.delete()
    listing.forget_unneeded([name, ""])
    assert states() == {}
    assert not Attachment.objects.exists()


def test_rewritten_texts_are_to_be_told_and_others_are_not():
    FileText.objects.create(name="aa", content_type="text/plain", size=1, text="Clara said", filename="Clara.txt")
    FileText.objects.create(name="bb", content_type="text/plain", size=1, text="words", filename="Clara.txt")
    FileText.objects.create(name="cc", content_type="text/plain", size=1, text="Clara said", filename="a.txt")

    listing.rewrite(["aa", "bb"], text=hidden, filename=hidden)

    rows = FileText.objects.order_by("name").values_list("text", "filename")
    assert list(rows) == [("••••• said", "•••••.txt"), ("words", "•••••.txt"), ("Clara said", "a.txt")]
    assert list(FileText.objects.changed().values_list("name", flat=True)) == ["aa"]


def hidden(text):
    return text.replace("Clara", "•••••")
