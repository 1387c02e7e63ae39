"""R08, R09: pages stand open while Valkey is killed, emptied, full or cut off; afterwards each is right again."""

import asyncio
import time

import pytest

from helpdesk.notifications.live import bus, connecting, happenings
from helpdesk.notifications.live.channels import Listener, own_channel
from helpdesk.notifications.live.hub import Hub
from helpdesk.notifications.live.own import THING
from helpdesk.notifications.live.streams import MARKS, PRESENCE, RELOAD, ROWS, Stream
from tests.peers import valkey as valkeys
from tests.peers.cutting_proxy import cutting

WITHIN_SECONDS = 10


@pytest.fixture
def short(monkeypatch):
    """What is waited for in real life, for a moment here."""
    monkeypatch.setattr(bus, "QUIET_SECONDS", 0.2)
    monkeypatch.setattr(connecting, "BLOCK_SECONDS", 0.2)
    monkeypatch.setattr(connecting, "DEAD_SECONDS", 0.6)


@pytest.fixture
def valkey(settings, short):
    with valkeys.running() as server:
        _use(settings, server.port)
        yield server
    _forget()


@pytest.fixture
def proxy(settings, valkey):
    with cutting(valkey.port) as found:
        _use(settings, found.port)
        yield found


def _use(settings, port):
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    _forget()


def _forget():
    bus._client.cache_clear()
    bus._quiet_until = 0.0
    happenings._is_behind = False


def played(play):
    """What `play` gives for a hub of its own, whose tasks end with it."""

    async def run():
        hub = Hub()
        try:
            return await play(hub)
        finally:
            while hub._tasks:  # one may swallow that it is cancelled while it waits for a moment as well
                for task in hub._tasks:
                    task.cancel()
                await asyncio.wait(hub._tasks, timeout=0.2)

    return asyncio.run(run())


async def opened(hub, *, pk=1, name="Anna", at="desk:1", after=""):
    kind, _, key = at.partition(":")
    page = Stream(Listener(pk, name, "en", kind, key, "session", frozenset({own_channel(pk)})))
    await hub.enter(page, after=after)
    return page


