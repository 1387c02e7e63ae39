"""PostgreSQL and Valkey out of the installed wheels, for a machine where no server is configured.

`environment(data, ...)` is what `manage.py` uses: it fills in `DATABASE_URL`, `REDIS_URL`, `SECRET_KEY` and
`FIELD_ENCRYPTION_KEYS` where they are unset, from servers that it starts or that another process of the same data
folder already runs. Nothing here knows Django: the settings are read after it.

The data folder
    `postgres/` the cluster, `secrets.env` the generated secrets, `log/`, `lock` (held by whoever runs the servers),
    `users` (held, shared, by those who only use them) and `state.json` (who runs what). Two folders never meet: every
    run has a runtime directory of its own with a random name, short enough for a socket's 107 bytes.

Safety
    Both servers listen on Unix sockets alone, in a directory of mode 0700. The role `helpdesk` is no superuser.

Root
    PostgreSQL refuses to run as root, so root's servers run as the owner of `postgres/`, else as the system's
    `postgres`, else as `nobody`. No folder's permissions are loosened for that account: where it may not walk to the
    programs they are copied once below `/var/cache` (`programs.py`), and where it may not walk to the data folder it is
    handed the open directory and reaches it as `/proc/self/fd/N` (`postgresql.py`).
"""

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.folder import AlreadyRunning, DataFolder, State
from helpdesk.embedded.keys import load_keys
from helpdesk.embedded.servers import Servers
from helpdesk.embedded.session import environment

__all__ = ["AlreadyRunning", "DataFolder", "EmbeddedError", "Servers", "State", "environment", "load_keys"]
