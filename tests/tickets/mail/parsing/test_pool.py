"""Children under limits, with real processes that are really killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tickets.mail.parsing.pool import ParseFailure, ParserCrashed, ParserPool, Unparsable

ROOT = Path(__file__).parents[4]
POISON = "poison-7f3a"


def mail(text: str, **headers: str) -> bytes:
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"From: clara@shop.example\r\n{head}\r\n{text}\r\n".encode()


def child_of(pool: ParserPool) -> int:
    link = pool._idle.get_nowait()
    pool._idle.put(link)
    assert link.pid is not None
    return link.pid


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def pool():
    with ParserPool() as pool:
        yield pool


def test_mail_when_parsed_in_a_child_then_it_is_the_same_as_parsed_here(pool):
    from tickets.mail.parsing.reading import parse

    raw = (
        b"From: =?utf-8?B?0JrQu9Cw0YDQsA==?= <clara@shop.example>\r\nTo: a@b.c, d@e.f\r\n"
        b"Date: 1 Jan 2020 10:00:00 +0300\r\n"
        b"Message-ID: <1@x>\r\nReferences: <2@x> <3@x>\r\nAuthentication-Results: mx; spf=pass\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
        b"<p>\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82</p>\r\n--b\r\n"
        b"Content-Type: application/octet-stream; name=a.bin\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nAAECAwQ=\r\n--b--\r\n"
    )

    assert pool.parse(raw) == parse(raw)


def test_child_when_idle_and_killed_then_the_next_mail_is_parsed_by_a_new_one(pool):
    pool.parse(mail("first"))
    killed = child_of(pool)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not is_running(killed))

    parsed = pool.parse(mail("second"))

    assert parsed.text.strip() == "second"
    assert child_of(pool) != killed


def test_mail_when_it_kills_its_child_then_only_that_mail_fails(pool, monkeypatch):
    monkeypatch.setenv("HELPDESK_PARSER_CRASH", POISON)

    with pytest.raises(ParserCrashed, match="SIGKILL"):
        pool.parse(mail(POISON))

    assert pool.parse(mail("good")).text.strip() == "good"


def test_poison_when_among_a_hundred_good_mails_then_a_hundred_are_parsed_in_order(pool, monkeypatch):
    monkeypatch.setenv("HELPDESK_PARSER_CRASH", POISON)
    raws = [mail(f"good {number}") for number in range(100)]
    raws[50:50] = [mail(POISON)]

    results = list(pool.parse_many(raws))

    texts = [result.text.strip() for result in results if not isinstance(result, ParseFailure)]
    assert texts == [f"good {number}" for number in range(100)]
    assert results[50] == ParseFailure("The parser was killed by SIGKILL", crashed=True)


def test_poison_when_two_in_a_row_then_each_fails_for_itself(pool, monkeypatch):
    monkeypatch.setenv("HELPDESK_PARSER_CRASH", POISON)

    results = list(pool.parse_many([mail(POISON), mail(POISON), mail("good")]))

    assert [isinstance(result, ParseFailure) for result in results] == [True, True, False]


def test_mail_when_it_takes_too_long_then_its_child_is_ended():
    with ParserPool(wall_seconds=0.3) as pool:
        pool.parse(mail("warm"))
        child = child_of(pool)
        os.kill(child, signal.SIGSTOP)

        with pytest.raises(ParserCrashed, match=r"longer than 0\.3 s"):
            pool.parse(mail("never read"))

        assert not is_running(child)
        assert pool.parse(mail("after")).text.strip() == "after"


def test_mail_when_it_needs_more_memory_than_allowed_then_it_fails_and_the_next_is_parsed():
    bomb = mail("x" * 90_000_000)

    with ParserPool(memory_bytes=250 * 1024**2, max_mail_bytes=100_000_000) as pool:
        with pytest.raises(ParserCrashed, match=r"memory|ended with status|killed"):
            pool.parse(bomb)

        assert pool.parse(mail("after")).text.strip() == "after"


def test_mail_when_it_needs_more_processor_time_than_allowed_then_its_child_is_ended():
    heavy = mail("AA==\r\n" * 7_000_000, Content_Transfer_Encoding="base64")

    with ParserPool(cpu_seconds=0) as pool:
        with pytest.raises(ParserCrashed, match="processor time"):
            pool.parse(heavy)

        assert pool.parse(mail("after")).text.strip() == "after"


def test_mail_when_larger_than_the_cap_then_it_is_refused_with_its_size():
    with ParserPool(max_mail_bytes=1000) as pool:
        with pytest.raises(Unparsable, match="more than the 1000"):
            pool.parse(mail("x" * 2000))

        results = list(pool.parse_many([mail("a"), mail("x" * 2000), mail("b")]))

    assert [isinstance(result, ParseFailure) for result in results] == [False, True, False]
    assert not results[1].crashed


def test_child_when_it_has_read_enough_mails_then_it_is_replaced_and_none_is_lost():
    with ParserPool(recycle_after=7) as pool:
        pool.parse(mail("warm"))
        first = child_of(pool)

        texts = [result.text.strip() for result in pool.parse_many(mail(str(number)) for number in range(30))]

        assert texts == [str(number) for number in range(30)]
        assert child_of(pool) != first
        assert not is_running(first)


def test_child_when_it_has_grown_too_large_then_it_is_replaced():
    with ParserPool(max_resident_bytes=1) as pool:
        pool.parse(mail("one"))
        first = child_of(pool)

        pool.parse(mail("two"))

        assert child_of(pool) != first


def test_mails_larger_than_a_pipe_when_pipelined_then_nothing_blocks(pool):
    raws = [mail("y" * 3_000_000, Subject=str(number)) for number in range(6)]

    results = list(pool.parse_many(raws))

    assert [result.subject for result in results] == [str(number) for number in range(6)]
    assert all(result.attachments[0].content.count(b"y") == 3_000_000 for result in results)


def test_mails_when_the_caller_is_slow_then_the_next_one_is_ready():
    with ParserPool(wall_seconds=0.5) as pool:
        pool.parse(mail("warm"))

        results = []
        for result in pool.parse_many(mail(str(number)) for number in range(3)):
            results.append(result)
            time.sleep(0.7)

    assert not any(isinstance(result, ParseFailure) for result in results)


def test_iteration_when_given_up_early_then_the_pool_stays_usable(pool):
    results = pool.parse_many(mail(str(number)) for number in range(10))
    next(results)
    results.close()

    assert pool.parse(mail("after")).text.strip() == "after"


def test_pool_when_closed_then_no_child_is_left():
    pool = ParserPool()
    pool.parse(mail("one"))
    child = child_of(pool)

    pool.close()

    assert not is_running(child)


def test_pool_when_shared_by_threads_then_every_thread_gets_its_own_answers():
    answers: dict[int, list[str]] = {}

    def work(number: int) -> None:
        answers[number] = [pool.parse(mail(f"{number}-{turn}")).text.strip() for turn in range(20)]

    with ParserPool(size=2) as pool:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert answers == {number: [f"{number}-{turn}" for turn in range(20)] for number in range(4)}


def test_pool_when_its_process_forks_then_both_processes_have_children_of_their_own(pool):
    pool.parse(mail("before"))
    reading, writing = os.pipe()

    pid = os.fork()
    if pid == 0:
        text = pool.parse(mail("in the fork")).text.strip()
        os.write(writing, text.encode())
        pool.close()
        os._exit(0)
    os.waitpid(pid, 0)

    assert os.read(reading, 100) == b"in the fork"
    assert pool.parse(mail("after")).text.strip() == "after"


@pytest.mark.parametrize("busy", [False, True])
def test_parent_when_killed_then_no_child_is_left(busy):
    program = (
        "import sys, os, signal\n"
        "from tickets.mail.parsing.pool import ParserPool\n"
        "pool = ParserPool()\n"
        "pool.parse(b'From: a@b.c\\r\\n\\r\\nhello')\n"
        "link = pool._idle.get_nowait()\n"
        f"{'os.kill(link.pid, signal.SIGSTOP)' if busy else ''}\n"
        "print(link.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()

        assert wait_until(lambda: not is_running(child))


def test_child_when_started_then_it_knows_nothing_of_django_and_no_secret(pool, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary")
    pool.parse(mail("one"))
    child = child_of(pool)

    environment = Path(f"/proc/{child}/environ").read_bytes()
    mapped = Path(f"/proc/{child}/maps").read_text()

    assert b"canary" not in environment
    assert "psycopg" not in mapped


def test_parsing_package_when_imported_then_django_is_not():
    program = (
        "import sys, tickets.mail.parsing.child; print(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
