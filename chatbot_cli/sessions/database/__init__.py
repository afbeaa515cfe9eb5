"""The database file: opening, migrations, failures, health. Begin with opening.py."""
