"""The signer: the one process that holds the issuing key, and what talks with it.

It has a Unix user, a folder and a socket of its own, takes one JSON line a request, and knows three of them: `certify`,
`crl` and `about`. So whoever can read the database, the settings or the memory of a web process has no key; they can at
most ask for certificates, within the signer's own limits, and each one stands in its ledger.

The folder (0700; every file 0600)
    `issuing.crt`, `issuing.key` (PKCS#8, encrypted), `root.crt`, and `ledger.jsonl`: a line for each certificate,
    revocation and list, on the disk before anybody hears of it. `root.key` is there only after `vpn_signer make`, until
    somebody takes it away. `lock` is held by the process that serves.

Invariants
    A serial number is used once. What was revoked is in every later list. The number of a list is above the last one's.
    What was answered is in the ledger, whenever the process was killed.
"""
