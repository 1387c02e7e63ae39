"""Steps at which the fault tests kill the process, to show that nothing is lost or doubled wherever it dies."""

import os
import signal


def crash_point(step: str) -> None:
    """Die as by `kill -9` when the environment says `CRASH_AT=<step>`; otherwise nothing."""
    if os.environ.get("CRASH_AT") == step:
        os.kill(os.getpid(), signal.SIGKILL)
