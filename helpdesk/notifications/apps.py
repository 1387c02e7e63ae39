from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "helpdesk.notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out  # noqa: PLC0415 - models must be loaded first

        from helpdesk.accounts import signals  # noqa: PLC0415 - models must be loaded first
        from helpdesk.core import retelling  # noqa: PLC0415 - as above
        from helpdesk.journal.signals import recorded  # noqa: PLC0415 - as above
        from helpdesk.notifications import (  # noqa: PLC0415 - as above
            gateways,
            membership,
            notices,
            probes,
            push,
            receivers,
            registries,
            security,
            sign_in,
            telling,
            transports,
        )
        from helpdesk.notifications.enums import Channel, Purpose  # noqa: PLC0415 - as above
        from helpdesk.notifications.live import own, signing_out  # noqa: PLC0415 - as above
        from helpdesk.notifications.reasons import REASONS  # noqa: PLC0415 - as above

        retelling.know(REASONS)
        telling.register()
        own.register()
        registries.transports.register(transports.SITE, transports.site_transport)
        registries.composers.register(Purpose.NOTICE, notices.compose_notice)
        registries.composers.register(Purpose.SIGN_IN_LINK, sign_in.compose_link)
        registries.composers.register(Purpose.INVITATION, membership.compose_invitation)
        registries.composers.register(Purpose.SECURITY, security.compose_security)
        registries.carriers.register(Channel.PUSH, push.carry)
        registries.carriers.register(Channel.GATEWAY, gateways.carry)
        signals.link_asked_for.connect(receivers.send_link)
        signals.person_invited.connect(receivers.send_invitation)
        signals.staff_invited.connect(receivers.send_invitation)
        signals.browser_met.connect(receivers.tell_of_browser)
        signals.tries_counted.connect(receivers.tell_of_tries)
        signals.security_changed.connect(receivers.tell_of_change)
        signals.session_ended.connect(receivers.end_streams)
        signals.invitation_doubted.connect(receivers.tell_administrators)
        signals.erasure_asked.connect(receivers.tell_asked)
        signals.person_erased.connect(receivers.forget)
        signals.person_removed.connect(receivers.tell_removed)
        signals.rules_changed.connect(receivers.tell_of_rule)
        recorded.connect(receivers.tell_of_configuration)
        signals.access_ended.connect(signing_out.end_all_streams)
        signals.access_ended.connect(receivers.end_push)
        signals.access_changed.connect(signing_out.doubt_streams)
        user_logged_out.connect(signing_out.end_streams)
        probes.register()
