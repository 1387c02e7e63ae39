"""The app of the access vault."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostingConfig(AppConfig):
    name = "vpn.hosting"
    label = "hosting"
    verbose_name = _("Access vault")
