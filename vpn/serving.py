"""What the program must know of the servers' side when it starts."""


def register() -> None:
    """Receivers, probes, words of the journal, tasks; called by the room's `ready`."""
    from django.utils.translation import gettext_lazy as _  # noqa: PLC0415 - models must be loaded first

    from helpdesk.core.registries import QueueProbe, queue_probes  # noqa: PLC0415 - as above
    from vpn import signals  # noqa: PLC0415 - as above
    from vpn.servers import probes, receivers, tasks, telling  # noqa: F401, PLC0415 - as above
    from vpn.servers.troubles import About  # noqa: PLC0415 - as above

    telling.register()
    signals.key_revoked.connect(receivers.on_revoked)
    signals.key_blocked.connect(receivers.on_blocked)
    signals.key_unblocked.connect(receivers.on_changed)
    signals.key_issued.connect(receivers.on_changed)
    signals.list_published.connect(receivers.on_list)
    for name, about, label in (
        ("vpn_hosts", About.HOST, _("Hosts of VPN servers")),
        ("vpn_host_lists", About.LIST, _("Revocation lists on VPN servers")),
        ("vpn_canaries", About.CANARY, _("Canaries of VPN servers")),
    ):
        queue_probes.register(name, QueueProbe(label, probes.state_of(about), reasons=probes.reasons_of(about)))
    queue_probes.register(
        "vpn_endings",
        QueueProbe(_("VPN sessions to be ended"), probes.endings_state, reasons=probes.reasons_of(About.ENDING)),
    )
