"""What single sign-on has of somebody, for the matrix of who gets what."""

from django.utils import timezone

from helpdesk.accounts.sso.models import IdentityProvider, LogoutNotice, OutsideIdentity, Visit
from tests.peers.sites import make_site

OWNERS = {
    "accounts/outside/visits/": "visit",
    "accounts/outside/identities/": "identity",
    "admin/sso/site/": "site",
    "admin/sso/identityprovider/": "provider",
    "admin/sso/outsideidentity/": "identity",
    "admin/sso/logoutnotice/": "notice",
}
"""Which of it stands for the parameter of an address."""


def of_single_sign_on(clara):
    """A site where Clara is signed in, and two providers, of which one knows her."""
    site, _secret = make_site("Wiki", allowed_roles=["customer"])
    visits = [
        Visit.objects.create(user=clara, site=site, session_key=key, password_mark="x", entered_at=timezone.now())
        for key in ("x", "y")
    ]
    Visit.objects.filter(pk=visits[1].pk).update(ended_at=timezone.now(), ending="signed_out")
    described = {"authorization_endpoint": "https://works.example/authorize", "keys": []}
    works = IdentityProvider.objects.create(name="Works", slug="works", is_active=True, described=described)
    IdentityProvider.objects.create(name="Saml", slug="saml", kind="saml", is_active=True, described=described)
    return {
        "site": site.pk,
        "visit": visits[0].pk,
        "provider": works.pk,
        "slug": works.slug,
        "saml": "saml",
        "identity": OutsideIdentity.objects.create(provider=works, subject="clara-there", user=clara).pk,
        "notice": LogoutNotice.objects.create(visit=visits[1]).pk,
    }
