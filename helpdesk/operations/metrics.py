"""What Prometheus scrapes: the state of the queues and mailboxes, read from the database that all copies share, and
the requests that this copy has answered."""

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from helpdesk.operations.health import queue_states
from helpdesk.operations.traffic import Traffic
from tickets.mail.models import Mailbox

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Queues(Collector):
    """Every registered queue probe."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("helpdesk_queue_waiting", "Rows that wait.", labels=["queue"])
        failed = GaugeMetricFamily("helpdesk_queue_failed", "Rows that need a person.", labels=["queue"])
        oldest = GaugeMetricFamily("helpdesk_queue_oldest_seconds", "Age of the oldest waiting row.", labels=["queue"])
        for name, state in queue_states().items():
            waiting.add_metric([name], state["waiting"])
            failed.add_metric([name], state["failed"])
            oldest.add_metric([name], state["oldest_seconds"])
        yield from (waiting, failed, oldest)


class Mailboxes(Collector):
    """How fetching fares."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        failures = GaugeMetricFamily(
            "helpdesk_mailbox_failures", "Failed rounds of fetching in a row.", labels=["mailbox"]
        )
        age = GaugeMetricFamily(
            "helpdesk_mailbox_fetched_seconds", "Seconds since the last good round.", labels=["mailbox"]
        )
        now = timezone.now()
        for mailbox in Mailbox.objects.fetched().only("name", "fetch_failures", "fetched_at"):
            failures.add_metric([mailbox.name], mailbox.fetch_failures)
            if mailbox.fetched_at is not None:
                age.add_metric([mailbox.name], (now - mailbox.fetched_at).total_seconds())
        yield from (failures, age)


def exposition() -> bytes:
    """Everything in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Queues())
    registry.register(Mailboxes())
    registry.register(Traffic())
    return generate_latest(registry)
