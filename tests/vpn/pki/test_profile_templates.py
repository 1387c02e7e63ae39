import pytest

from helpdesk.core.errors import Refused
from vpn.pki.profile_templates import DEFAULTS, PROFILE, check_template, fill_template, words

REFERENCE = """client
dev tun
proto udp
remote vpn.example.org 1194
nobind
persist-key
persist-tun
ca ca.crt
cert change_me.crt
key change_me.key
tls-crypt ta.key
remote-cert-tls server
verify-x509-name server name
tls-version-min 1.2
data-ciphers AES-256-GCM:CHACHA20-POLY1305
verb 3
"""
HOSTILE = {
    "plain": "up /bin/sh",
    "security": "script-security 2",
    "plugin": "plugin evil.so",
    "indented": " \t up /bin/sh",
    "dashes": "--up /bin/sh",
    "double quotes": '"up" "/bin/sh -c id"',
    "single quotes": "'up' '/bin/sh'",
    "backslash": "u\\p /bin/sh",
    "quoted and glued": '"up"/bin/sh',
    "setenv opt": "setenv opt up /bin/sh",
    "setenv opt twice": "setenv opt setenv opt up /bin/sh",
    "setenv opt in quotes": '"setenv" "opt" plugin evil.so',
    "connection": "<connection>\nremote x 1194\nup /bin/sh\n</connection>",
    "connection with setenv": "<connection>\nsetenv opt up /bin/sh\n</connection>",
    "old newline": "verb 3\rup /bin/sh",
    "windows newline": "verb 3\r\nup /bin/sh\r\n",
    "vertical tab": "verb 3\x0bup /bin/sh",
    "form feed": "verb 3\x0cup /bin/sh",
    "next line": "verb 3\x85up /bin/sh",
    "line separator": "verb 3\u2028up /bin/sh",
    "no byte": "verb 3\0\nup /bin/sh",
    "byte order mark": "\ufeffup /bin/sh",
    "second mark": "\ufeff\ufeffup /bin/sh",
    "after an inline block": "<ca>\nx\n</ca>\nup /bin/sh",
    "inside a block that is closed early": "<ca>\n </ca>\nup /bin/sh\n</ca>",
    "another file": "config other.ovpn",
    "library": "pkcs11-providers evil.so",
    "provider": "providers evil",
    "engine": "engine evil",
    "management": "management 0.0.0.0 7505",
    "management client": "management-client",
    "writes": "log-append /etc/cron.d/x",
    "status": "status /etc/passwd",
    "iproute": "iproute /tmp/evil",
    "newer": "dns-updown /tmp/evil",
    "unknown": "run-this /bin/sh",
    "capitals": "Up /bin/sh",
    "environment": "setenv LD_PRELOAD evil.so",
    "safe environment": "setenv-safe X y",
    "long": "verb 3 " + "x" * 300,
    "open quote": 'up "/bin/sh',
    "file elsewhere": "ca /etc/shadow",
    "file above": "key ../other.key",
    "windows file": "cert C:\\\\Users\\\\x.crt",
    "every hook": "route-up x",
    "file to a proxy": "http-proxy evil.example 8080 /etc/shadow basic",
    "file of the archive to a proxy": "http-proxy evil.example 8080 change_me.key basic",
    "file to a proxy of a connection": "<connection>\nremote x 1194\nsocks-proxy evil.example 1080 key\n</connection>",
    "file as a password": "auth-user-pass change_me.key",
    "device of the machine": "dev-node /dev/sda",
    "line that grows past its end": f"# {'change_me ' * 9}" + "x" * 120 + "up /bin/sh",
    "user as a directive": "change_me /bin/sh",
    "user as a directive in quotes": '"change_me" /bin/sh',
    "user as a later directive": "setenv opt change_me /bin/sh",
    "user as a block": "<change_me>\nx\n</change_me>",
    "open connection": "<connection>\nremote x 1194",
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_profile_that_could_do_more_than_connect_is_refused(line: str) -> None:
    with pytest.raises(Refused):
        check_template(PROFILE, f"{REFERENCE}{line}\n" if not line.startswith("\ufeff") else line)


@pytest.mark.parametrize(
    "line",
    ['push "setenv opt up /bin/sh"', "up x", "client-connect x", "auth-user-pass-verify x via-env", "learn-address x",
     "client-config-dir /tmp", "port-share 127.0.0.1 443 /etc/cron.d"],
)  # fmt: skip
def test_text_about_the_server_that_could_do_more_is_refused(line: str) -> None:
    with pytest.raises(Refused, match="Line"):
        check_template("server.conf", DEFAULTS["server.conf"] + line + "\n")


@pytest.mark.parametrize(
    "line",
    [
        "openssl_conf = evil",
        "[ engines ]\nx = y\nengines = e",
        "dynamic_path = /tmp/evil.so",
        ".include /etc/passwd",
        " . include x",
        "providers = p",
        "activate = 1",
        "eng\\\nines = e",
        "ssl_conf = x",
        "alg_section = a\nproviders=p",
        "init = 1",
        "ENGINES = e",
    ],
    ids=ascii,
)
def test_configuration_of_openssl_that_loads_something_is_refused(line: str) -> None:
    with pytest.raises(Refused, match="Line"):
        check_template("openssl.cnf", DEFAULTS["openssl.cnf"] + line + "\n")


def test_refusal_names_line_and_directive() -> None:
    with pytest.raises(Refused) as refused:
        check_template(PROFILE, "client\n\n# up is fine here\nscript-security 2\n")

    sentence = "Line 4: “script-security” can run commands, load programs or write files on somebody's machine."
    assert str(refused.value) == sentence


def test_texts_of_the_owners_process_are_taken() -> None:
    for name, text in {**DEFAULTS, PROFILE: REFERENCE}.items():
        check_template(name, text)


@pytest.mark.parametrize(
    "line",
    [
        "# up /bin/sh",
        "; up /bin/sh",
        "verb 3 # up /bin/sh",
        "",
        "\tverb 3",
        "setenv CLIENT_CERT 0",
        "setenv opt block-outside-dns",
        "<connection>\nremote a 1194 udp\n</connection>\n<connection>\nremote b 443 tcp\n</connection>",
        "--verb 3",
        'verify-x509-name "server" name',
        "route 10.0.0.0 255.0.0.0",
        'setenv FRIENDLY_NAME "Example VPN"',
        "http-proxy proxy.example 8080",
        "http-proxy proxy.example 8080 auto basic",
        "socks-proxy proxy.example 1080",
        "auth-user-pass",
    ],
    ids=ascii,
)
def test_ordinary_line_is_taken(line: str) -> None:
    check_template(PROFILE, f"{REFERENCE}{line}\n")


def test_text_of_another_name_is_refused() -> None:
    with pytest.raises(Refused, match="isn't a file of the archive"):
        check_template("../x", "verb 3\n")


def test_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(Refused, match="64 KB"):
        check_template("readme_vpn_win.txt", "x" * 65_537)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a b", ["a", "b"]),
        ("  a\t\tb ", ["a", "b"]),
        ('"a b" c', ["a b", "c"]),
        ("'a b' c", ["a b", "c"]),
        ('"a"b', ["a", "b"]),
        ("a\\ b", ["a b"]),
        ('"a\\"b"', ['a"b']),
        ("'a\\b'", ["a\\b"]),
        ("a#b", ["a#b"]),
        ("a #b", ["a"]),
        ("\\#a", ["#a"]),
        ('""', [""]),
        ("a'b", ["a'b"]),
        ("", []),
    ],
)
def test_line_is_taken_apart_as_openvpn_does(line: str, expected: list[str]) -> None:
    assert words(line) == expected


def test_user_is_filled_in_everywhere() -> None:
    assert fill_template("change_me and change_me.key", "anna") == "anna and anna.key"
