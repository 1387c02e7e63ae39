"""The way out of a letter, live events, and the pages of notices at the desk."""

from django.urls import URLPattern, URLResolver, include, path

from helpdesk.notifications.views.addresses import address, address_proof, address_removal
from helpdesk.notifications.views.browsers import browser_removal, browsers, push_key, worker
from helpdesk.notifications.views.choices import choices
from helpdesk.notifications.views.notices import notice_reading, notice_readings, notices
from helpdesk.notifications.views.outside import events, unsubscribe

desk: list[URLPattern] = [
    path("", notices, name="notices"),
    path("readings/", notice_readings, name="notice_readings"),
    path("<int:pk>/reading/", notice_reading, name="notice_reading"),
    path("choices/", choices, name="choices"),
    path("gateways/<int:gateway>/address/", address, name="address"),
    path("addresses/<int:pk>/proof/", address_proof, name="address_proof"),
    path("addresses/<int:pk>/removal/", address_removal, name="address_removal"),
    path("browsers/", browsers, name="browsers"),
    path("browsers/key/", push_key, name="push_key"),
    path("browsers/<int:pk>/removal/", browser_removal, name="browser_removal"),
    path("worker.js", worker, name="worker"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("events/", events, name="events"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
    path("desk/notices/", include((desk, "notices"))),
]
