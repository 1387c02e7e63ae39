from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "helpdesk.chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        from helpdesk.accounts.signals import person_erased  # noqa: PLC0415 - models must be loaded first
        from helpdesk.chat import (  # noqa: PLC0415 - as above
            downloads,
            occasions,
            receivers,
            screens,
            searching,
            telling,
        )
        from helpdesk.chat.actions import erasing, news  # noqa: PLC0415 - as above
        from helpdesk.journal.signals import lines_written  # noqa: PLC0415 - as above
        from helpdesk.notifications import registries  # noqa: PLC0415 - as above

        registries.may_be_told.register("chat.room", news.may_be_told)
        registries.known_of.register("chat.room", news.known_of)
        downloads.register()
        erasing.register()
        occasions.register()
        screens.register()
        searching.register()
        telling.register()
        lines_written.connect(receivers.look_again)
        person_erased.connect(receivers.forget)
