"""Addresses of the program, and their paths for the things of `tests.access_world`."""

from django.urls import URLResolver, get_resolver


def addresses(patterns=None, namespace="", route=""):
    """(name, route) of every pattern of the program; an unnamed one is named by its route."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inside, here)
        else:
            yield (f"{namespace}{pattern.name}" if pattern.name else here), here


PARAMETERS = {
    "<int:gateway>": "gateway",
    "<int:number>": "number",
    "<number>": "number",
    "<uuid:pk>": "file",
    "<uuid:enclosure>": "enclosure",
    "<str:secret>": "secret",
    "<str:token>": "survey",
    "<int:entry>": "vault_entry",
    "<int:secret>": "vault_secret",
    "<int:door>": "vault_door",
    "<int:access>": "vault_access",
    "<slug:kind>": "kind",
    "<slug:slug>": "slug",
    "<person>": "clara",
    "<point>": "point",
    "<event>": "event",
}
OWNERS = {
    "desk/access/<": "vault_entry",
    "desk/access/requests/": "vault_request",
    "desk/access/grants/": "vault_grant",
    "desk/access/drop-links/": "vault_link",
    "desk/access/leavers/": "marta",
    "desk/access/messages/": "message",
    "cabinet/access/<": "vault_entry",
    "cabinet/access/messages/": "message",
    "cabinet/me/data/export/": "own_data",
    "cabinet/people/": "clara",
    "cabinet/invitations/": "invitation",
    "desk/messages/": "message",
    "desk/chat/<": "room",
    "desk/chat/lines/": "line",
    "desk/chat/teams/": "chatting_team",
    "desk/chat/with/": "marta",
    "desk/views/": "view",
    "desk/templates/": "template",
    "desk/changes/": "change",
    "desk/planned/": "planned",
    "desk/work/": "job",
    "/participants/": "guest",
    "/watchers/": "guest",
    "/relations/": "link",
    "accounts/outside/visits/": "visit",
    "accounts/outside/identities/": "identity",
    "admin/search/nothingfound/": "in_vain",
    "admin/search/rebuild/": "rebuild",
    "admin/search/filetext/": "text",
    "admin/sso/site/": "site",
    "admin/sso/identityprovider/": "provider",
    "admin/sso/outsideidentity/": "identity",
    "admin/sso/logoutnotice/": "notice",
    "accounts/security/passkeys/": "passkey",
    "accounts/security/sessions/": "session",
    "admin/accounts/invitation/": "colleague",
    "/links/": "link",
    "admin/accounts/user/": "clara",
    "admin/accounts/apitoken/": "token",
    "admin/accounts/organisation/": "organisation",
    "admin/accounts/team/": "team",
    "admin/accounts/rolerule/": "rule",
    "admin/accounts/contactpoint/": "point",
    "admin/directory/directory/": "directory",
    "admin/directory/directoryperson/": "directory_person",
    "admin/directory/syncrun/": "run",
    "admin/vpn/host/": "vpn_host",
    "admin/vpn/session/": "vpn_session",
    "admin/mail/mailbox/": "mailbox",
    "desk/people/imports/": "source",
    "desk/people/exports/": "export",
    "desk/people/<": "clara",
    "desk/contacts/": "point",
    "desk/mergers/": "merger",
    "desk/customer-notes/": "note",
    "desk/organisations/": "organisation",
    "admin/mail/rawmail/": "raw",
    "admin/notifications/delivery/": "delivery",
    "admin/notifications/breaker/": "breaker",
    "admin/notifications/gateway/": "gateway",
    "admin/notifications/teamchoice/": "team_choice",
    "admin/notifications/wording/": "wording",
    "desk/notices/<": "told",
    "desk/notices/addresses/": "address",
    "desk/notices/browsers/<": "browser",
    "admin/journal/entry/": "entry",
    "admin/tickets/category/": "category",
    "admin/tickets/customfield/": "field",
    "admin/tickets/ticket/": "ticket",
    "admin/django_celery_beat/periodictask/": "task",
    "api/v1/attachments/": "file",
    "api/v1/organisations/": "organisation",
    "api/v1/customers/": "clara",
    "api/v1/raw-mails/": "raw",
    "api/v1/messages/": "message",
    "api/v1/webhooks/": "hook",
    "admin/webhooks/hook/": "hook",
    "admin/operations/sample/": "sample",
    "admin/operations/alert/": "alert",
    "admin/operations/threshold/": "threshold",
    "admin/operations/alertway/": "way",
    "admin/operations/outsidewatch/": "watch",
    "admin/webhooks/event/": "event",
    "me/tokens/": "token",
    "me/keys/<": "vpn_key",
    "access/keys/<": "vpn_key",
    "keys/requests/": "vpn_wish",
    "admin/vpn/key/": "vpn_key",
    "admin/vpn/keyrequest/": "vpn_wish",
    "admin/vpn/authority/": "vpn_authority",
    "admin/vpn/server/": "vpn_server",
    "admin/vpn/group/": "vpn_group",
    "admin/vpn/revocationlist/": "vpn_list",
    "admin/vpn/profiletemplate/": "vpn_file",
}
WHOLE = {
    "admin/(?P<url>.*)$": "/admin/nothing/",
    "admin/r/<path:content_type_id>/<path:object_id>/": "/admin/r/0/0/",
    "^api/": "/api/nothing/",
    "^admin/r/": "/admin/r/1/1/",
}


def path_of(route, things):
    """The address of Clara's thing; fails for a parameter that nobody said the value of."""
    if route.startswith("admin/^(?P<app_label>"):
        return "/admin/accounts/"
    if route in WHOLE:
        return WHOLE[route]
    path = "events/?ticket=<int:number>" if route == "events/" else route
    path = path.replace("unsubscribe/<str:token>", f"unsubscribe/{things['subscription']}")
    path = path.replace("secrets/<str:token>", f"secrets/{things['drop']}")
    path = path.replace("alarm/<str:token>", f"alarm/{things['alarm']}")
    path = path.replace("invitation/<str:secret>", f"invitation/{things['invited']}")
    path = path.replace("vpn/key/<str:secret>", f"vpn/key/{things['vpn_secret']}")
    path = path.replace("vpn/crl/<slug:slug>", f"vpn/crl/{things['vpn_slug']}")
    if route.endswith(("/metadata/", "/acs/", "/arrival/")):
        path = path.replace("<slug:slug>", str(things["saml"]))
    for parameter, thing in PARAMETERS.items():
        path = path.replace(parameter, str(things[thing]))
    if "<" in path:
        (owner,) = [thing for part, thing in OWNERS.items() if part in route]
        for parameter in ("<int:pk>", "<pk>", "<path:object_id>"):
            path = path.replace(parameter, str(things[owner]))
        path = path.replace("<str:what>", "proof")
    assert "<" not in path, f"Say in tests/test_access_matrix.py which thing stands for the parameter of {route}"
    return f"/{path}"
