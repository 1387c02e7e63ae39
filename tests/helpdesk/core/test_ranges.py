"""Which part of a file is asked for, by RFC 9110."""

import io

import pytest

from helpdesk.core.ranges import NoSuchPart, Part, part_asked_for

TAG = '"edition"'


def asked(rf, given, size=10, method="get", **headers):
    request = getattr(rf, method)("/", headers={"Range": given} | headers)
    return part_asked_for(request, size=size, tag=TAG)


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ("bytes=0-3", range(4)),
        ("bytes=4-", range(4, 10)),
        ("bytes=9-9", range(9, 10)),
        ("bytes=4-999999999999999999", range(4, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-99", range(10)),
    ],
)
def test_part_within_the_file_is_given(rf, given, part):
    assert asked(rf, given) == part


@pytest.mark.parametrize(
    "given", ["", "bytes=-", "bytes=5-4", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b", "bytes=" + "1" * 30 + "-"]
)
def test_what_is_not_one_part_gets_the_whole(rf, given):
    assert asked(rf, given) is None


@pytest.mark.parametrize(
    ("given", "size"), [("bytes=10-", 10), ("bytes=99-100", 10), ("bytes=-0", 10), ("bytes=0-", 0)]
)
def test_part_behind_the_end_is_none(rf, given, size):
    with pytest.raises(NoSuchPart):
        asked(rf, given, size=size)


def test_whole_is_given_of_another_edition_to_head_and_where_nothing_is(rf):
    assert asked(rf, "bytes=1-2", **{"If-Range": TAG}) == range(1, 3)
    assert asked(rf, "bytes=1-2", **{"If-Range": '"before"'}) is None
    assert asked(rf, "bytes=1-2", method="head") is None
    assert asked(rf, "bytes=-2", size=0) is None


def test_file_is_read_to_the_end_of_the_part_in_pieces():
    stream = io.BytesIO(b"0123456789")
    stream.seek(2)
    part = Part(stream, 5)

    pieces = [part.read(3), part.read(3), part.read(3)]
    part.close()

    assert pieces == [b"234", b"56", b""]
    assert stream.closed
