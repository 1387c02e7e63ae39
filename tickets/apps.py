from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        from helpdesk.notifications import registries  # noqa: PLC0415 - models must be loaded first
        from tickets import downloads, journal_files, presence, telling  # noqa: PLC0415 - as above
        from tickets.actions import news  # noqa: PLC0415 - as above
        from tickets.views.desk import customers, original  # noqa: PLC0415 - as above

        registries.may_be_told.register("tickets.ticket", news.may_be_told)
        downloads.register()
        original.register()
        customers.register()
        telling.register()
        journal_files.register()
        presence.register()
