"""Tickets that nobody wrote: words of two languages by Zipf's law, about five messages a ticket."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

ENGLISH = "a e i o u ar er or an en in al el st tr pl gr sh ck mo ne ra ti lo pa ver con per ment ble"  # syllables
RUSSIAN = "а о е и у ра ро ре ли ла но на те то ка ко ви ва мо ми пе по са со да до зна чить ость ние тель"
COMMON = {
    "en": "the and to order payment basket page server error invoice module please thanks we our is not after",
    "ru": "и не на что мы заказ оплата корзина страница сервер ошибка счёт модуль пожалуйста спасибо после сайт",
}
WORDS_PER_LANGUAGE = 12_000
CUSTOMERS = 2_000
AGENTS = 20
TEAMS = 4
SPAN = timedelta(days=365)
START = datetime(2025, 11, 1, tzinfo=UTC)


def tickets(*, messages: int, seed: int) -> Iterator[dict[str, Any]]:
    """Ticket dictionaries with `messages` messages in all, in order of creation; the same for the same seed.

    Each has: n, subject, cust (name, address), created (ISO 8601), state, owner, prio (1 to 4), queue, messages
    (agent or None, body, ts, mid, private).
    """
    rng = random.Random(seed)  # noqa: S311 - synthetic data, not a secret
    speakers = {language: Speaker(language, rng) for language in ("en", "ru")}
    total = max(1, messages // 5)
    left = messages
    for index in range(total):
        size = _size(rng, index, left=left, tickets_left=total - index)
        left -= size
        yield _ticket(rng, speakers[rng.choice(("en", "ru"))], index, size, index / total)


def _size(rng: random.Random, index: int, *, left: int, tickets_left: int) -> int:
    """Every hundredth ticket has twenty messages, the others about the mean of what is left; the last takes all."""
    if tickets_left == 1:
        return left
    wanted = 20 if index % 100 == 50 else round(left / tickets_left * rng.uniform(0.2, 1.8))
    return max(1, min(wanted, left - tickets_left + 1))


def _ticket(rng: random.Random, speaker: "Speaker", index: int, size: int, progress: float) -> dict[str, Any]:
    moment = START + SPAN * progress
    customer = int(rng.paretovariate(0.9) * 10) % CUSTOMERS if rng.random() < 0.5 else rng.randrange(CUSTOMERS)
    unfinished = rng.random() < 0.03 + 0.5 * max(0.0, (progress - 0.8) / 0.2)
    created, said = moment, []
    for position in range(size):
        from_agent = position % 2 == 1
        said.append(
            {
                "agent": f"agent{(index + position) % AGENTS + 1}" if from_agent else None,
                "body": speaker.body(),
                "ts": moment.isoformat(),
                "mid": f"s{index}.{position}.{rng.getrandbits(32):08x}@seed.example",
                "private": from_agent and rng.random() < 0.15,
            }
        )
        moment += timedelta(seconds=rng.randint(300, 40_000))
    return {
        "n": index + 1,
        "subject": speaker.subject(),
        "cust": [f"{speaker.name(customer)}", f"customer{customer}@client{customer % 211}.example"],
        "created": created.isoformat(),
        "state": "open" if unfinished else "closed",
        "owner": f"agent{index % AGENTS + 1}" if rng.random() < 0.7 else None,
        "prio": rng.choices((1, 2, 3, 4), (10, 70, 15, 5))[0],
        "queue": index % TEAMS,
        "messages": said,
    }


class Speaker:
    """Says things in one language."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self.rng = rng
        syllables = (ENGLISH if language == "en" else RUSSIAN).split()
        made = {"".join(rng.choices(syllables, k=rng.choice((2, 3, 3, 4)))) for _ in range(WORDS_PER_LANGUAGE * 2)}
        rest = sorted(word for word in made if len(word) > 3)
        rng.shuffle(rest)
        self.words = [*COMMON[language].split(), *rest][:WORDS_PER_LANGUAGE]
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(len(self.words))))

    def say(self, count: int) -> str:
        return " ".join(self.rng.choices(self.words, cum_weights=self.weights, k=count)).capitalize()

    def subject(self) -> str:
        return self.say(self.rng.randint(3, 8))

    def name(self, number: int) -> str:
        return f"{self.words[40 + number % 300].capitalize()} {self.words[400 + number % 900].capitalize()}"

    def body(self) -> str:
        length = int(min(450, max(25, self.rng.lognormvariate(4.6, 0.7))))
        sentences, left = [], length
        while left > 0:
            count = min(left, self.rng.randint(5, 16))
            sentences.append(self.say(count) + ".")
            left -= count
        paragraphs = [" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4)]
        return "\n\n".join(paragraphs)
