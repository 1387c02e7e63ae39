from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from helpdesk.core.statement_limits import limit_statements


class CoreConfig(AppConfig):
    name = "helpdesk.core"
    verbose_name = _("Core")

    def ready(self) -> None:
        connection_created.connect(limit_statements, dispatch_uid="limit_statements")
