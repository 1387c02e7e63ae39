"""What is done with hooks."""
