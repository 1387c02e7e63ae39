"""Talking to identity providers: each module says in one clear line what is wrong, for the administrator."""
