from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SsoConfig(AppConfig):
    name = "helpdesk.accounts.sso"
    label = "sso"
    verbose_name = _("Single sign-on")

    def ready(self) -> None:
        from helpdesk.accounts.sso import panels, probes, receivers, telling  # noqa: PLC0415 - models must be loaded first
        from helpdesk.accounts.sso.actions import merging  # noqa: PLC0415 - as above
        from helpdesk.accounts.sso.models import LogoutNotice  # noqa: PLC0415 - as above
        from helpdesk.core.arrivals import arrivals_in  # noqa: PLC0415 - models must be loaded first
        from helpdesk.core.registries import QueueProbe, queue_probes  # noqa: PLC0415 - as above

        merging.register()
        queue_probes.register(
            "logout_notices",
            QueueProbe(_("Notices of signing out"), probes.notices_state, arrivals=arrivals_in(LogoutNotice)),
        )
        panels.register()
        receivers.connect()
        telling.register()
