"""Hosting panels on loopback by TLS, each made from its vendor's published description: what they have in common."""

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.peers.slapd import Authority


@dataclass(frozen=True)
class Call:
    """One request as it came: `form` holds the query and the form together."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    status: int = 200
    body: bytes | str = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Panel:
    """`answer` is the panel's own; what `instead` gives is said in its place, however it may be broken. What it was
    asked is in `calls`."""

    def __init__(self, authority: Authority) -> None:
        self.calls: list[Call] = []
        self.instead: Callable[[Call], Reply | None] = lambda call: None
        self.slow_seconds = 0.0
        panel = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                self._do()

            def do_POST(self) -> None:
                self._do()

            def _do(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                query = dict(parse_qsl(parts.query, keep_blank_values=True))
                is_form = "form-urlencoded" in self.headers.get("Content-Type", "")
                form = dict(parse_qsl(body.decode(), keep_blank_values=True)) if is_form else {}
                call = Call(self.command, parts.path, query, query | form, dict(self.headers.items()), body)
                panel.calls.append(call)
                time.sleep(panel.slow_seconds)
                reply = panel.instead(call) or panel.answer(call)
                written = reply.body.encode() if isinstance(reply.body, str) else reply.body
                self.send_response(reply.status)
                for name, value in {"Content-Type": reply.kind, **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: object, client_address: object) -> None:
                """Whoever asked went away, as some tests want."""

        certificate, key = authority.issue("localhost")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.authority = authority

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def answer(self, call: Call) -> Reply:
        raise NotImplementedError
