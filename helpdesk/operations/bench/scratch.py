"""A database of its own for a benchmark, on the server that the settings name, gone afterwards."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import CommandError
from django.db import connection


@contextmanager
def scratch_database(*, keep: bool = False) -> Iterator[str]:
    """Connects this process to a fresh, migrated database; yields its URL. Drops it at the end unless `keep`.

    With `keep` an existing one is used as it is, so that an expensive load serves several runs. Raises CommandError
    where the search has a server of its own whose index is not for benchmarks.
    """
    if settings.SEARCH_ADDRESS and not settings.SEARCH_ADDRESS.index.endswith("_bench"):
        raise CommandError(
            "A benchmark would fill the index that SEARCH_URL names: name one that ends in “_bench”, or none."
        )
    before = settings.DATABASES["default"]["NAME"]
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"{before}_bench"
    connection.settings_dict["TEST"]["NAME"] = f"{before}_bench"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=keep, serialize=False)
    ContentType.objects.clear_cache()
    try:
        yield url_of(connection.settings_dict, name)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0, keepdb=keep)
        ContentType.objects.clear_cache()


def url_of(target: Mapping[str, Any], name: str) -> str:
    """Where other processes find the database of this name: by TCP, or by the socket in a folder."""
    host = str(target["HOST"] or target.get("OPTIONS", {}).get("host", ""))
    password = f":{quote(target['PASSWORD'], safe='')}" if target["PASSWORD"] else ""
    who, port = f"{target['USER'] or 'postgres'}{password}", f":{target['PORT']}" if target["PORT"] else ""
    if host.startswith("/"):
        return f"postgresql://{who}@{port}/{name}?host={quote(host)}"
    return f"postgresql://{who}@{host}{port}/{name}"
