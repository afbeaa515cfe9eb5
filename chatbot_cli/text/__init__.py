"""What is done to any text before it is shown."""
