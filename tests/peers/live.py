"""The web and the events process as `manage.py up` has them, and a browser's stream read as bytes."""

import http.client
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from helpdesk.embedded.processes import die_with
from helpdesk.operations.up.events import Handover, take_over
from helpdesk.operations.up.options import Options
from helpdesk.operations.up.web import serve
from tests.browsers import browser_of


def serve_both() -> None:
    """On `settings.TEST_PORT`, until SIGTERM."""
    handover = Handover.made()
    parent = os.getpid()
    application = get_wsgi_application()
    if os.fork() == 0:
        die_with(parent, signal.SIGTERM)
        take_over(handover.events)
        os._exit(0)
    sys.argv = ["up"]
    log = str(Path(settings.DATA_DIR) / "access.log")
    serve(application, Options(port=settings.TEST_PORT), log, handover=handover.web)


class Page:
    """A ticket's page that is open in somebody's browser."""

    def __init__(self, port: int, path: str, session: str, *, heard: str = "", **headers: str) -> None:
        """`headers` are others of the request: `accept`, `referer`, `accept_language`."""
        self.heard = heard
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        sent = {"Cookie": f"sessionid={session}", "Sec-Fetch-Site": "same-origin"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request("GET", path, headers=sent | ({"Last-Event-ID": heard} if heard else {}))
        self.answer = self.connection.getresponse()

    def hears(self, *wanted: str) -> tuple[str, str]:
        """The next event and its data: of those that are wanted, else any but signs of life; ("", "") at the end of the
        stream. `heard` is its place."""
        assert self.answer.status == 200, self.answer.status
        event, data = "", []
        while line := self.answer.readline():
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                event = value
            elif name == "data":
                data.append(value)
            elif name == "id":
                self.heard = value
            elif not line.strip() and event:
                if event in wanted or not (wanted or event == "mark"):
                    return event, "\n".join(data)
                event, data = "", []
        return "", ""

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


@contextmanager
def opened(port: int, ticket, person, *, heard: str = "") -> Iterator[Page]:
    """The page of the ticket, or where that is None any other page of the desk."""
    query = f"ticket={ticket.number}" if ticket else "desk=1"
    page = Page(port, f"/events/?{query}", browser_of(person).session.session_key, heard=heard)
    try:
        yield page
    finally:
        page.close()
