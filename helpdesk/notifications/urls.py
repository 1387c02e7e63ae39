"""The way out of a letter."""

from django.urls import URLPattern, path

from helpdesk.notifications.views import unsubscribe

urlpatterns: list[URLPattern] = [path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe")]
