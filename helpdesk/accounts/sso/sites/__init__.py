"""What sites are told, and how they ask: OpenID Connect Core 1.0 with nothing but the authorization code and PKCE."""
