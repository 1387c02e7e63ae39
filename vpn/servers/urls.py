"""Where hosts of VPN servers ask and report; the file they are given names these addresses."""

from django.urls import path

from vpn.servers import views

app_name = "vpn_servers"
urlpatterns = [
    path("vpn/pull/", views.pull, name="pull"),
    path("vpn/report/", views.report, name="report"),
]
