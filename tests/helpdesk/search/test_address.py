"""Where the search's own server is, or why that can't be read."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from helpdesk.search.address import Address, Shelf, read_address

THREE = (Shelf("h", 9306, "part0"), Shelf("other", 2, "part1"), Shelf("third", 9306, "cluster:part2"))


def test_no_address_is_postgresql():
    assert read_address("") is None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("sphinxql://host", Address("host", 9306, "helpdesk", (Shelf("host", 9306, "helpdesk"),))),
        ("sphinxql://h:1/?index=desk", Address("h", 1, "desk", (Shelf("h", 1, "desk"),))),
        (
            "sphinxql://h/?index=desk&write=part0,part1@other:2,cluster:part2@third",
            Address("h", 9306, "desk", THREE),
        ),
    ],
)  # fmt: skip
def test_address_names_the_index_and_the_shelves(url, address):
    assert read_address(url) == address


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://host", "of the form"),
        ("sphinxql://", "of the form"),
        ("sphinxql://clara:secret@host", "of the form"),
        ("sphinxql://host/helpdesk", "of the form"),
        ("sphinxql://host:many/", "can't be read"),
        ("sphinxql://host/?index", "can't be read"),
        ("sphinxql://host/?table=x", "“table”"),
        ("sphinxql://host/?index=a;DROP", "small letters"),
        ("sphinxql://host/?write=a,", "small letters"),
        ("sphinxql://host/?write=a@other:many", "index@host:port"),
    ],
)
def test_address_that_can_not_be_read_is_refused_in_one_sentence(url, said):
    with pytest.raises(ImproperlyConfigured, match=said) as refusal:
        read_address(url)

    assert str(refusal.value).startswith("SEARCH_URL ")
    assert "secret" not in str(refusal.value)
