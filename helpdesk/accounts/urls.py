"""Ways in and out. Names that begin with `account_` are those by which allauth knows its pages."""

from django.urls import URLPattern, URLResolver, include, path

from helpdesk.accounts.views import (
    alarm,
    authenticator,
    held,
    invitations,
    links,
    passkeys,
    password,
    proof,
    second_factor,
    security,
    seeing,
    sign_in,
    theme,
    tokens,
)
from helpdesk.accounts.views.desk import access, exports, imports, merging, notes, organisations, people, person

urlpatterns: list[URLPattern] = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("logout/", sign_in.sign_out, name="account_logout"),
    path("link/", links.link_request, name="sign_in_link_request"),
    path("link/sent/", links.link_sent, name="sign_in_link_sent"),
    path("link/<str:secret>/", links.link, name="sign_in_link"),
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
    path("password/", password.password, name="account_change_password"),
    path("password/reset/", password.password_reset, name="account_reset_password"),
    path("seeing/end/", seeing.seeing_end, name="seeing_end"),
    path("theme/", theme.theme, name="account_theme"),
    path("passkey/", passkeys.passkey_sign_in, name="passkey_sign_in"),
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("proof/", proof.proof, name="proof"),
    path("proof/held/", held.held, name="held"),
    path("alarm/<str:token>/", alarm.alarm, name="alarm"),
    path("security/", security.security, name="security"),
    path("security/second-factor/", second_factor.second_factor_owed, name="second_factor_owed"),
    path("security/authenticator/", authenticator.authenticator, name="authenticator"),
    path("security/authenticator/removal/", authenticator.authenticator_removal, name="authenticator_removal"),
    path("security/recovery-codes/", authenticator.recovery_codes, name="recovery_codes"),
    path("security/passkeys/", passkeys.passkeys_page, name="passkeys"),
    path("security/passkeys/<int:pk>/", passkeys.passkey, name="passkey"),
    path("security/passkeys/<int:pk>/removal/", passkeys.passkey_removal, name="passkey_removal"),
    path("security/sessions/end/", security.other_sessions_end, name="other_sessions_end"),
    path("security/sessions/<int:pk>/end/", security.session_end, name="session_end"),
    path("security/trust/end/", security.trust_end, name="trust_end"),
]

on_person: list[URLPattern | URLResolver] = [
    path("", person.person, name="person"),
    path("details/", person.person_details, name="person_details"),
    path("panels/", person.person_panels_beside, name="person_panels"),
    path("notes/", person.person_notes, name="person_notes"),
    path("contacts/", person.person_contacts, name="person_contacts"),
    path("merging/", merging.merging, name="merging"),
    path("access/", access.person_access, name="person_access"),
]

on_organisation: list[URLPattern | URLResolver] = [
    path("", organisations.organisation, name="organisation"),
    path("details/", organisations.organisation_details, name="organisation_details"),
    path("notes/", organisations.organisation_notes, name="organisation_notes"),
]

on_import: list[URLPattern | URLResolver] = [
    path("", imports.import_, name="import"),
    path("checking/", imports.import_checking, name="import_checking"),
    path("confirmation/", imports.import_confirmation, name="import_confirmation"),
    path("broken/", imports.import_broken, name="import_broken"),
]

at_desk: list[URLPattern | URLResolver] = [
    path("me/tokens/", tokens.desk_tokens, name="tokens"),
    path("me/tokens/<int:pk>/end/", tokens.desk_token_end, name="token_end"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/imports/", imports.imports, name="imports"),
    path("people/imports/<int:pk>/", include(on_import)),
    path("people/exports/", exports.exports, name="exports"),
    path("people/exports/<int:pk>/", exports.export, name="export"),
    path("people/exports/<int:pk>/file/", exports.export_file, name="export_file"),
    path("people/<int:pk>/", include(on_person)),
    path("contacts/<int:pk>/removal/", person.contact_removal, name="contact_removal"),
    path("contacts/<int:pk>/clearing/", person.contact_clearing, name="contact_clearing"),
    path("mergers/<int:pk>/undoing/", merging.merger_undoing, name="merger_undoing"),
    path("customer-notes/<int:pk>/", notes.customer_note, name="customer_note"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.new_organisation, name="new_organisation"),
    path("organisations/<int:pk>/", include(on_organisation)),
]

in_cabinet: list[URLPattern | URLResolver] = [
    path("me/tokens/", tokens.cabinet_tokens, name="tokens"),
    path("me/tokens/<int:pk>/end/", tokens.cabinet_token_end, name="token_end"),
]
