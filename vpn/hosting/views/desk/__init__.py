"""At the desk."""
