"""The command, on a server that looks at its list and on one that does not answer."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.vpn.servers.world import make_host, make_server, make_site

pytestmark = pytest.mark.django_db


@pytest.mark.openvpn
@pytest.mark.xdist_group("openvpn")
def test_command_says_that_a_revoked_key_is_refused(lab, company):
    site = make_site(lab, company)
    site.start()
    out = StringIO()

    call_command("vpn_canary", stdout=out)

    assert out.getvalue() == f"{site.server.slug}: refused as revoked, as it must be\n"


def test_command_when_a_server_was_not_tried_then_it_fails(company, tmp_path):
    server = make_server(company, management_address=str(tmp_path / "nobody.sock"))
    make_host(company, server, folder=tmp_path)
    out = StringIO()

    with pytest.raises(CommandError, match="Not every server"):
        call_command("vpn_canary", stdout=out)

    assert out.getvalue() == f"{server.slug}: not tried\n"


def test_command_without_servers_says_so(db):
    out = StringIO()

    call_command("vpn_canary", stdout=out)

    assert "No server is reached from here" in out.getvalue()
