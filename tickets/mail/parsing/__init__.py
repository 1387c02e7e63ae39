"""From the bytes of a mail to what a ticket needs of it, without Django.

`reading.parse` reads one mail; `pool.ParserPool` does the same in a child process under limits of memory,
processor and time, which is how the project calls it. Nothing here imports models, settings or a database.

Promises: `parse` raises nothing but `errors.Unparsable`; work is linear in the size of the mail; what cannot be shown
is named in `ParsedMail.warnings`; whatever is left out of the result is still in the raw mail, which the caller keeps.
"""
