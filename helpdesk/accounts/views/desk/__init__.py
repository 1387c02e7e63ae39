"""The address book at the desk."""
