"""What is done in the operations room."""
