"""Mail in, mail out.

Bytes come by IMAP, POP3, the SMTP inlet or a file and are committed as *RawMail* before anybody is told that they were
taken. A worker claims them, parses them in a child process, finds their *thread* and writes the message: each RawMail
ends in exactly one state (processed, duplicate, ignored, quarantined) with its reason and stays readable for ever,
byte for byte but for mails whose words were masked (`actions/masking.py`).
Replies leave through the outbox under one Message-ID that is signed, so that the answer finds its way back.
"""
