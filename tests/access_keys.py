"""Things of the access matrix about VPN keys: Clara's key with a link to it, what she asked for, and its authority."""

import secrets

from tests.vpn_world import PASSPHRASE, authority_by_passphrase, openvpn_server
from vpn.actions.issuing import issue_key
from vpn.actions.linking import SHORTEST, digest_of
from vpn.actions.publishing import publish_list
from vpn.actions.requesting import ask
from vpn.models import Group, ProfileTemplate


def of_keys(clara, ada):
    authority = authority_by_passphrase()
    server = openvpn_server(authority)
    server.organisations.add(clara.organisation)
    key = issue_key(
        person=clara, login="clara", device="laptop", servers=[server], by=ada, passphrase=PASSPHRASE, mails_link=False
    )
    secret = secrets.token_urlsafe(SHORTEST)
    key.links.update(token_hash=digest_of(secret), is_notice=False)
    return {
        "vpn_key": key.pk,
        "vpn_secret": secret,
        "vpn_authority": authority.pk,
        "vpn_server": server.pk,
        "vpn_group": Group.objects.create(server=server, name="Developers", routes="10.50.0.0/16").pk,
        "vpn_list": publish_list(authority=authority, passphrase=PASSPHRASE).pk,
        "vpn_slug": authority.slug,
        "vpn_wish": ask(person=clara, server=server, device_name="phone", reason="Travel", by=clara).pk,
        "vpn_file": ProfileTemplate.objects.create(name="readme_vpn_win.txt", text="Hello").pk,
    }
