"""Which attacks of the list have no feature here that they could reach, and what their test shows instead.

Every other id has a test named after it that shows the safe behaviour where the attack comes in.
"""

IDS = [
    *(f"A{n:02}" for n in range(1, 26)),
    *(f"B{n:02}" for n in range(1, 15)),
    *(f"C{n:02}" for n in range(1, 20)),
    *(f"D{n:02}" for n in range(1, 19)),
    *(f"F{n:02}" for n in range(1, 19)),
]

ABSENT = {
    "A14": "People have no pictures of their own: the one field for files is a message's attachment.",
    "A17": "Nobody is sent an alert about an address; the journal takes nothing from a header but an address.",
    "A18": "Nobody has a field for a web address; addresses in text become links of http and https alone.",
    "A23": "No script of ours reads a query into an object, and none takes words for code.",
    "B06": "No language model reads mail; what services send to us is on tickets that no customer sees.",
    "C10": "No header of a proxy signs anybody in, with or without a shared secret: there is no such setting.",
    "C14": "Nothing is set up in the browser: the first administrator comes from the command line or the demo.",
    "F14": "There are no WebSockets: live events go one way, and the server refuses the protocol.",
}
