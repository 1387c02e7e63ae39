"""What allauth's provider asks of us where it is asked itself."""

import secrets

from allauth.idp.oidc.adapter import DefaultOIDCAdapter

from helpdesk.accounts.sso.sites.issuer import issuer


class SiteAdapter(DefaultOIDCAdapter):
    """How sites are named and their secrets made: 256 bits of chance."""

    def get_issuer(self) -> str:
        return issuer()

    def generate_client_secret(self) -> str:
        return secrets.token_urlsafe(32)
