"""The doors."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from helpdesk.accounts.views.sign_in import admin_sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tickets.urls")),
    path("accounts/", include("helpdesk.accounts.urls")),
    path("admin/login/", admin_sign_in, name="admin_sign_in"),
    path("admin/", admin.site.urls),
]
