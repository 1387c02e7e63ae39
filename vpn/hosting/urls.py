"""The pages of the vault: at the desk, in the cabinet, and for whoever has a secure link."""

from django.urls import URLPattern, URLResolver, include, path

from vpn.hosting.views.cabinet import entries as cabinet
from vpn.hosting.views.desk.doors import door, door_details, door_facts, door_host_key, door_removal, new_door
from vpn.hosting.views.desk.entries import entries, entry, entry_details, entry_removal, new_entry
from vpn.hosting.views.desk.grants import entry_grants, grant_end, grants
from vpn.hosting.views.desk.leavers import leaver, leaver_check_off
from vpn.hosting.views.desk.links import entry_links, link_removal, links
from vpn.hosting.views.desk.report import report, report_file
from vpn.hosting.views.desk.requests import request_approval, request_refusal, requests
from vpn.hosting.views.desk.secrets import reveals, secret_removal, secrets
from vpn.hosting.views.desk.temporary import access, access_delivery, access_removal, new_access
from vpn.hosting.views.drop import drop
from vpn.hosting.views.moving import at_desk as message_at_desk
from vpn.hosting.views.moving import in_cabinet as message_in_cabinet

on_entry: list[URLPattern | URLResolver] = [
    path("", entry, name="entry"),
    path("details/", entry_details, name="entry_details"),
    path("removal/", entry_removal, name="entry_removal"),
    path("grants/", entry_grants, name="entry_grants"),
    path("drop-links/", entry_links, name="entry_links"),
    path("doors/new/", new_door, name="new_door"),
    path("doors/<int:door>/", door, name="door"),
    path("doors/<int:door>/details/", door_details, name="door_details"),
    path("doors/<int:door>/facts/", door_facts, name="door_facts"),
    path("doors/<int:door>/host-key/", door_host_key, name="door_host_key"),
    path("doors/<int:door>/removal/", door_removal, name="door_removal"),
    path("temporary/", new_access, name="new_access"),
    path("temporary/<int:access>/", access, name="temporary_access"),
    path("temporary/<int:access>/delivery/", access_delivery, name="access_delivery"),
    path("temporary/<int:access>/removal/", access_removal, name="access_removal"),
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
    path("drop-links/", links, name="links"),
    path("drop-links/<int:pk>/removal/", link_removal, name="link_removal"),
    path("report/", report, name="report"),
    path("report/file/", report_file, name="report_file"),
    path("leavers/<int:pk>/", leaver, name="leaver"),
    path("leavers/<int:pk>/<int:entry>/<int:secret>/", leaver_check_off, name="leaver_check_off"),
    path("messages/<int:pk>/", message_at_desk, name="message"),
    path("<int:pk>/", include(on_entry)),
]
in_cabinet: list[URLPattern | URLResolver] = [
    path("", cabinet.entries, name="entries"),
    path("new/", cabinet.new_entry, name="new_entry"),
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
