"""The outbox, gateways, and what the house says and to whom."""

from helpdesk.notifications.admin.gateways import GatewayAdmin
from helpdesk.notifications.admin.outbox import BreakerAdmin, DeliveryAdmin
from helpdesk.notifications.admin.teams import TeamChoiceAdmin
from helpdesk.notifications.admin.wordings import WordingAdmin

__all__ = ["BreakerAdmin", "DeliveryAdmin", "GatewayAdmin", "TeamChoiceAdmin", "WordingAdmin"]
