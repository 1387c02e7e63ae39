from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SsoConfig(AppConfig):
    name = "helpdesk.accounts.sso"
    label = "sso"
    verbose_name = _("Single sign-on")

    def ready(self) -> None:
        from helpdesk.accounts.sso import panels, receivers, telling  # noqa: PLC0415 - models must be loaded first

        panels.register()
        receivers.connect()
        telling.register()
