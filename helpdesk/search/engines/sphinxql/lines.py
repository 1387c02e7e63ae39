"""Connections to the search's server: one for each thread and server, opened when needed, with short patience."""

import threading
from collections.abc import Sequence
from typing import Any

import pymysql
import structlog
from django.utils.translation import gettext as _
from pymysql.err import InterfaceError, OperationalError

from helpdesk.core.errors import Away

CONNECT_SECONDS = 2
ANSWER_SECONDS = 8
log = structlog.get_logger(__name__)
_own = threading.local()
Row = tuple[Any, ...]


class Stumbled(Exception):
    """The server answered that it can't do this: an index that is missing or defined otherwise."""


def ask(host: str, port: int, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    """The rows of one statement. It may run twice: each of ours may. Raises Away when the server gives no answer, and
    Stumbled."""
    is_new = (host, port) not in _lines()
    try:
        return _asked(host, port, sql, parameters)
    except (OperationalError, InterfaceError, OSError) as error:
        hang_up(host, port)
        if is_new:
            raise _away(error) from error
    try:
        return _asked(host, port, sql, parameters)  # the connection of before was lost, perhaps long ago
    except (OperationalError, InterfaceError, OSError) as error:
        hang_up(host, port)
        raise _away(error) from error


def hang_up(host: str, port: int) -> None:
    """Close this thread's connection, if there is one; the next question opens another."""
    line = _lines().pop((host, port), None)
    if line is not None and line.open:
        line._force_close()


def _asked(host: str, port: int, sql: str, parameters: Sequence[object]) -> list[Row]:
    with _line(host, port).cursor() as cursor:
        try:
            cursor.execute(sql, parameters or None)
            return list(cursor.fetchall())
        except (pymysql.err.ProgrammingError, pymysql.err.InternalError, pymysql.err.NotSupportedError) as error:
            raise Stumbled(str(error.args[-1])) from error


def _line(host: str, port: int) -> "pymysql.connections.Connection[Any]":
    line = _lines().get((host, port))
    if line is None:
        patience = {"connect_timeout": CONNECT_SECONDS, "read_timeout": ANSWER_SECONDS, "write_timeout": ANSWER_SECONDS}
        line = _lines()[host, port] = pymysql.connect(
            host=host, port=port, user="", charset="utf8mb4", autocommit=None, **patience
        )
    return line


def _lines() -> dict[tuple[str, int], "pymysql.connections.Connection[Any]"]:
    found: dict[tuple[str, int], pymysql.connections.Connection[Any]] | None = getattr(_own, "lines", None)
    if found is None:
        found = _own.lines = {}
    return found


def _away(error: Exception) -> Away:
    log.warning("search_away", error=str(error).splitlines()[0] if str(error) else type(error).__name__)
    return Away(sentence())


def sentence() -> str:
    """What a reader is told."""
    return _("The search does not answer at present. Nothing is lost: look again in a few minutes.")
