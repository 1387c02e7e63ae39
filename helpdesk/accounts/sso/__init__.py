"""Single sign-on, both ways.

*Out*: Helpdesk is the OpenID Connect provider of the company's other *sites*. A person signs in here once and is known
there. A *visit* is one browser session of ours being signed in at one site: it has the `sid` of all its ID tokens, and
every token belongs to it. When it ends (signing out here or at any site, leaving, another password, the session
ended from elsewhere) its tokens are dead at once and the site is told by a *notice* (OpenID Connect Back-Channel
Logout 1.0), which is a row until the site took it.

*In*: an *identity provider* (OpenID Connect or SAML 2.0) says who somebody is. What it knows a person by is an *outside
identity*; it belongs to one person of ours. Nobody is given an identity because of an address that nobody proved.

`sites/` speaks the protocol as a provider, `outside/` as a site; `actions/` hold the rules.
"""
