"""The SMTP inlet (RFC 5321): takes mail for our own mailboxes, relays nothing, and says 250 only after the commit."""
