"""Agents at the desk: pages, forms and hidden fields as a browser has them, the same form until it is answered."""

import http.client
import random
import re
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from helpdesk.operations.nemesis.conversations import Conversation, Conversations
from helpdesk.operations.nemesis.history import History, Kind, Operation
from helpdesk.operations.nemesis.stage import Stage

PATIENCE = 15.0
BETWEEN_TRIES = 0.5
NOTES = 0.2  # of all that is written
FIELD = re.compile(r'name="(csrfmiddlewaretoken|key)" value="([^"]+)"')


class NoAnswer(Exception):
    """The server was away, or asked to come again later; `kind` is the status, or the name of what broke."""

    def __init__(self, kind: str, path: str) -> None:
        super().__init__(f"{path}: {kind}")
        self.kind = kind


@dataclass
class Browser:
    """Keeps cookies; every request has a connection of its own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self, email: str, password: str) -> None:
        """Raises NoAnswer."""
        page = self.get("/accounts/login/")
        status = self.post("/accounts/login/", {**hidden(page), "login": email, "password": password})
        if "sessionid" not in self.cookies:
            raise NoAnswer(str(status), "/accounts/login/")

    def get(self, path: str) -> str:
        """The page. Raises NoAnswer for anything else."""
        status, text = self._send("GET", path, None)
        if status != 200:
            raise NoAnswer(str(status), path)
        return text

    def post(self, path: str, fields: dict[str, str]) -> int:
        """The status, below 500. Raises NoAnswer."""
        return self._send("POST", path, urlencode(fields).encode())[0]

    def _send(self, method: str, path: str, body: bytes | None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(type(error).__name__, path) from error
        finally:
            connection.close()
        for value in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(value).items()}
        if answer.status >= 500:
            raise NoAnswer(str(answer.status), path)
        return answer.status, text


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the first form that has them: the CSRF token, and the key that makes a form one form."""
    found: dict[str, str] = {}
    for name, value in FIELD.findall(page):
        found.setdefault(name, value)
    return found


@dataclass
class Agent:
    """Answers customers, and now and then writes a note that must stay in the house."""

    browser: Browser
    email: str
    password: str
    history: History
    conversations: Conversations
    stage: Stage
    rng: random.Random
    pause: float
    troubles: list[str] = field(default_factory=list)

    def work(self) -> None:
        """Until the play ends; the form under way then is still sent until it is answered."""
        while self.stage.is_open:
            known = self.conversations.any(self.rng)
            if known is not None:
                self._write(known)
            self.stage.rest(self.rng.uniform(0, 2 * self.pause))

    def _write(self, known: Conversation) -> None:
        try:
            if "sessionid" not in self.browser.cookies:
                self.browser.sign_in(self.email, self.password)
            page = self.browser.get(f"/desk/tickets/{known.number}/")
        except NoAnswer as trouble:
            self._note(trouble)
            return
        kind = Kind.NOTE if self.rng.random() < NOTES else Kind.REPLY
        operation = self.history.invoke(kind, thread=known.thread)
        fields = {**hidden(page), "body": f"We look into it.\n\nOur reference: {operation.token}\n"}
        fields.pop("read_to", None)  # who does not say what they have read is not asked to read first
        path = f"/desk/tickets/{known.number}/{'notes' if kind is Kind.NOTE else 'replies'}/"
        self._send(operation, path, fields)

    def _send(self, operation: Operation, path: str, fields: dict[str, str]) -> None:
        while not self.stage.is_over:
            operation.tries += 1
            try:
                status = self.browser.post(path, fields)
            except NoAnswer as trouble:
                self._note(trouble)
                continue
            if status == 303:
                operation.acknowledge()
            else:
                operation.refused = f"{path} answered {status}"
            return

    def _note(self, trouble: NoAnswer) -> None:
        self.troubles.append(trouble.kind)
        time.sleep(BETWEEN_TRIES)
