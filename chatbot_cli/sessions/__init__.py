"""The room of saved conversations: the only one that knows the database."""
