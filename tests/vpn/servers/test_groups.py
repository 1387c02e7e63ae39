"""Groups: whom a server leads to more networks than the others."""

import pytest
from django.urls import reverse

from helpdesk.accounts.models import Team
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory
from tests.peers.openvpn import soon
from tests.vpn.servers.world import make_server, make_site
from tests.vpn_world import wireguard_server
from vpn import bundling, people
from vpn.models import Group
from vpn.servers.host.agent import Host as OnTheHost
from vpn.servers.orders import orders_for, routes_of_clients

pytestmark = pytest.mark.django_db


def a_group(server, routes, *members, team=None, name="Developers"):
    group = Group.objects.create(server=server, name=name, routes=routes)
    group.people.add(*members)
    if team is not None:
        group.teams.add(team)
    return group


def test_routes_when_people_are_in_groups_by_name_and_by_team_then_each_has_theirs(company):
    server = make_server(company)
    for name in ("anna", "boris", "clara"):
        company.issue(name, server)
    anna, boris = company.people["anna"], company.people["boris"]
    team = Team.objects.create(name="Line 3")
    team.members.add(boris)
    a_group(server, "10.50.0.0/16\nfd00:50::/32", anna, team=team)
    a_group(server, "10.60.0.0/16", anna, name="Databases")
    a_group(make_server(company), "10.70.0.0/16", anna)

    assert routes_of_clients(server) == {
        "anna-laptop": ["route 10.50.0.0 255.255.0.0", "route 10.60.0.0 255.255.0.0", "route-ipv6 fd00:50::/32"],
        "boris-laptop": ["route 10.50.0.0 255.255.0.0", "route-ipv6 fd00:50::/32"],
    }
    team.is_active = False
    team.save()
    assert routes_of_clients(server).keys() == {"anna-laptop"}


@pytest.mark.parametrize("count", [1, 3])
def test_routes_when_there_are_more_people_then_no_more_statements_are_made(company, django_assert_num_queries, count):
    server = make_server(company)
    for number in range(count):
        company.issue(f"anna{number}", server)
    a_group(server, "10.50.0.0/16", *company.people.values())

    with django_assert_num_queries(3):
        assert len(routes_of_clients(server)) == count


def test_host_when_routes_come_and_go_then_so_do_the_files_of_the_clients(tmp_path):
    host, folder = OnTheHost({"folder": str(tmp_path)}), tmp_path / "clients"

    report = host.carry_out({"routes": {"anna-laptop": ["route 10.50.0.0 255.255.0.0", "route-ipv6 fd00::/8"]}})

    assert report["routes"] == 1
    assert (folder / "anna-laptop").read_text() == 'push "route 10.50.0.0 255.255.0.0"\npush "route-ipv6 fd00::/8"\n'
    host.carry_out({"routes": {"boris-laptop": ["route 10.60.0.0 255.255.0.0"]}})
    assert [each.name for each in folder.iterdir()] == ["boris-laptop"]


@pytest.mark.parametrize(
    ("name", "route"),
    [
        ("../anna", "route 10.50.0.0 255.255.0.0"),
        ("-anna", "route 10.50.0.0 255.255.0.0"),
        ("anna", 'route 10.50.0.0 255.255.0.0"\nscript-security "2'),
        ("anna", "route 10.50.0.0 255.255.0.0\n"),
        ("anna", "setenv PATH /tmp"),
    ],
)
def test_host_when_a_route_is_none_then_nothing_is_written_and_it_says_so(tmp_path, name, route):
    report = OnTheHost({"folder": str(tmp_path)}).carry_out({"routes": {name: [route]}})

    assert "A route of a client is none." in report["troubles"]
    assert not (tmp_path / "clients").exists()


def test_wireguard_when_somebody_is_in_a_group_then_their_file_leads_there_too(company):
    server = wireguard_server(routes="10.9.0.0/24")
    anna, boris = (company.issue(name, server) for name in ("anna", "boris"))
    a_group(server, "10.50.0.0/16", company.people["anna"])

    assert "AllowedIPs = 10.9.0.0/24, 10.50.0.0/16\n" in bundling.profile_of(anna)
    assert "AllowedIPs = 10.9.0.0/24\n" in bundling.profile_of(boris)


def test_group_when_its_routes_are_no_networks_then_the_page_says_so_and_keeps_nothing(company):
    page, server = proved(browser_of(company.ada)), make_server(company)
    said = {"server": server.pk, "name": "Developers", "routes": '10.50.0.0/16\n"; rm'}

    answer = page.post(reverse("admin:vpn_group_add"), said)
    assert "A route is a network" in answer.text
    assert not Group.objects.exists()

    page.post(reverse("admin:vpn_group_add"), said | {"routes": " 10.50.0.0/16 10.60.0.0/16 "})
    assert Group.objects.get().routes == "10.50.0.0/16\n10.60.0.0/16"


def test_people_when_they_are_merged_then_groups_come_along_and_go_back(company):
    server, first, second = make_server(company), StaffFactory(), StaffFactory()
    group = a_group(server, "10.50.0.0/16", first)

    moved = people.MERGER_PART.move(first, second)
    assert second in group.people.all()
    people.MERGER_PART.give_back(first, second, moved)

    assert list(group.people.all()) == [first]


@pytest.mark.openvpn
@pytest.mark.xdist_group("openvpn")
def test_client_when_its_owner_is_in_a_group_then_openvpn_pushes_its_routes_to_nobody_else(lab, company):
    site = make_site(lab, company, routes="10.40.0.0/16")
    site.start()
    anna, boris = (company.issue(name, site.server) for name in ("anna", "boris"))
    a_group(site.server, "10.50.0.0/16", company.people["anna"])
    assert site.turn().troubles == []

    first, second = site.connect(anna), site.connect(boris)

    assert first.is_up(), first.text() + site.running.text()
    assert second.is_up()
    assert soon(lambda: "route 10.50.0.0 255.255.0.0" in first.text())
    assert "route 10.40.0.0 255.255.0.0" in second.text()
    assert "10.50.0.0" not in second.text()
    assert orders_for(site.host)["routes"].keys() == {"anna-laptop"}
