"""What we send, as letters: replies, forwards, acknowledgements, surveys.

Only public messages ever reach a letter, and the one forwarding note whose words are meant for its receiver. HTML is
sanitised again on its way out. The same delivery always gives the same bytes.
"""

from tickets.mail.composing.acknowledgements import compose_acknowledgement
from tickets.mail.composing.forwards import compose_forward
from tickets.mail.composing.replies import compose_reply
from tickets.mail.composing.surveys import compose_survey

__all__ = ["compose_acknowledgement", "compose_forward", "compose_reply", "compose_survey"]
