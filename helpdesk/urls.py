"""The doors."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from helpdesk.accounts.urls import at_desk, in_cabinet
from helpdesk.accounts.views.sign_in import admin_sign_in
from helpdesk.api import api
from helpdesk.core.api.application import api_unknown
from helpdesk.core.views import nowhere

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tickets.urls")),
    path("desk/", include((at_desk, "people"))),
    path("cabinet/", include((in_cabinet, "keys"))),
    path("accounts/", include("helpdesk.accounts.urls")),
    path("", include(("helpdesk.accounts.sso.urls", "sso"))),
    path("", include("helpdesk.notifications.urls")),
    path("", include("helpdesk.chat.urls")),
    path("", include("vpn.urls")),
    path("", include("vpn.servers.urls")),
    path("", include("vpn.hosting.urls")),
    path("admin/login/", admin_sign_in, name="admin_sign_in"),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password"), name="admin_password"),
    re_path(r"^admin/r/", nowhere, name="admin_nowhere"),
    path("admin/", admin.site.urls),
    path("", include("helpdesk.operations.urls")),
    path("api/v1/", api.urls),
    re_path(r"^api/", api_unknown, name="api_unknown"),
]

handler500 = "helpdesk.core.views.server_error"
