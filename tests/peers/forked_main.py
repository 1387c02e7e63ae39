"""What the fork server loads once, so that each fork starts at once."""

import django

django.setup()

import tests.peers.forked  # noqa: E402, F401 - as above
import tickets.mail.tasks  # noqa: E402, F401 - as above
