from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        from helpdesk.accounts.signals import person_erased, person_removed  # noqa: PLC0415 - as below
        from helpdesk.core.registries import QueueProbe, queue_probes  # noqa: PLC0415 - as below
        from helpdesk.journal.signals import lines_written  # noqa: PLC0415 - as below
        from helpdesk.notifications import registries  # noqa: PLC0415 - models must be loaded first
        from helpdesk.notifications.signals import delivery_changed  # noqa: PLC0415 - as above
        from tickets import (  # noqa: PLC0415 - as above
            accessing,
            box_words,
            chat_cards,
            downloads,
            handing_over,
            hooks,
            journal_files,
            occasions,
            paper,
            presence,
            probes,
            receivers,
            screens,
            searching,
            telling,
        )
        from tickets.actions import erasing, news  # noqa: PLC0415 - as above
        from tickets.views.cabinet import cards  # noqa: PLC0415 - as above
        from tickets.views.desk import customers, original  # noqa: PLC0415 - as above

        registries.may_be_told.register("tickets.ticket", news.may_be_told)
        registries.known_of.register("tickets.ticket", news.known_of)
        occasions.register()
        downloads.register()
        original.register()
        cards.register()
        erasing.register()
        person_removed.connect(receivers.hand_over)
        person_erased.connect(receivers.forget)
        customers.register()
        telling.register()
        journal_files.register()
        paper.register()
        presence.register()
        screens.register()
        lines_written.connect(screens.tell_recorded)
        delivery_changed.connect(screens.tell_delivered)
        accessing.register()
        handing_over.register()
        queue_probes.register("planned", QueueProbe(_("Planned messages"), probes.planned_state))
        queue_probes.register("news", QueueProbe(_("News of tickets"), probes.news_state))
        hooks.register()
        searching.register()
        box_words.register()
        chat_cards.register()