async def hears(page, event):
    """Wait for the event; its data. What came beside it is taken away."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            await page.wake.wait()
            page.wake.clear()
            told = page.take(0)
            if event in told:
                return told[event]


async def tell(key=1):
    """Whether it could be told, and how long that took."""
    began = time.monotonic()
    is_told = await asyncio.to_thread(happenings.tell_now, THING, [key])
    return is_told, time.monotonic() - began


def listening(valkey):
    """The connections by which somebody hears who comes and goes."""
    with valkey.client() as client:
        return {int(each["id"]) for each in client.client_list(_type="pubsub")}


async def eventually_told():
    async with asyncio.timeout(WITHIN_SECONDS):
        while not (await tell())[0]:
            await asyncio.sleep(0.05)


def test_r08_page_when_valkey_is_killed_and_comes_back_empty_then_it_looks_anew_and_goes_on_hearing(valkey):
    async def play(hub):
        page = await opened(hub)
        await tell()
        await hears(page, ROWS)
        heard = hub.reader.past.position
        valkey.kill()
        lost, took = await tell()
        valkey.start()
        await hears(page, RELOAD)
        back = await opened(hub, pk=2, after=heard)
        again = await hears(back, RELOAD)
        await eventually_told()
        await hears(page, ROWS)
        return lost, took, again

    lost, took, again = played(play)

    assert not lost
    assert took < 1
    assert again == "0.0"


def test_r08_page_when_valkey_is_emptied_and_nothing_is_told_then_it_looks_anew_all_the_same(valkey):
    async def play(hub):
        page = await opened(hub)
        await tell()
        await hears(page, ROWS)
        with valkey.client() as client:
            client.flushall()
        await hears(page, RELOAD)
        await tell()
        await hears(page, ROWS)

    played(play)


def test_r08_page_when_valkey_was_full_then_who_could_not_tell_it_makes_up_for_that_by_itself(valkey):
    async def play(hub):
        page = await opened(hub)
        await tell()
        await hears(page, ROWS)
        with valkey.client() as client:
            client.config_set("maxmemory", 1)
            refused = await tell()
            client.config_set("maxmemory", 0)
        await hears(page, RELOAD)
        return refused[0]

    assert played(play) is False


def test_r08_page_when_it_was_hidden_while_something_could_not_be_told_then_it_looks_anew_when_it_comes_again(valkey):
    async def play(hub):
        page = await opened(hub)
        await tell()
        await hears(page, ROWS)
        heard = hub.reader.past.position
        await hub.exit(page)
        with valkey.client() as client:
            client.config_set("maxmemory", 1)
            await tell()
            client.config_set("maxmemory", 0)
        await eventually_told()
        other = await opened(hub, pk=2)
        await tell(2)
        await hears(other, ROWS)
        return await hears(await opened(hub, after=heard), RELOAD)

    assert played(play) == "0.0"


def test_r08_page_when_it_comes_first_while_valkey_is_away_then_it_is_let_in_soon_and_looks_anew_later(valkey):
    async def play(hub):
        valkey.kill()
        began = time.monotonic()
        page = await opened(hub, after="1-0")
        took = time.monotonic() - began
        await hears(page, RELOAD)
        valkey.start()
        await hears(page, RELOAD)
        await eventually_told()
        await hears(page, ROWS)
        return took

    assert played(play) < 2


def test_r08_presence_when_valkey_has_forgotten_it_then_it_is_told_again_with_the_next_sign_of_life(valkey):
    async def play(hub):
        anna = await opened(hub, at="ticket:7")
        boris = await opened(hub, pk=2, name="Boris", at="ticket:7")
        while "Boris is here" not in await hears(anna, PRESENCE):
            pass
        valkey.kill()
        valkey.start()
        while await hears(anna, PRESENCE):
            pass
        bus._quiet_until = 0.0
        for page in (anna, boris):
            await hub.presence.renew(page)
        return await hears(anna, PRESENCE)

    assert "Boris is here" in played(play)


def test_r09_page_when_the_way_to_valkey_falls_silent_then_nobody_waits_for_it_and_it_looks_anew(valkey, proxy):
    async def play(hub):
        page = await opened(hub)
        await tell()
        await hears(page, ROWS)
        proxy.hang_after = 0
        proxy.silence()
        lost, took = await tell()
        proxy.hang_after = None
        proxy.silence()  # what was begun meanwhile hangs for ever
        await hears(page, RELOAD)
        await eventually_told()
        await hears(page, ROWS)
        return lost, took

    lost, took = played(play)

    assert not lost
    assert took < 2


def test_r09_presence_when_its_connection_falls_silent_then_it_is_heard_by_another_one(valkey, proxy):
    async def play(hub):
        anna = await opened(hub, at="ticket:7")
        await hears(anna, PRESENCE)
        before = listening(valkey)
        proxy.silence()
        bus._client().connection_pool.disconnect()
        async with asyncio.timeout(WITHIN_SECONDS):
            while not listening(valkey) - before:
                await asyncio.sleep(0.05)
        await opened(hub, pk=2, name="Boris", at="ticket:7")
        return await hears(anna, PRESENCE)

    assert "Boris is here" in played(play)


def test_marks_when_their_process_died_then_lists_forget_them(valkey, monkeypatch):
    company = bus.Company((bus.Present(2, "Boris", 1),), until=time.time())
    bus.keep_faces("ticket:7", company, is_news=True)
    before = bus.faces(["ticket:7", "ticket:8"])
    monkeypatch.setattr(bus, "LATE_SECONDS", -1.0)

    assert before == {"ticket:7": company.people}
    assert bus.faces(["ticket:7"]) == {}
    assert MARKS == "here"
