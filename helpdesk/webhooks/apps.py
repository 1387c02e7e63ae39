from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "helpdesk.webhooks"
    verbose_name = _("Web hooks")

    def ready(self) -> None:
        from helpdesk.accounts import signals  # noqa: PLC0415 - models must be loaded first
        from helpdesk.core.registries import QueueProbe, queue_probes  # noqa: PLC0415 - models must be loaded first
        from helpdesk.journal.signals import recorded  # noqa: PLC0415 - as above
        from helpdesk.webhooks import people, probes, receivers, telling  # noqa: PLC0415 - as above

        telling.register()
        people.register()
        recorded.connect(receivers.tell)
        signals.access_ended.connect(receivers.stop)
        queue_probes.register("webhooks", QueueProbe(_("Web hooks"), probes.events_state))
