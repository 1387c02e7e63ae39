"""In the cabinet."""
