"""Ways in and out. Names that begin with `account_` are those by which allauth knows its pages."""

from django.urls import URLPattern, path

from helpdesk.accounts.views import invitations, links, password, sign_in, theme

urlpatterns: list[URLPattern] = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("logout/", sign_in.sign_out, name="account_logout"),
    path("link/", links.link_request, name="sign_in_link_request"),
    path("link/sent/", links.link_sent, name="sign_in_link_sent"),
    path("link/<str:secret>/", links.link, name="sign_in_link"),
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
    path("password/", password.password, name="account_change_password"),
    path("password/reset/", password.password_reset, name="account_reset_password"),
    path("theme/", theme.theme, name="account_theme"),
]
