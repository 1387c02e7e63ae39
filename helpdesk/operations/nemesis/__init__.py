"""Proof by force: the whole program under load while its processes are killed at random, then every word looked for.

`house` runs a real `manage.py up` in a folder of its own. `postmen` hand mails with unique tokens to its SMTP inlet as
a mail server does, `agents` answer in the browser's way, `peer` is the mail server that our answers go to. `killing`
ends processes with signal 9 meanwhile. Everything that was tried and acknowledged stands in `history`; `checking`
compares it with the database and with what the peer received. An operation without an answer is indeterminate: it may
have happened or not, but never twice.
"""
