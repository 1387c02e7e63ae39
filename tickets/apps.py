from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        from tickets import downloads, journal_files, telling  # noqa: PLC0415 - models must be loaded first
        from tickets.views.desk import original  # noqa: PLC0415 - as above

        downloads.register()
        original.register()
        telling.register()
        journal_files.register()
