"""A DNS server on loopback that answers from a table (RFC 1035 over UDP)."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.rrset


@contextmanager
def name_server(texts: dict[str, str]) -> Iterator[str]:
    """Serves TXT records, `{"shop.example": "v=spf1 -all"}`; yields `host:port`. Any other name does not exist."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            query = dns.message.from_wire(data)
            answer = dns.message.make_response(query)
            name = query.question[0].name.to_text().rstrip(".").lower()
            if name not in texts:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            elif query.question[0].rdtype == dns.rdatatype.TXT:
                pieces = [texts[name][at : at + 200] for at in range(0, len(texts[name]), 200)]
                quoted = " ".join(f'"{piece}"' for piece in pieces)
                answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", quoted))
            socket.sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
