"""Tickets, messages and files, as JSON."""

from tickets.api import files, people, relations, routes, state, words

routers = (routes.router, state.router, people.router, relations.router, files.router, words.router)

__all__ = ["routers"]
