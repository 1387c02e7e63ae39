"""What waits for a page, and which pages hear of a change."""

import asyncio

import pytest

from helpdesk.notifications.live.channels import Listener
from helpdesk.notifications.live.happenings import Change
from helpdesk.notifications.live.streams import LOOKS_A_SECOND, MOST_WORDS, SHORTEST_PACE, Stream, Streams


def stream(kind="desk", key="1", *, pk=1, hears=("tickets",)):
    return Stream(Listener(pk, "Anna", "en", kind, key, "session", frozenset(hears)))


def change(number, *channels):
    return Change(str(number), frozenset({"tickets", f"ticket:{number}", *channels}))


def test_take_when_much_came_then_each_word_once_and_of_very_much_no_names():
    page, flooded = stream(), stream()

    for number in (3, 1, 3):
        page.tell_of(change(number))
    for number in range(MOST_WORDS + 1):
        flooded.tell_of(change(number))

    assert page.take(0.34) == {"rows": "0.3 3 1"}
    assert page.take(0.34) == {}
    assert flooded.take(2) == {"rows": "2.0 *"}


def test_tell_when_a_page_hears_by_two_channels_then_it_is_told_once_and_others_not_at_all():
    streams, page, elsewhere = Streams(), stream("ticket", "7"), stream(pk=2, hears=("tickets:team:3",))
    for each in (page, elsewhere):
        streams.add(each)

    streams.tell(change(7))

    assert page.take(1) == {"page": "", "rows": "1.0 7"}
    assert elsewhere.take(1) == {}


def test_change_when_a_person_may_hear_less_then_the_stream_hears_less():
    streams, page = Streams(), stream(hears=("tickets:team:3", "tickets:team:4"))
    streams.add(page)

    streams.change(page, stream(hears=("tickets:team:4",)).listener)
    for team in (3, 4):
        streams.tell(Change(str(team), frozenset({f"tickets:team:{team}"})))

    assert page.take(1) == {"rows": "1.0 4"}


def test_discard_when_all_have_gone_then_nothing_is_kept_of_them():
    streams, pages = Streams(), [stream(pk=number % 3) for number in range(9)]
    for page in pages:
        streams.add(page)

    for page in pages:
        streams.discard(page)

    assert (streams.count, dict(streams.on), dict(streams.of_person), streams._hearing) == (0, {}, {}, {})


@pytest.mark.parametrize(("count", "seconds"), [(1, SHORTEST_PACE), (1000, 1000 / LOOKS_A_SECOND)])
def test_pace_when_more_pages_are_open_then_they_look_later(count, seconds):
    streams = Streams()
    streams.count = count

    assert streams.pace == seconds


def test_tell_when_somebody_waits_then_they_wake():
    async def told():
        page = stream()
        asyncio.get_running_loop().call_soon(page.tell_of, change(1))
        await asyncio.wait_for(page.wake.wait(), 1)
        return page.take(1)

    assert asyncio.run(told()) == {"rows": "1.0 1"}
