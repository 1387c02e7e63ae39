"""Whether revoked keys are refused, tried now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vpn.enums import CanaryResult, Engine
from vpn.models import Host
from vpn.servers import turning


class Command(BaseCommand):
    help = "Connect to each server that Helpdesk reaches with a key that is revoked for ever; fails if one is let in."

    def handle(self, **options: Any) -> None:
        hosts = Host.objects.watched().filter(is_direct=True, server__engine=Engine.OPENVPN)
        wrong = 0
        for host in hosts:
            Host.objects.filter(pk=host.pk).update(canary_at=None, canary_result="")
            turning.turn(host)
            host.refresh_from_db()
            result = CanaryResult(host.canary_result).label if host.canary_result else "not tried"
            self.stdout.write(f"{host.server.slug}: {result} {host.canary_detail}".rstrip())
            wrong += host.canary_result != CanaryResult.REVOKED
        if wrong:
            raise CommandError("Not every server refuses whom it must.")
        if not hosts:
            self.stdout.write("No server is reached from here: the hosts of others try it themselves, every hour.")
