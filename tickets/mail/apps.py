from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "tickets.mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from helpdesk.accounts.signals import person_erased  # noqa: PLC0415 - as below
        from helpdesk.core import retelling  # noqa: PLC0415 - as below
        from helpdesk.core.arrivals import arrivals_in  # noqa: PLC0415 - models must be loaded first
        from helpdesk.core.registries import QueueProbe, queue_probes  # noqa: PLC0415 - as below
        from helpdesk.notifications.enums import Purpose  # noqa: PLC0415 - models must be loaded first
        from helpdesk.notifications.registries import composers, may_be_told, transports  # noqa: PLC0415 - as above
        from helpdesk.notifications.signals import delivery_failed, delivery_unknown  # noqa: PLC0415 - as above
        from tickets.mail import composing, downloads, originals, probes, reasons, receivers, routing, sentences  # noqa: PLC0415 - as above
        from tickets.mail.actions import telling  # noqa: PLC0415 - as above
        from tickets.mail.models import RawMail  # noqa: PLC0415 - as above
        from tickets.signals import message_moved, message_written, messages_masked, ticket_opened  # noqa: PLC0415 - as above

        retelling.know(reasons.REASONS)
        sentences.register()
        downloads.register()
        originals.register()
        message_written.connect(receivers.send_what_was_written)
        person_erased.connect(receivers.forget)
        ticket_opened.connect(receivers.tell_managers)
        message_moved.connect(receivers.take_answers_along)
        messages_masked.connect(receivers.mask_mails)
        delivery_failed.connect(receivers.tell_of_failure)
        delivery_unknown.connect(receivers.tell_of_silence)
        may_be_told.register("tickets.ticket.organisation", telling.may_be_told)
        transports.register("mailbox", routing.mailbox_transport)
        composers.register(Purpose.REPLY, composing.compose_reply)
        composers.register(Purpose.FORWARD, composing.compose_forward)
        composers.register(Purpose.ACKNOWLEDGEMENT, composing.compose_acknowledgement)
        composers.register(Purpose.SURVEY, composing.compose_survey)
        queue_probes.register(
            "raw_mail", QueueProbe(_("Incoming mail"), probes.raw_mail_state, arrivals=arrivals_in(RawMail))
        )
        queue_probes.register("mailboxes", QueueProbe(_("Mailboxes"), probes.mailboxes_state))
