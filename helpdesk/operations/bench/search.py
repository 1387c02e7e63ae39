"""What a search takes: rare, middling, commonest words, phrases, narrowings, as agent, contractor and customer."""

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from helpdesk.accounts.backends import Backend
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Grant, Team, User
from helpdesk.operations.bench.figures import machine, spread
from helpdesk.operations.bench.scratch import scratch_database
from helpdesk.operations.seeding import synthetic
from helpdesk.operations.seeding.loading import load
from helpdesk.search.engines import engine
from helpdesk.search.finding import WANTED, ask, find
from tickets.models import Message, Ticket
from tickets.queries.documents import MESSAGES, entries
from tickets.queries.found import found_messages

WARM_UP = 3
PAGE = 25
SAMPLED = 3_000
WRITTEN = 1_000
RARE, MIDDLING = 200, 10_000
"""A million messages hold about so many with a rare and with a middling word; fewer hold fewer."""
SIZES = """
SELECT pg_relation_size('search_document'), pg_relation_size('search_document_vector'),
       pg_total_relation_size('search_document') + pg_total_relation_size('search_identifier')
"""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many messages to seed")
    parser.add_argument("--requests", type=int, default=50, help="repeats of each measure")
    parser.add_argument("--keep", action="store_true", help="keep the seeded database for the next run")
    parser.add_argument("--plans", action="store_true", help="the plans of the statements as well")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """Seed, then take the first page with its snippets and permissions for every kind of question. `times_faster` says
    how long `ILIKE` over the same rows takes against the median of finding the hits (`hits_p50_ms`), and
    `page_times_faster` against that of the whole page."""
    with scratch_database(keep=options["keep"]):
        if not Message.objects.exists():
            load(synthetic.tickets(messages=options["messages"], seed=7), progress=lambda loaded: None)
        _analyse()
        words = _words()
        people = {name: Backend().get_user(person.pk) for name, person in _people().items()}
        questions = _questions(words)
        pages = {
            f"{who}: {what}": _look(person, said, options)
            for who, person in people.items()
            for what, said in questions.items()
            if who == "agent" or what in words
        }
        for name, word in words.items():
            page = pages[f"agent: {name}"]
            ilike, hits = 1000 * _ilike(word), _hits_ms(people["agent"], word, options)
            page |= {"ilike_ms": round(ilike), "hits_p50_ms": hits, "times_faster": round(ilike / hits)}
            page |= {"page_times_faster": round(ilike / page["p50_ms"])}
        return {"benchmark": "search", "machine": machine(), "messages": Message.objects.count()} | _sizes() | pages


