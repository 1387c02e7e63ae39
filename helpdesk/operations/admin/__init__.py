"""The house's own pages of the admin: queues, alerts, thresholds, ways of telling, schedules."""

from helpdesk.operations.admin import alerts, queues, schedules, ways

__all__ = ["alerts", "queues", "schedules", "ways"]
