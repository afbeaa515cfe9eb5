"""What servers and lines do wrong, in sentences."""
