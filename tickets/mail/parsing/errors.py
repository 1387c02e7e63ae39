"""What can go wrong between the bytes and the result."""


class Unparsable(Exception):
    """The mail cannot be shown at all; the message says why in one short English phrase. The raw mail stays."""


class ParserCrashed(Exception):
    """The child process died of this mail (signal, memory, time) or failed inside; the message says how."""
