"""Whether one process of the deployment does its work: `python -m helpdesk.operations.alive web`, `worker NAME`, ...

Each container asks it about itself (docker-compose.yml). A database or a broker that is away is not the process's
fault; it is asked about all the same, for a container without them serves nobody. Exit code 0, or 1 with one line.
"""

import http.client
import os
import socket
import sys
from collections.abc import Callable
from contextlib import closing

import psycopg

SECONDS = 8.0
# Beat writes down its rings every three minutes (celery.beat.Scheduler.sync_every); the sweeps ring more often.
LAST_RING = "SELECT now() - max(last_run_at) < interval '10 minutes' FROM django_celery_beat_periodictask"
# A round of a fetcher that fares well ends within minutes: IDLE is renewed, folders without it are polled.
STALE_MAILBOX = """
    SELECT name FROM mail_mailbox
    WHERE is_active AND protocol <> 'none' AND fetch_failures = 0 AND fetched_at < now() - interval '15 minutes'
    ORDER BY fetched_at LIMIT 1
"""


class NotAlive(Exception):
    """What is wrong, in a few words."""


def web(port: str = "8000") -> None:
    """The page that tells whether the database answers, asked under the first name that may be used."""
    names = [name for name in os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",") if name not in ("", "*")]
    with closing(http.client.HTTPConnection("127.0.0.1", int(port), timeout=SECONDS)) as connection:
        connection.request("GET", "/health/", headers={"Host": names[0].lstrip(".") if names else "127.0.0.1"})
        status = connection.getresponse().status
    if status != http.client.OK:
        raise NotAlive(f"/health/ answers {status}")


def smtp(port: str = "2525") -> None:
    with socket.create_connection(("127.0.0.1", int(port)), timeout=SECONDS) as peer:
        greeting = peer.recv(512)
        peer.sendall(b"QUIT\r\n")
    if not greeting.startswith(b"220"):
        raise NotAlive(f"the inlet greets with {greeting[:80]!r}")


def worker(name: str) -> None:
    """The worker answers a question that is put to it by way of the broker."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    from helpdesk.celery import app  # noqa: PLC0415 - the other questions need no Celery

    node = f"{name}@{socket.gethostname()}"
    if not app.control.ping(destination=[node], timeout=SECONDS):
        raise NotAlive(f"{node} gives no answer")


def beat() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=int(SECONDS)) as connection:
        row = connection.execute(LAST_RING).fetchone()
    if not (row and row[0]):
        raise NotAlive("no scheduled task was rung for ten minutes")


def fetch() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=int(SECONDS)) as connection:
        row = connection.execute(STALE_MAILBOX).fetchone()
    if row:
        raise NotAlive(f"mailbox {row[0]!r} was not read for 15 minutes, and no failure was noted")


def signer() -> None:
    """It says what it is, to its own user."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        peer.settimeout(SECONDS)
        peer.connect(os.environ["VPN_SIGNER_SOCKET"])
        peer.sendall(b'{"op":"about"}\n')
        answer = peer.recv(64)
    if not answer.startswith(b'{"ok":true'):
        raise NotAlive(f"the signer answers {answer[:40]!r}")


QUESTIONS: dict[str, Callable[..., None]] = {
    "web": web, "smtp": smtp, "worker": worker, "beat": beat, "fetch": fetch, "signer": signer,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in QUESTIONS:
        sys.stderr.write(f"usage: python -m helpdesk.operations.alive {'|'.join(QUESTIONS)} [port or worker]\n")
        return 2
    try:
        QUESTIONS[arguments[0]](*arguments[1:])
    except Exception as error:  # noqa: BLE001 - the edge: whatever is wrong, the answer is no, in one line
        sys.stderr.write(f"{arguments[0]}: {str(error).partition(chr(10))[0]}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
