"""Who is asking, customers and organisations, as JSON."""

from helpdesk.accounts.api import customers, me, notes, organisations

routers = (me.router, customers.router, organisations.router, notes.router)

__all__ = ["routers"]
