"""What Prometheus scrapes: the state of the queues and mailboxes and what the watch has sampled, read from the database
that all copies share, and the requests that this copy has answered."""

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from helpdesk.operations.health import queue_states
from helpdesk.operations.models import Alert
from helpdesk.operations.traffic import Traffic
from helpdesk.operations.watching.keeping import latest
from tickets.mail.models import Mailbox
from vpn.servers.figures import figures

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


class Watch(Collector):
    """The latest round of the watch: what came and went within its minute, levels, workers, and alerts that last."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        came = GaugeMetricFamily("helpdesk_queue_came", "Rows that came within the last minute.", labels=["queue"])
        went = GaugeMetricFamily("helpdesk_queue_went", "Rows done within the last minute.", labels=["queue"])
        level = GaugeMetricFamily("helpdesk_watch_level", "Percent, bytes, days left or hours, by kind.", labels=["of"])
        bells = GaugeMetricFamily("helpdesk_bells_waiting", "Bells in the broker.", labels=["queue"])
        unheard = GaugeMetricFamily("helpdesk_bells_unheard_seconds", "Since when no worker hears.", labels=["queue"])
        alerts = GaugeMetricFamily("helpdesk_alerts", "Alerts that last.", value=Alert.objects.lasting().count())
        sampled = GaugeMetricFamily("helpdesk_watch_sampled_seconds", "Seconds since the last round.")
        for row in latest():
            for family, figure in ((came, row.came), (went, row.went), (level, row.level)):
                if figure is not None:
                    family.add_metric([row.series], figure)
            if row.series.startswith("celery:"):
                unheard.add_metric([row.series.partition(":")[2]], row.oldest_seconds or 0.0)
                if row.waiting is not None:
                    bells.add_metric([row.series.partition(":")[2]], row.waiting)
            if not sampled.samples:
                sampled.add_metric([], (timezone.now() - row.at).total_seconds())
        yield from (came, went, level, bells, unheard, alerts, sampled)


class Vpn(Collector):
    """Keys, revocation lists and sessions."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = figures()
        age = GaugeMetricFamily("helpdesk_vpn_crl_age_seconds", "Age of the newest list.", labels=["authority"])
        sessions = GaugeMetricFamily("helpdesk_vpn_sessions", "Sessions that last.", labels=["server"])
        for slug, seconds in found.list_seconds.items():
            age.add_metric([slug], seconds)
        for slug, count in found.sessions.items():
            sessions.add_metric([slug], count)
        yield GaugeMetricFamily("helpdesk_vpn_keys_valid", "Keys that open something.", value=found.valid_keys)
        if found.expiry_days is not None:
            words = "Days until the first valid key runs out."
            yield GaugeMetricFamily("helpdesk_vpn_key_expiry_days", words, value=found.expiry_days)
        yield from (age, sessions)


def exposition() -> bytes:
    """Everything in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Queues())
    registry.register(Mailboxes())
    registry.register(Watch())
    registry.register(Vpn())
    registry.register(Traffic())
    return generate_latest(registry)
