"""Whether the web pages answer."""

import http.client
import time

from django.conf import settings

from helpdesk.embedded import EmbeddedError
from helpdesk.operations.up.options import Options
from helpdesk.operations.up.supervisor import Supervisor

PATIENCE_SECONDS = 30


def wait_until_answering(options: Options, supervisor: Supervisor) -> None:
    """Return when `/health/` answers 200; raises `EmbeddedError` with the last answer after `PATIENCE_SECONDS`."""
    end = time.monotonic() + PATIENCE_SECONDS
    answer = ask(options)
    while answer != "200":
        if supervisor.is_told_to_stop(0.03):
            raise KeyboardInterrupt
        if time.monotonic() > end:
            raise EmbeddedError(f"The web pages don't answer ({answer}); see {supervisor.folder.log_path('web')}")
        answer = ask(options)


def ask(options: Options) -> str:
    """The status of `/health/`, or why there is none."""
    host = "127.0.0.1" if options.host in {"", "0.0.0.0"} else options.host  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, options.port, timeout=5)
    try:
        connection.request("GET", "/health/", headers={"Host": named_host(options)})
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return str(error)
    finally:
        connection.close()


def named_host(options: Options) -> str:
    """A name that ALLOWED_HOSTS lets in."""
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    return names[0] if names and "127.0.0.1" not in names else f"127.0.0.1:{options.port}"
