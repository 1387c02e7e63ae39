"""Administrators who press *Issue*, alone or at once, and a reckoning of what became of every press."""

import io
import tarfile
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import _get_new_csrf_string

from helpdesk.accounts.enums import Role, Way
from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.operations.bench.load import Client
from vpn.models import Access, DownloadLink, Key, Server
from vpn.pki.certificates import read_certificate

ISSUE, BUNDLE, TRIES = "/admin/vpn/key/issue/", "/bundle/", 6


@dataclass(frozen=True, slots=True)
class Pressed:
    """One press: its answer, seconds until the key was there and until its archive was. `key` is the one that the page
    told of, `serial` stands in the certificate of the archive, which has so many bytes."""

    status: int
    pressed: float
    bundled: float
    key: int | None = None
    serial: int | None = None
    archive: int = 0


def administrator(port: int) -> Client:
    """Somebody who has just proved who they are, signed in at the server of this port."""
    email = f"bench-{User.objects.count()}@helpdesk.example"
    issuer = User.objects.create(email=email, name="Bench", role=Role.ADMINISTRATOR)
    session = SessionStore()
    session[SESSION_KEY] = str(issuer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = issuer.get_session_auth_hash()
    session["proof"] = {"user": issuer.pk, "at": int(time.time()), "by": str(Way.PASSWORD)}
    session["second_factor"] = {"user": issuer.pk, "by": "totp"}
    session.create()
    return Client("127.0.0.1", port, str(session.session_key), _get_new_csrf_string())


def press(client: Client, person: User, server: Server) -> Pressed:
    """As a person does: the form, and on the page that it leads to the archive."""
    fields = {"person": str(person.pk), "login": f"p{person.pk}", "device": "laptop", "servers": str(server.pk)}
    began = time.perf_counter()
    status, _content, headers = client.post(ISSUE, fields)
    pressed = time.perf_counter() - began
    if status != 303 or BUNDLE not in headers["Location"]:
        return Pressed(status, pressed, pressed)
    page = headers["Location"]
    key = int(page.removesuffix(BUNDLE).rpartition("/")[2])
    status, content, _headers = client.post(page.replace(BUNDLE, "/download/"), {"form": "archive"})
    bundled = time.perf_counter() - began
    if status != 200:
        return Pressed(status, pressed, bundled, key)
    return Pressed(status, pressed, bundled, key, _serial_in(content), len(content))


def press_together(
    clients: Sequence[Client], people: Sequence[User], server: Server, *, kill: Callable[[], None], at: Sequence[float]
) -> list[Pressed]:
    """A key for everybody, by all clients at once; who is refused presses again. `kill` is called whenever such a share
    of the keys is there."""
    made: list[Pressed] = []
    lock = threading.Lock()

    def work(start: int) -> None:
        for person in people[start :: len(clients)]:
            for _try in range(TRIES):
                found = press(clients[start], person, server)
                with lock:
                    made.append(found)
                if found.status != 422:
                    break

    threads = [threading.Thread(target=work, args=(start,)) for start in range(len(clients))]
    for thread in threads:
        thread.start()
    for share in at:
        while sum(one.key is not None for one in made) < share * len(people) and any(
            map(threading.Thread.is_alive, threads)
        ):
            time.sleep(0.01)
        kill()
    for thread in threads:
        thread.join()
    return made


def reckon(made: Sequence[Pressed], people: Sequence[User], ledger: Collection[int]) -> dict[str, Any]:
    """What the pages told against the database and the signer's ledger (its serial numbers).

    `lost`: keys that somebody was told of, and that aren't in both, or whose archive has another certificate.
    `half_done`: what is missing beside the keys that are kept (access, link, letter, line of the journal), private keys
    that are there though they were handed out, and keys that nobody was told of. `unheard`: certificates in the ledger
    whose press was refused; their private keys were never kept.
    """
    keys = Key.objects.filter(device__owner__in=people)
    kept = {pk: int(serial) for pk, serial in keys.order_by("pk").values_list("pk", "serial")}
    told = {one.key: one.serial for one in made if one.key is not None}
    lost = [pk for pk, serial in told.items() if kept.get(pk) not in ledger or serial not in (None, kept[pk])]
    about = {"subject_type": ContentType.objects.get_for_model(Key), "subject_id__in": list(kept)}
    beside = [
        Access.objects.filter(key__in=keys).count(),
        DownloadLink.objects.filter(key__in=keys).count(),
        Entry.objects.filter(verb="vpn_key_issued", **about).count(),
        Delivery.objects.filter(purpose=Purpose.VPN_KEY, **about).count(),
    ]
    taken = [one.key for one in made if one.key and one.archive]
    left = keys.filter(pk__in=taken).exclude(private_key="").count()
    return {
        "keys": len(kept),
        "refused": sum(one.status == 422 for one in made),
        "failed": sum(one.status not in (200, 422) for one in made),
        "lost": len(lost),
        "half_done": sum(abs(len(kept) - count) for count in beside) + left + len(kept.keys() - told.keys()),
        "unheard": len(set(ledger) - set(kept.values())),
        "serials_unique": len(set(kept.values())) == len(kept),
    }


def _serial_in(archive: bytes) -> int:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        (name,) = [each for each in tar.getnames() if each.endswith(".crt") and not each.endswith("/ca.crt")]
        file = tar.extractfile(name)
        assert file is not None, "a certificate is a file"
        return read_certificate(file.read().decode()).serial
