"""Where the certificate authority, keys, bundles and revocations live."""
