"""Where a sign-in may lead."""

from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 2000


def safe_path(path: str) -> str:
    """`path` when it is a path of this site, else "": no sign-in ever leads anywhere else."""
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours and len(path) <= LONGEST else ""
