"""Having files read by a child process, as its caller sees it."""

import os
import subprocess
import sys
from collections.abc import Sequence

import structlog
from django.conf import settings

from helpdesk.search.files.reading.outcomes import Reading
from helpdesk.search.files.reading.wire import answers, pack_request

log = structlog.get_logger(__name__)
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TZ")
START_SECONDS = 30.0
"""For the start of a child on a busy machine."""
BUDGET_SECONDS = 10.0
"""After so long a child takes no further file: other work of the queue waits."""
WAITING = 3
"""So much longer than processor time may reading take: the machine has other things to do."""


def read_together(contents: Sequence[bytes]) -> list[Reading | None]:
    """What each of the files says, in their order; None for those that the child did not come to, or died beside."""
    seconds = settings.FILE_TEXT_SECONDS
    wall = seconds * WAITING
    limits = [settings.FILE_TEXT_MEMORY_MB * 1024 * 1024, seconds, wall, BUDGET_SECONDS]
    said = _run([str(limit) for limit in limits], contents, timeout=START_SECONDS + BUDGET_SECONDS + wall)
    found: list[Reading | None] = list(answers(said))
    return found + [None] * (len(contents) - len(found))


def _run(limits: list[str], contents: Sequence[bytes], *, timeout: float) -> bytes:
    """What the child said, all of it or until it had to be ended."""
    command = [sys.executable, "-s", "-X", "utf8", "-m", "helpdesk.search.files.reading.child", *limits]
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            command,
            input=b"".join(map(pack_request, contents)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            cwd=settings.BASE_DIR,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        log.warning("files_not_read", files=len(contents), error="timeout")
        return late.stdout or b""
    if done.returncode:
        log.warning("files_not_read", files=len(contents), status=done.returncode)
    return done.stdout
