"""How a key gets onto a device, in steps, for each system."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from vpn.enums import Engine


@dataclass(frozen=True, slots=True)
class Guide:
    """Steps for one system."""

    system: str
    steps: tuple[str, ...]


def guides(engine: str) -> list[Guide]:
    """In the language of whoever reads."""
    return _wireguard() if engine == Engine.WIREGUARD else _openvpn()


def _openvpn() -> list[Guide]:
    one_file = _("Take the file .ovpn.")
    return [
        Guide(
            "Windows",
            (
                _("Install OpenVPN Connect or OpenVPN GUI."),
                one_file,
                _("Open the file with that program, and press Connect."),
            ),
        ),
        Guide("macOS", (_("Install Tunnelblick or OpenVPN Connect."), one_file, _("Open it, and press Connect."))),
        Guide(
            "Linux",
            (
                _("Install the package openvpn."),
                one_file,
                _("Import it in the network settings, or start: sudo openvpn --config FILE.ovpn"),
            ),
        ),
        Guide(
            "iOS",
            (
                _("Install OpenVPN Connect from the App Store."),
                _("Open this page on the phone, take the file .ovpn and share it with OpenVPN."),
            ),
        ),
        Guide(
            "Android",
            (
                _("Install OpenVPN Connect or OpenVPN for Android."),
                _("Open this page on the phone, take the file .ovpn and open it with that program."),
            ),
        ),
    ]


def _wireguard() -> list[Guide]:
    install, file = _("Install WireGuard from wireguard.com or the system's store."), _("Import the file as a tunnel.")
    code = _("Add a tunnel, choose “Scan from QR code” and hold the camera to the code.")
    return [
        Guide("Windows", (install, file, _("Press Activate."))),
        Guide("macOS", (install, file, _("Press Activate."))),
        Guide("Linux", (_("Install the package wireguard-tools."), _("Start: sudo wg-quick up ./FILE.conf"))),
        Guide("iOS", (install, code)),
        Guide("Android", (install, code)),
    ]
