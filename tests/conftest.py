"""What holds for every test."""

import gc
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections

import tests.flushing  # noqa: F401 - the append-only tables are emptied between committing tests
from helpdesk.accounts import policy
from helpdesk.webhooks import listening
from tests import groups, guards, servers

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_configure(config: pytest.Config) -> None:
    """Pages name static files as they lie in the tree; that the hashed names work is tested with the whole program."""
    settings.STORAGES["staticfiles"] = {"BACKEND": PLAIN}
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = guards.Undefined()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.DATA_DIR / "metrics")  # goes with the run's own folder
    settings.SEARCH_ADDRESS = None  # whoever tests a server of the search's own names one
    settings.API_FAILURES_PER_MINUTE = 0  # all tests come from one address: those that count say so
    settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2", *settings.PASSWORD_HASHERS[1:]]
    settings.SEND_UNDO_SECONDS = 0  # who tests taking back says so
    policy.FRESH_SECONDS = float("inf")  # a slow test must not look at the rules once more; who tests that says so
    guards.put_up()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if getattr(config.option, "loadgroup", False):  # set in xdist's workers
        groups.name(items)


def pytest_collection_finish() -> None:
    """Spare the collector what lives as long as the run, nine thousand tests: it took every twentieth second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _rules_as_the_program_comes() -> None:
    """What a test decided about roles is rolled back in the database, and in this process."""
    policy.begin_anew()
    listening.begin_anew()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django's own; a worker's database is a copy, which is there in a second and not in ten."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = servers.migrated_template()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """In CI everything that a test needs is installed: a skipped test there is a failed one."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped in CI, where nothing may be: {report.longrepr}"
    return report
