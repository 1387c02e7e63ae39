"""OpenVPN's directives by what they can do (openvpn(8), `add_option` in its `options.c`)."""


def _named(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONNECTION = _named("""
    remote proto port rport lport nobind connect-retry connect-retry-max connect-timeout explicit-exit-notify float
    http-proxy http-proxy-option socks-proxy link-mtu tun-mtu tun-mtu-extra fragment mssfix mtu-disc local bind
""")
"""What may stand in a block `<connection>`."""

DESCRIBING = CONNECTION | _named("""
    client tls-client pull dev dev-type dev-node topology persist-key persist-tun persist-local-ip persist-remote-ip
    resolv-retry remote-random remote-random-hostname server-poll-timeout ca cert key pkcs12 extra-certs tls-crypt
    tls-crypt-v2 tls-auth key-direction remote-cert-tls remote-cert-ku remote-cert-eku verify-x509-name
    peer-fingerprint tls-version-min tls-version-max tls-cipher tls-ciphersuites tls-groups tls-cert-profile
    data-ciphers data-ciphers-fallback ncp-ciphers cipher auth auth-nocache auth-retry auth-user-pass reneg-sec
    reneg-bytes reneg-pkts hand-window tran-window tls-timeout tls-exit keepalive ping ping-restart ping-exit
    ping-timer-rem inactive session-timeout verb mute mute-replay-warnings suppress-timestamps comp-lzo compress
    allow-compression comp-noadapt route route-ipv6 route-gateway route-metric route-delay route-nopull route-noexec
    redirect-gateway redirect-private block-ipv6 block-outside-dns dhcp-option dns pull-filter ignore-unknown-option
    register-dns sndbuf rcvbuf socket-flags push-peer-info user group ifconfig-nowarn allow-recursive-routing
    disable-dco static-challenge allow-pull-fqdn client-nat replay-window machine-readable-output windows-driver
    ip-win32 route-method show-net-up tap-sleep dhcp-renew dhcp-release max-routes fast-io setenv
""")
"""What a client's profile may say."""

SERVING = DESCRIBING | _named("""
    server server-ipv6 server-bridge push push-reset crl-verify dh ecdh-curve tls-server mode ifconfig-pool
    ifconfig-pool-linear client-to-client duplicate-cn max-clients ccd-exclusive client-config-dir iroute opt-verify
    verify-client-cert username-as-common-name auth-gen-token multihome ifconfig ifconfig-ipv6 tcp-queue-limit
    max-routes-per-client stale-routes-check connect-freq port-share disable
""")
"""What the text about the server's side may say beside it."""

RUNNING = _named("""
    script-security up down up-delay up-restart down-pre route-up route-pre-down ipchange tls-verify
    tls-crypt-v2-verify auth-user-pass-verify client-connect client-disconnect client-crresponse learn-address
    plugin iproute dns-updown pkcs11-providers providers engine management config cd chroot setcon daemon log
    log-append status writepid tmp-dir askpass replay-persist ifconfig-pool-persist
""")
"""What runs a command, loads a program or another file, or writes one."""

RUNNING_FAMILIES = ("management-", "pkcs11-", "win-", "service")
"""How the names of further such directives begin."""

FILES = _named("""
    ca cert key pkcs12 extra-certs tls-crypt tls-crypt-v2 tls-auth crl-verify dh dev-node client-config-dir port-share
""")
"""Those that name a file: in a template one of the archive."""

PROXIES = frozenset({"http-proxy", "socks-proxy"})
ASKED = frozenset({"auto", "auto-nct", "stdin"})
"""What may stand where a proxy is told a name and a password: the program asks for them. A file in its place would be
read and sent to the proxy, whatever is in it."""
