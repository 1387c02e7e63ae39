"""What the other connectors are for panels, by `vpn.hosting.ssh`."""

from django.utils.translation import gettext_lazy

from vpn.hosting.connectors.base import Disk, Door, Given, Option, Site, SiteCertificate, Wanted, tidy
from vpn.hosting.ssh import keys
from vpn.hosting.ssh.connecting import place_of, visit


class Ssh:
    label = gettext_lazy("SSH")
    example = "ssh://server.shop.example:22"
    secret_help = gettext_lazy("A private key without a passphrase, or the login's password.")
    options = (
        Option(
            "from",
            gettext_lazy("Only from"),
            gettext_lazy("Addresses or networks from which temporary keys may be used, with commas between."),
        ),
    )

    def sound(self, address: str) -> str:
        place = place_of(address)
        host = f"[{place.host}]" if ":" in place.host else place.host
        return f"ssh://{host}:{place.port}"

    def check(self, door: Door) -> str:
        return tidy(visit(keys.about(door)))

    def make_access(self, door: Door, wanted: Wanted) -> Given:
        return visit(keys.make(door, wanted))

    def remove_access(self, door: Door, name: str) -> None:
        visit(keys.remove(door, name))

    def left_over(self, door: Door) -> str:
        return ""

    def sites(self, door: Door) -> list[Site]:
        """Nobody on a server can be asked for them without a shell."""
        return []

    def disk(self, door: Door) -> list[Disk]:
        return visit(keys.disks(door))

    def certificates(self, door: Door) -> list[SiteCertificate]:
        return []


CONNECTOR = Ssh()
