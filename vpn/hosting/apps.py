"""The app of the access vault."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostingConfig(AppConfig):
    name = "vpn.hosting"
    label = "hosting"
    verbose_name = _("Access vault")

    def ready(self) -> None:
        from helpdesk.accounts import signals  # noqa: PLC0415 - models must be loaded first
        from helpdesk.core.registries import QueueProbe, queue_probes  # noqa: PLC0415 - as above
        from helpdesk.notifications import registries  # noqa: PLC0415 - as above
        from vpn.hosting import (  # noqa: PLC0415 - as above
            accessing,
            door_telling,
            occasions,
            offering,
            probes,
            receivers,
            telling,
        )
        from vpn.hosting.actions import news  # noqa: PLC0415 - as above
        from vpn.hosting.views.desk import door_panels, panels  # noqa: PLC0415 - as above

        telling.register()
        door_telling.register()
        queue_probes.register("temporary_access", QueueProbe(_("Temporary accesses"), probes.accesses_state))
        occasions.register()
        accessing.register()
        offering.register()
        panels.register()
        door_panels.register()
        signals.access_ended.connect(receivers.end)
        signals.person_erased.connect(receivers.forget)
        for name, told, known in (
            ("grant", news.grant_may_be_told, news.grants_known_of),
            ("temporaryaccess", news.access_may_be_told, news.accesses_known_of),
            ("revealrequest", news.request_may_be_told, news.requests_known_of),
            ("droplink", news.link_may_be_told, news.links_known_of),
            ("reveal", news.reveal_may_be_told, news.reveals_known_of),
        ):
            registries.may_be_told.register(f"hosting.{name}", told)
            registries.known_of.register(f"hosting.{name}", known)
