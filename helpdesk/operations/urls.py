"""The doors for monitoring."""

from django.urls import URLPattern, URLResolver, path

from helpdesk.operations import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live/", views.live, name="live"),
    path("health/", views.health, name="health"),
    path("metrics", views.metrics, name="metrics"),
]
