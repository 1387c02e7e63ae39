"""Requests from one or several clients at once over kept connections, and how long each took."""

import http.client
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(slots=True)
class Client:
    """A signed-in browser: keeps its connection, its session and its CSRF token."""

    host: str
    port: int
    session: str
    csrf: str
    connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Let go of the connection; the server drops it anyway when nothing comes for a while."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def get(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        return self._send("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        return self._send("POST", path, urlencode(fields).encode())

    def _send(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes, dict[str, str]]:
        """As a browser does: a kept connection that the server let go of meanwhile is opened again, once."""
        if self.connection is not None:
            try:
                return self._ask(self.connection, method, path, body)
            except (http.client.RemoteDisconnected, ConnectionError):
                self.close()
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        return self._ask(self.connection, method, path, body)

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None
    ) -> tuple[int, bytes, dict[str, str]]:
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={self.csrf}",
            "Accept-Encoding": "identity",
            "X-CSRFToken": self.csrf,
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.will_close:
            self.close()
        return answer.status, content, dict(answer.getheaders())


@dataclass(slots=True)
class Run:
    """Seconds of every request, bytes of the largest answer, answers that were neither 2xx nor 303."""

    seconds: list[float] = field(default_factory=list)
    largest: int = 0
    failed: int = 0


def drive(clients: list[Client], *, requests: int, method: str, paths: list[str]) -> Run:
    """`requests` requests in all, shared among the clients, each going round `paths` from its own start."""
    run, lock = Run(), threading.Lock()
    for client in clients:
        client.close()
    share = max(1, requests // len(clients))

    def work(client: Client, start: int) -> None:
        for turn in range(share):
            path = paths[(start + turn) % len(paths)]
            began = time.perf_counter()
            if method == "GET":
                status, content, _ = client.get(path)
            else:
                status, content, _ = client.post(path, {"body": f"Thank you, we look into it ({start}/{turn})."})
            took = time.perf_counter() - began
            with lock:
                run.seconds.append(took)
                run.largest = max(run.largest, len(content))
                run.failed += status not in (200, 201, 303)

    threads = [threading.Thread(target=work, args=(client, at * share)) for at, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return run
