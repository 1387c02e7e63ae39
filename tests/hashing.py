"""Passwords of tests, hashed as the program does it and a thousand times cheaper."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 in the least memory that it takes: what a hash costs is the business of the tests that ask for it."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
