from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "helpdesk.operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from helpdesk.notifications.enums import Purpose  # noqa: PLC0415 - models must be loaded first
        from helpdesk.notifications.notices import compose_notice  # noqa: PLC0415 - as above
        from helpdesk.notifications.registries import composers  # noqa: PLC0415 - as above
        from helpdesk.operations import telling  # noqa: PLC0415 - as above

        telling.register()
        composers.register(Purpose.ALERT, compose_notice)
        import_module("helpdesk.celery")  # binds every shared task to our application
        if settings.SENTRY_DSN:
            # Neither what variables held nor what was sent: secrets are among both, under whatever names.
            import_module("sentry_sdk").init(
                dsn=settings.SENTRY_DSN,
                send_default_pii=False,
                include_local_variables=False,
                max_request_body_size="never",
            )
