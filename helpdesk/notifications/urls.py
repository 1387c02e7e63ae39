"""The way out of a letter, and live events."""

from django.urls import URLPattern, path

from helpdesk.notifications.views import events, unsubscribe

urlpatterns: list[URLPattern] = [
    path("events/", events, name="events"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
]
