from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "helpdesk.work"
    verbose_name = _("Long work")

    def ready(self) -> None:
        from helpdesk.accounts.signals import person_erased  # noqa: PLC0415 - models must be loaded first
        from helpdesk.core.arrivals import arrivals_in  # noqa: PLC0415 - models must be loaded first
        from helpdesk.core.registries import QueueProbe, queue_probes  # noqa: PLC0415 - models must be loaded first
        from helpdesk.work import probes, receivers, telling  # noqa: PLC0415 - as above
        from helpdesk.work.models import Job  # noqa: PLC0415 - as above

        telling.register()
        person_erased.connect(receivers.forget)
        queue_probes.register("work", QueueProbe(_("Long work"), probes.work_state, arrivals=arrivals_in(Job)))
