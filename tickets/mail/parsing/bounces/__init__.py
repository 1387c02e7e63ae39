"""Reading bounces: mails by which mail systems tell that a mail of ours didn't arrive, or not yet.

`reading.read_bounce` is the door. It looks for evidence (`evidence`), for the recipients that failed in RFC 3464 fields
(`reports`), in plain text (`transcripts`) or in JSON (`notifications`), judges each by words and codes (`failures`,
`phrases`, `codes`, `causes`) and finds the mail that was returned (`originals`).

All text is capped before it is searched and no pattern repeats what repeats, so that the work grows with the size only.
"""
