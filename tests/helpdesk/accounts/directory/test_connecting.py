"""Speaking with a real server, and every way in which that fails, told in one line."""

import socket
import time

import pytest

from helpdesk.accounts.directory import connecting
from helpdesk.accounts.directory.connecting import connected, escaped, normal_dn
from helpdesk.accounts.directory.faults import DirectoryFault
from helpdesk.operations.bench.openldap import SUFFIX, Entry
from tests.peers.ports import free_port
from tests.peers.slapd import GROUPS, PEOPLE, company, make_directory

pytestmark = pytest.mark.django_db


def uids(directory) -> list[str]:
    with connected(directory) as connection:
        pages = [
            page for base in directory.person_bases for page in connection.pages(base, directory.person_filter, ["uid"])
        ]
    return sorted(attributes["uid"][0].decode() for page in pages for _dn, attributes in page)


def fault_of(directory) -> DirectoryFault:
    with pytest.raises(DirectoryFault) as caught:
        uids(directory)
    return caught.value


ALL = ["nadia", "paula", "pavel", "timur"]


def test_everybody_is_read_in_the_clear_by_starttls_and_by_ldaps(slapd, authority):
    plain = make_directory(slapd)
    safe = {"ca_certificate": authority.pem}
    started = make_directory(slapd, name="S", security="starttls", **safe)
    tls = make_directory(slapd, name="T", security="tls", uris=[slapd.tls_uri], **safe)

    assert [uids(each) for each in (plain, started, tls)] == [ALL, ALL, ALL]


def test_pages_smaller_than_the_list_give_everybody_once(slapd):
    directory = make_directory(slapd, page_size=1)

    assert uids(directory) == ALL


def test_first_server_that_answers_is_asked(slapd):
    directory = make_directory(slapd, uris=[f"ldap://localhost:{free_port()}", slapd.uri])

    assert uids(directory) == ALL


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_certificate_of_an_unknown_authority_is_not_trusted(slapd, security):
    directory = make_directory(slapd, security=security, uris=[slapd.tls_uri if security == "tls" else slapd.uri])

    fault = fault_of(directory)

    assert (fault.kind, "localhost" in str(fault), "authority" in str(fault)) == ("certificate_not_trusted", True, True)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("issued", "kind"),
    [({"ended_days_ago": 1}, "certificate_expired"), ({"name": "other.example"}, "certificate_wrong_name")],
)
def test_bad_certificate_is_called_by_its_fault(start_slapd, authority, issued, kind, security):
    certificate, key = authority.issue(**issued)
    server = start_slapd(certificate=certificate, key=key)
    uri = server.tls_uri if security == "tls" else server.uri
    directory = make_directory(server, security=security, uris=[uri], ca_certificate=authority.pem)

    assert fault_of(directory).kind == kind


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"uris": ["ldap://no-such-host.invalid"]}, "resolve"),
        ({"uris": ["http://localhost"]}, "address"),
        ({"uris": ["ldap://localhost:99999"]}, "address"),
        ({"bind_password": "wrong"}, "credentials"),
        ({"bind_dn": "reader"}, "bind_dn"),
        ({"person_bases": [f"ou=nowhere,{SUFFIX}"]}, "base"),
        ({"person_bases": ["nonsense"]}, "base_form"),
        ({"person_filter": "(objectClass=person"}, "filter"),
        ({"security": "starttls"}, "starttls"),
        ({"security": "tls"}, "tls"),
        ({"ca_certificate": "-----BEGIN CERTIFICATE-----\nx", "security": "tls"}, "authority"),
    ],
)
def test_wrong_setting_is_one_line_that_names_it(own_slapd, fields, kind):
    fields = {"uris": [own_slapd.uri.replace("ldap:", "ldaps:")]} | fields if kind == "tls" else fields
    directory = make_directory(own_slapd, **fields)

    fault = fault_of(directory)

    assert fault.kind == kind
    assert "\n" not in str(fault)
    assert "wrong" not in str(fault)


def test_port_where_nobody_listens_is_refused(slapd):
    port = free_port()

    fault = fault_of(make_directory(slapd, uris=[f"ldap://127.0.0.1:{port}"]))

    assert (fault.kind, f"127.0.0.1:{port}" in str(fault)) == ("refused", True)


