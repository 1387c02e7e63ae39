"""Tickets, messages and files, as JSON."""

from tickets.api.routes import router

__all__ = ["router"]
