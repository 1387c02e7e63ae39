"""Where reports are registered and shown; the top of the house, it may read everything."""
