from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        from tickets import downloads  # noqa: PLC0415 - models must be loaded first
        from tickets.views.desk import customers, original  # noqa: PLC0415 - as above

        downloads.register()
        original.register()
        customers.register()
