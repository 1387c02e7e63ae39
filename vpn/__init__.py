"""Where the certificate authority, keys, bundles and revocations live.

An *authority* signs; a *signer*, a process of its own, has its key. A *server* is what people reach with a key: OpenVPN
by certificates, WireGuard by public keys. A *device* has one name everywhere (`anna-laptop`) and one valid *key*. A
private key is made here, kept sealed, handed out once (`DownloadLink`, or by whoever issued it) and then forgotten: who
needs it again gets a new key. Whoever wants a key without being allowed to issue one makes a *request*.

Revoking is final: a `Revocation` is written, the authority's `RevocationList` made anew, and servers end the sessions.
Blocking ends sessions as well, needs no authority, and can be taken back. `signals` say all of that to the modules that
talk with servers.
"""
