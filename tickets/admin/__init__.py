"""Tickets to look up, and what is asked about them."""

from tickets.admin.categories import CategoryAdmin
from tickets.admin.custom_fields import CustomFieldAdmin
from tickets.admin.tickets import TicketAdmin

__all__ = ["CategoryAdmin", "CustomFieldAdmin", "TicketAdmin"]
