from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VpnConfig(AppConfig):
    name = "vpn"
    verbose_name = _("VPN")

    def ready(self) -> None:
        from helpdesk.accounts import registries as of_people  # noqa: PLC0415 - models must be loaded first
        from helpdesk.accounts.signals import access_ended, person_erased  # noqa: PLC0415 - as above
        from helpdesk.core.registries import CabinetCard, QueueProbe, RailLink, cabinet_cards, desk_links, queue_probes  # noqa: PLC0415 - as above
        from helpdesk.journal.signals import recorded  # noqa: PLC0415 - as above
        from helpdesk.notifications.enums import Purpose  # noqa: PLC0415 - as above
        from helpdesk.notifications.registries import composers, known_of, may_be_told  # noqa: PLC0415 - as above
        from tickets.registries import ticket_menu  # noqa: PLC0415 - as above
        from vpn import letters, occasions, people, probes, receivers, serving, signals, telling  # noqa: PLC0415 - as above

        telling.register()
        occasions.register()
        desk_links.register("vpn_keys", RailLink(_("VPN keys"), "vpn:desk_keys", lambda user: True))
        cabinet_cards.register(
            "vpn_keys",
            CabinetCard(
                title=_("Your VPN keys"),
                text=_("Until when each is valid, when it was used last, and a new one."),
                url_name="vpn:cabinet_keys",
                icon="screen",
                is_for=people.has_keys,
            ),
        )
        composers.register(Purpose.VPN_KEY, letters.compose_key)
        may_be_told.register("vpn.key", people.may_be_told_of_key)
        may_be_told.register("vpn.keyrequest", people.may_be_told_of_request)
        known_of.register("vpn.keyrequest", people.requests_known_of)
        access_ended.connect(receivers.end_keys)
        person_erased.connect(receivers.forget)
        recorded.connect(receivers.end_keys_of_changed)
        signals.key_issued.connect(receivers.settle_renewed)
        signals.key_revoked.connect(receivers.settle_revoked)
        signals.key_blocked.connect(receivers.settle_blocked)
        queue_probes.register("vpn_lists", QueueProbe(_("VPN revocation lists"), probes.lists_state))
        queue_probes.register("vpn_requests", QueueProbe(_("Requests for VPN keys"), probes.requests_state))
        of_people.security_panels.register("vpn", people.SECURITY_PANEL)
        of_people.person_links.register("vpn_key", people.PERSON_LINK)
        of_people.access_parts.register("vpn", people.ACCESS_PART)
        of_people.merger_parts.register("vpn", people.MERGER_PART)
        ticket_menu.register("vpn_key", people.ticket_entry)
        serving.register()