@pytest.mark.parametrize("security", ["plain", "starttls", "tls"])
def test_server_that_is_silent_is_given_up_in_time(security):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        scheme = "ldaps" if security == "tls" else "ldap"
        uris = [f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"]
        directory = make_directory(None, uris=uris, security=security, timeout_seconds=1)
        began = time.monotonic()

        fault = fault_of(directory)

    assert fault.kind == "timed_out"
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("security", ["plain", "tls"])
def test_server_that_falls_silent_after_the_bind_is_given_up_in_time(start_slapd, authority, security):
    certificate, key = authority.issue()
    server = start_slapd(certificate=certificate, key=key)
    uris = [server.tls_uri if security == "tls" else server.uri]
    directory = make_directory(server, uris=uris, security=security, ca_certificate=authority.pem, timeout_seconds=1)
    began = time.monotonic()

    with connected(directory) as connection, server.standing_still(), pytest.raises(DirectoryFault) as caught:
        connection.entry(PEOPLE, ["ou"])

    assert caught.value.kind == "timed_out"
    assert time.monotonic() - began < 6


def test_server_that_dies_between_two_pages_is_no_end_of_the_list(own_slapd):
    directory = make_directory(own_slapd, page_size=1)

    with connected(directory) as connection:
        pages = connection.pages(PEOPLE, directory.person_filter, ["uid"])
        next(pages)
        own_slapd.kill()
        with pytest.raises(DirectoryFault) as caught:
            next(pages)

    assert caught.value.kind == "lost"


def test_list_that_the_server_cuts_off_is_a_fault(start_slapd):
    server = start_slapd(limits=f'limits dn.exact="cn=auditor,{SUFFIX}" size.soft=2 size.hard=2 size.prtotal=2')
    server.add(
        Entry(
            f"cn=auditor,{SUFFIX}",
            {"objectClass": ["organizationalRole", "simpleSecurityObject"], "cn": ["auditor"], "userPassword": ["few"]},
        )
    )
    directory = make_directory(server, bind_dn=f"cn=auditor,{SUFFIX}", bind_password="few")

    assert fault_of(directory).kind == "size_limit"


def test_referrals_are_counted_and_not_followed(start_slapd):
    elsewhere = Entry(
        f"ou=far,{PEOPLE}",
        {"objectClass": ["referral", "extensibleObject"], "ou": ["far"], "ref": ["ldap://127.0.0.1:1/dc=far"]},
    )
    server = start_slapd([*company(), elsewhere])
    directory = make_directory(server)

    with connected(directory) as connection:
        found = [dn for page in connection.pages(PEOPLE, directory.person_filter, ["uid"]) for dn, _ in page]

    assert (len(found), connection.referrals) == (4, 1)


def test_base_that_lies_on_another_server_is_said(start_slapd):
    elsewhere = Entry(
        f"ou=far,{SUFFIX}",
        {"objectClass": ["referral", "extensibleObject"], "ou": ["far"], "ref": ["ldap://127.0.0.1:1/dc=far"]},
    )
    directory = make_directory(start_slapd([*company(), elsewhere]), person_bases=[f"ou=far,{SUFFIX}"])

    fault = fault_of(directory)

    assert (fault.kind, "127.0.0.1:1" in str(fault)) == ("referral", True)


def test_password_of_an_entry_is_accepted_and_another_or_none_is_not(slapd):
    dn = f"uid=paula,{PEOPLE}"
    given = []
    for password in ("paula-secret", "wrong", ""):
        with connected(make_directory(slapd, name=password or "-")) as connection:
            given.append(connection.accepts(dn, password))

    assert given == [True, False, False]


def test_value_in_a_filter_means_nothing_but_itself():
    assert escaped("*)(uid=*\\\0") == r"\2a\29\28uid=\2a\5c\00"


@pytest.mark.parametrize(
    "written", ["CN=Agents, OU=Groups,dc=corp", "cn=agents,ou=groups,DC=Corp", "cn=\\41gents,ou=groups,dc=corp"]
)
def test_one_group_written_differently_is_one(written):
    assert normal_dn(written) == normal_dn("cn=agents,ou=groups,dc=corp")


def test_without_the_library_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(connecting, "ldap", None)

    fault = fault_of(make_directory(None, uris=["ldap://localhost"]))

    assert fault.kind == "extra"
    assert connecting.missing() == str(fault)
    assert GROUPS
