"""Django's way to PostgreSQL, with statements that stand and a look at the line that costs nothing."""
