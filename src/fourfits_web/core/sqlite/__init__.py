"""Django's way to SQLite, with a shorter one for statements that come often."""
