"""Forms of single sign-on."""
