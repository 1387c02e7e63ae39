"""What a line says, in pieces."""

import re

import pytest

from helpdesk.chat.registries import Card, CardSource, cards, named_at
from helpdesk.chat.rendering import Piece, pieces_of, things_named

SEEN = {("ticket", "20043"): Card("/desk/tickets/20043/", "#20043", "Basket", "open", "")}
CALLED = {"anna": (7, "Anna Orlova"), "anna@helpdesk.example": (7, "Anna Orlova")}


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://desk.example"


def pieces(text):
    return pieces_of(text, seen=SEEN, called=CALLED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain <b>text</b>\nand more", [Piece("Plain <b>text</b>\nand more")]),
        ("See #20043.", [Piece("See "), Piece("#20043", "/desk/tickets/20043/"), Piece(".")]),
        ("See #20044!", [Piece("See "), Piece("#20044"), Piece("!")]),
        ("https://desk.example/desk/tickets/20043/", [Piece("#20043", "/desk/tickets/20043/")]),
        ("https://desk.example/desk/tickets/20044/#m5", [Piece("#20044")]),
        (
            "(https://shop.example/a_(b)?c=d#e).",
            [
                Piece("("),
                Piece("https://shop.example/a_(b)?c=d#e", "https://shop.example/a_(b)?c=d#e", is_outside=True),
                Piece(")."),
            ],
        ),
        (
            "https://desk.example@evil.example/desk/tickets/20043/",
            [
                Piece(
                    "https://desk.example@evil.example/desk/tickets/20043/",
                    "https://desk.example@evil.example/desk/tickets/20043/",
                    is_outside=True,
                )
            ],
        ),
        ("javascript:alert(1) data:text/html,x", [Piece("javascript:alert(1) data:text/html,x")]),
        ("Ask @Anna, please", [Piece("Ask "), Piece("@Anna Orlova", called=7), Piece(", please")]),
        ("mail@anna.example @boris", [Piece("mail@anna.example "), Piece("@boris")]),
        ("&#20043; x#20043 ##20043 #20043a", [Piece("&#20043; x#20043 ##20043 #20043a")]),
    ],
    ids=[
        "plain",
        "seen",
        "unseen",
        "address",
        "unseen address",
        "outside",
        "pretender",
        "scheme",
        "call",
        "mail",
        "no",
    ],
)
def test_line_is_made_of_pieces(text, expected):
    assert pieces(text) == expected


def test_things_are_named_once_in_order():
    assert things_named("#2 #1 #2 https://desk.example/desk/tickets/1/") == [("ticket", "2"), ("ticket", "1")]


@pytest.mark.parametrize("text", ["https://" + "a(" * 5000, "#" * 20000, "@" * 20000, "@a" * 10000], ids=len)
def test_line_when_it_is_hostile_then_all_of_it_stands_there(text):
    assert "".join(piece.text for piece in pieces(text)) == text


def test_source_is_found_by_its_path():
    assert named_at("/desk/tickets/5/") == ("ticket", "5")
    assert named_at("/desk/tickets/5/merge/") is None
    assert isinstance(cards["ticket"], CardSource)
    assert re.compile(cards["ticket"].path).fullmatch("/desk/tickets/5")
