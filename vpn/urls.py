"""Pages of keys: links in letters, revocation lists, one's own keys."""

from django.urls import URLPattern, path

from vpn.views import asking, link, lists, mine, my_key

app_name = "vpn"
urlpatterns: list[URLPattern] = [
    path("vpn/key/<str:secret>/", link.key_link, name="key_link"),
    path("vpn/key/<str:secret>/dispute/", link.key_dispute, name="key_dispute"),
    path("vpn/crl/<slug:slug>.pem", lists.revocation_list_pem, name="revocation_list_pem"),
    path("vpn/crl/<slug:slug>.crl", lists.revocation_list_der, name="revocation_list_der"),
    path("desk/me/keys/", mine.desk_keys, name="desk_keys"),
    path("desk/me/keys/<int:pk>/", my_key.desk_key, name="desk_key"),
    path("desk/me/keys/<int:pk>/block/", my_key.desk_key_block, name="desk_key_block"),
    path("desk/me/keys/<int:pk>/dispute/", my_key.desk_key_dispute, name="desk_key_dispute"),
    path(
        "desk/me/keys/requests/<int:pk>/withdrawal/",
        mine.desk_key_request_withdrawal,
        name="desk_key_request_withdrawal",
    ),
    path("desk/tickets/<int:number>/key/", asking.ticket_key, name="ticket_key"),
    path("cabinet/access/keys/", mine.cabinet_keys, name="cabinet_keys"),
    path("cabinet/access/keys/<int:pk>/", my_key.cabinet_key, name="cabinet_key"),
    path("cabinet/access/keys/<int:pk>/block/", my_key.cabinet_key_block, name="cabinet_key_block"),
    path("cabinet/access/keys/<int:pk>/dispute/", my_key.cabinet_key_dispute, name="cabinet_key_dispute"),
    path(
        "cabinet/access/keys/requests/<int:pk>/withdrawal/",
        mine.cabinet_key_request_withdrawal,
        name="cabinet_key_request_withdrawal",
    ),
]
