"""What goes wrong with embedded servers, in one line a person can act on."""


class EmbeddedError(Exception):
    """A server can't be prepared, started or reached; the message is one line fit for the terminal."""
