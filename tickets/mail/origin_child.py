"""The process that checks one mail's origin: SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) over DNS.

Standard input: one line of JSON (`peer`, `envelope_from`, `authserv_id`, `dns`), then the mail. Standard output: one
Authentication-Results value (RFC 8601). Knows no Django; ends with its parent's patience at the latest.
"""

import json
import resource
import sys

import authheaders
import dns.resolver

MEMORY = 512 * 1024 * 1024
PROCESSOR_SECONDS = 5
DNS_SECONDS = 4


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    question = json.loads(sys.stdin.buffer.readline())
    _use_dns(question["dns"])
    answer = authheaders.authenticate_message(
        sys.stdin.buffer.read(),
        question["authserv_id"],
        spf=True,
        ip=question["peer"],
        mail_from=question["envelope_from"],
        helo=question["envelope_from"].rpartition("@")[2],
    )
    sys.stdout.write(answer.removeprefix("Authentication-Results:").strip())


def _use_dns(server: str) -> None:
    """Ask `server` (host:port) instead of the machine's own resolvers."""
    resolver = dns.resolver.Resolver(configure=not server)
    if server:
        host, _, port = server.rpartition(":")
        resolver.nameservers, resolver.port = [host], int(port)
    resolver.lifetime = DNS_SECONDS
    dns.resolver.default_resolver = resolver


if __name__ == "__main__":
    main()
