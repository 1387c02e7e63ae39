"""The pages of the vault: at the desk, in the cabinet, and for whoever has a secure link."""

from django.urls import URLPattern, URLResolver, include, path

from vpn.hosting.views.cabinet import entries as cabinet
from vpn.hosting.views.desk.entries import entries, entry, entry_details, entry_removal, new_entry
from vpn.hosting.views.desk.grants import entry_grants, grant_end, grants
from vpn.hosting.views.desk.leavers import leaver, leaver_check_off
from vpn.hosting.views.desk.links import entry_links, link_removal, links
from vpn.hosting.views.desk.report import report, report_file
from vpn.hosting.views.desk.requests import request_approval, request_refusal, requests
from vpn.hosting.views.desk.secrets import reveals, secret_removal, secrets
from vpn.hosting.views.drop import drop
from vpn.hosting.views.moving import at_desk as message_at_desk
from vpn.hosting.views.moving import in_cabinet as message_in_cabinet

on_entry: list[URLPattern | URLResolver] = [
    path("", entry, name="entry"),
    path("details/", entry_details, name="entry_details"),
    path("removal/", entry_removal, name="entry_removal"),
    path("grants/", entry_grants, name="entry_grants"),
    path("links/", entry_links, name="entry_links"),
    path("secrets/", secrets, name="secrets"),
    path("secrets/<int:secret>/reveals/", reveals, name="reveals"),
    path("secrets/<int:secret>/removal/", secret_removal, name="secret_removal"),
]
at_desk: list[URLPattern | URLResolver] = [
    path("", entries, name="entries"),
    path("new/", new_entry, name="new_entry"),
    path("requests/", requests, name="requests"),
    path("requests/<int:pk>/approval/", request_approval, name="request_approval"),
    path("requests/<int:pk>/refusal/", request_refusal, name="request_refusal"),
    path("grants/", grants, name="grants"),
    path("grants/<int:pk>/end/", grant_end, name="grant_end"),
    path("links/", links, name="links"),
    path("links/<int:pk>/removal/", link_removal, name="link_removal"),
    path("report/", report, name="report"),
    path("report/file/", report_file, name="report_file"),
    path("leavers/<int:pk>/", leaver, name="leaver"),
    path("leavers/<int:pk>/<int:entry>/<int:secret>/", leaver_check_off, name="leaver_check_off"),
    path("messages/<int:pk>/", message_at_desk, name="message"),
    path("<int:pk>/", include(on_entry)),
]
in_cabinet: list[URLPattern | URLResolver] = [
    path("", cabinet.entries, name="entries"),
    path("<int:pk>/", cabinet.entry, name="entry"),
    path("<int:pk>/secrets/", cabinet.entry_secrets, name="entry_secrets"),
    path("<int:pk>/removal/", cabinet.entry_removal, name="entry_removal"),
    path("messages/<int:pk>/", message_in_cabinet, name="message"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/access/", include((at_desk, "access"))),
    path("cabinet/access/", include((in_cabinet, "vault"))),
    path("secrets/", include(([path("<str:token>/", drop, name="drop")], "secrets"))),
]
