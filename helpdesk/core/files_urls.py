"""The addresses of the files' host, all of them."""

from django.urls import URLPattern, path

from helpdesk.core.files_host import content

urlpatterns: list[URLPattern] = [path("content/", content, name="content")]
