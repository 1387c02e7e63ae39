from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VpnConfig(AppConfig):
    name = "vpn"
    verbose_name = _("VPN")

    def ready(self) -> None:
        from vpn import serving  # noqa: PLC0415 - models must be loaded first

        serving.register()
