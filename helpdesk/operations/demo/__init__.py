"""A believable desk to look round in: organisations, people, staff of three lines and their conversations.

Made once, on the first start of an empty program; nothing of it ever leaves the house. The password is the same for
all of them and no secret: it protects made-up people.
"""

from typing import NamedTuple

PASSWORD = "helpdesk-demo"  # noqa: S105 - shown at every start while the demo people exist


class SignIn(NamedTuple):
    """Somebody one can be; as text the line that `up` prints."""

    email: str
    password: str
    role: str

    def __str__(self) -> str:
        return f"{self.email:<26} {self.password}  {self.role}"


def sign_ins() -> list[SignIn]:
    """Who to be to see each door."""
    return [
        SignIn("admin@helpdesk.example", PASSWORD, "administrator"),
        SignIn("anna@helpdesk.example", PASSWORD, "agent, line 1"),
        SignIn("oleg@contractor.example", PASSWORD, "contractor, sees the queue “Development”"),
        SignIn("clara@shop.example", PASSWORD, "customer, manager of Nordlicht Shop"),
        SignIn("sergei@stranger.example", PASSWORD, "customer of another organisation"),
    ]