def _analyse() -> None:
    """As autovacuum does within minutes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_document")


def _words() -> dict[str, str]:
    """A word of each kind, by how many documents hold it."""
    known = _latest_words()
    share = Message.objects.count() / 1_000_000
    wanted = {"middling word": MIDDLING * share, "rare word": RARE * share}
    counted = {word: _count(word) for word in known[:: max(1, len(known) // 150)]}
    near = {name: min(counted, key=lambda word: abs(counted[word] - many)) for name, many in wanted.items()}
    return {"commonest word": known[0], **near}


def _latest_words() -> list[str]:
    """Words of the latest messages, those that stand in most of them first."""
    counted: Counter[str] = Counter()
    for text in Message.objects.order_by("-pk").values_list("text", flat=True)[:SAMPLED]:
        counted.update({word for word in text.lower().replace(".", " ").split() if word.isalpha() and len(word) > 3})
    return [word for word, _times in counted.most_common()]


def _count(stem: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_document WHERE vector @@ to_tsquery('helpdesk', %s)", [stem])
        return int((cursor.fetchone() or [0])[0])


def _questions(words: dict[str, str]) -> dict[str, str]:
    common, middling, rare = words.values()
    other = _latest_words()[2]
    last = Message.objects.exclude(text="").select_related("ticket__team", "author").order_by("-pk")[0]
    team = last.ticket.team
    return {
        **words,
        "two words": f"{common} {middling}",
        "two common words": f"{common} {other}",
        "common or rare": f"{common} or {rare}",
        "phrase": f'"{" ".join(last.text.split()[1:3])}"',
        "phrase of common words": f'"{common} {other}"',
        "exclusion": f"{middling} -{common}",
        "prefix": f"{common[:4]}*",
        "number": str(last.ticket.number),
        "piece of an address": (last.ticket.requester.email or "")[2:12],
        "of a sender": f"{common} from:{last.ticket.requester.email}",
        "of a team": f'{common} team:"{team.name if team else ""}"',
        "of a status": f"{common} status:open",
        "of a month": f"{common} after:2026-03 before:2026-04",
        "of a month, middling": f"{middling} after:2026-03 before:2026-04",
    }


def _people() -> dict[str, User]:
    """An agent, a contractor with one queue of four, and the customer with most requests."""
    agent, contractor = _person("agent", Role.AGENT), _person("contractor", Role.CONTRACTOR)
    busy = Team.objects.annotate(size=models.Count("tickets")).order_by("-size", "pk")[0]
    Grant.objects.get_or_create(contractor=contractor, team=busy)
    asked = Ticket.objects.values("requester").annotate(size=models.Count("pk")).order_by("-size", "requester")[0]
    return {"agent": agent, "contractor": contractor, "customer": User.objects.get(pk=asked["requester"])}


def _person(name: str, role: Role) -> User:
    defaults = {"name": name.title(), "role": role}
    return User.objects.get_or_create(email=f"{name}@bench.example", defaults=defaults)[0]


def _look(person: User | None, words: str, options: dict[str, Any]) -> dict[str, Any]:
    assert person is not None
    seconds, hits = [], 0
    for number in range(WARM_UP + options["requests"]):
        start = time.perf_counter()
        hits = _page(person, words)
        if number >= WARM_UP:
            seconds.append(time.perf_counter() - start)
    plans = _plans(lambda: _page(person, words)) if options["plans"] else []
    return {"words": words, "hits": hits, **spread(seconds), **({"plans": plans} if plans else {})}


def _hits_ms(person: User | None, words: str, options: dict[str, Any]) -> float:
    """The median of finding the latest hits, without weighing them or reading what they are."""
    assert person is not None
    question = ask(MESSAGES, reader=person, words=words).question
    seconds = []
    for _number in range(WARM_UP + options["requests"]):
        start = time.perf_counter()
        engine().matches(question, before=None, limit=WANTED)
        seconds.append(time.perf_counter() - start)
    return float(spread(seconds[WARM_UP:])["p50_ms"])


def _page(person: User, words: str) -> int:
    asked = ask(MESSAGES, reader=person, words=words)
    found = find(MESSAGES, reader=person, asked=asked, size=PAGE)
    return len(found_messages(person, found.hits, asked=asked))


def _plans(work: Callable[[], int]) -> list[str]:
    """How the statements over the documents were run."""
    found: list[str] = []
    with _explained(found):
        work()
    return found


@contextmanager
def _explained(found: list[str]) -> Iterator[None]:
    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "search_document" in sql and "EXPLAIN" not in sql:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}", params)
                found.append("\n".join(row[0] for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield


def _ilike(word: str) -> float:
    """Seconds of looking through all texts for the word."""
    with connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute("SELECT count(*) FROM tickets_message WHERE text ILIKE %s", [f"%{word}%"])
    return time.perf_counter() - start


def _sizes() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        table, index, everything = (round(size / 2**20) for size in cursor.fetchone() or ())
    return {"documents_mib": table, "index_mib": index, "all_mib": everything, "write_ms": _write_ms()}


def _write_ms() -> dict[str, float]:
    """Milliseconds to make a document and to write it, in batches of twenty, as mails are; nothing is kept."""
    with transaction.atomic():
        start = time.perf_counter()
        rows = entries(0, WRITTEN)
        read = time.perf_counter() - start
        start = time.perf_counter()
        for at in range(0, len(rows), 20):
            engine().write(rows[at : at + 20])
        written = time.perf_counter() - start
        transaction.set_rollback(True)
    return {"read_and_make": round(1000 * read / len(rows), 3), "write": round(1000 * written / len(rows), 3)}
