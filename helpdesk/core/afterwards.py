"""What a request leaves to be done when its answer is out: nobody waits for it, and no broker is needed."""

from collections.abc import Callable
from typing import Any

import structlog
from django.db import Error as DatabaseError
from django.http import HttpResponseBase

log = structlog.get_logger(__name__)


def afterwards(response: HttpResponseBase, act: Callable[[], object], *, what: str) -> None:
    """Call `act` when the answer has been sent, in the thread of the request. It is for notes that may get lost: what
    the database says against it is a line in the log, for nobody is left to be told."""

    def do() -> None:
        try:
            act()
        except DatabaseError as error:
            log.warning("not_done_afterwards", what=what, error=type(error).__name__)

    closing: Any = response
    closing._resource_closers.append(do)
