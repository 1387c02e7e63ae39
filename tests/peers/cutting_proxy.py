"""A TCP proxy that cuts connections after so many bytes of the server's, or falls silent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class CuttingProxy:
    """Listens on `port`, forwards to `target`. `cut_after` bytes from the server end both sides; with `hang_after`
    nothing comes any more, yet the connection stays. Both count anew for each connection; None never happens."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.cut_after: int | None = None
        self.hang_after: int | None = None
        self.passed = 0
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._silent: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        self._thread.join(5)

    def cut(self) -> None:
        """End every connection now."""
        for end in self._open:
            _end(end)
        self._open.clear()

    def silence(self) -> None:
        """Nothing comes any more on what is open now, yet it stays open."""
        self._silent.update(self._open)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            self._open += [client, server]
            for work in (self._to_server, self._to_client):
                threading.Thread(target=work, args=(client, server), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(65536):
                server.sendall(data)
        except OSError:
            pass
        _end(server)

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        passed = 0
        try:
            while data := server.recv(65536):
                if server in self._silent:
                    continue
                room = min(limit - passed for limit in (self.cut_after, self.hang_after, 1 << 62) if limit is not None)
                client.sendall(data[: max(0, room)])
                passed += len(data[: max(0, room)])
                self.passed = passed
                if self.cut_after is not None and passed >= self.cut_after:
                    break
        except OSError:
            pass
        _end(client)
        _end(server)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def cutting(target: int) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
