"""X.509 and OpenVPN's own formats: a library without models, settings or files of its own.

It makes keys, requests, certificates and revocation lists (RFC 5280), OpenVPN's shared keys, and what a person takes
along: a profile with everything in it, the archive of the company's process, PKCS#12. What the outside hands in is
refused (`helpdesk.core.errors.Refused`) with a sentence for people. Times are aware and in UTC; certificates and keys
are PEM texts; serial numbers are integers.
"""
