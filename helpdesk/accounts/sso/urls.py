"""Both doors: what sites ask of us (`sites`), and the ways in by way of others (`people`)."""

from django.urls import URLPattern, URLResolver, include, path

from helpdesk.accounts.sso.views import authorization, ending, endpoints, identities, oidc, saml

sites: list[URLPattern] = [
    path("authorize/", authorization.authorization, name="authorization"),
    path("resume/", authorization.resumption, name="resumption"),
    path("consent/", authorization.consent, name="consent"),
    path("token/", endpoints.token, name="token"),
    path("userinfo/", endpoints.userinfo, name="userinfo"),
    path("jwks/", endpoints.jwks, name="jwks"),
    path("revoke/", endpoints.revocation, name="revocation"),
    path("end-session/", ending.end_session, name="end_session"),
    path("end-session/confirmation/", ending.end_session_confirmation, name="end_session_confirmation"),
]

people: list[URLPattern] = [
    path("visits/<int:pk>/ending/", identities.visit_ending, name="visit_ending"),
    path("linking/", identities.linking, name="linking"),
    path("identities/<int:pk>/removal/", identities.identity_removal, name="identity_removal"),
    path("<slug:slug>/", identities.departure, name="departure"),
    path("<slug:slug>/callback/", oidc.callback, name="oidc_callback"),
    path("<slug:slug>/metadata/", saml.metadata, name="saml_metadata"),
    path("<slug:slug>/acs/", saml.acs, name="saml_acs"),
    path("<slug:slug>/arrival/", saml.arrival, name="saml_arrival"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("oidc/", include(sites)),
    path(".well-known/openid-configuration", endpoints.discovery, name="discovery"),
    path("accounts/outside/", include(people)),
]
