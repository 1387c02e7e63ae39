"""The backend that `DATABASES` names."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks the socket before it asks the server."""

    def is_usable(self) -> bool:
        """Whether a kept connection can serve the next request.

        A server that went away, or a line that was cut, makes the socket readable: only then is a statement spent on
        finding out. Asked once for each request, so the usual answer must cost nothing.
        """
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self) -> bool:
        """Nothing waits to be read: no farewell, no reset."""
        connection = self.connection
        if connection is None or connection.closed:
            return False
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
        return not poll.poll(0)
