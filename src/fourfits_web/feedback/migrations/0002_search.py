"""An index of words: FTS5 on SQLite, a tsvector on PostgreSQL; the database keeps it in step.

A later migration that rebuilds the table on SQLite drops its triggers: call `install` again there.
"""

from django.db import migrations

SQLITE = [
    """
    CREATE VIRTUAL TABLE feedback_search USING fts5(
        title, text, content='feedback_item', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', prefix='2 3'
    )
    """,
    """
    CREATE TRIGGER feedback_search_added AFTER INSERT ON feedback_item BEGIN
        INSERT INTO feedback_search(rowid, title, text) VALUES (new.id, new.title, new.text);
    END
    """,
    """
    CREATE TRIGGER feedback_search_gone AFTER DELETE ON feedback_item BEGIN
        INSERT INTO feedback_search(feedback_search, rowid, title, text)
        VALUES ('delete', old.id, old.title, old.text);
    END
    """,
    """
    CREATE TRIGGER feedback_search_changed AFTER UPDATE OF title, text ON feedback_item
    WHEN old.title <> new.title OR old.text <> new.text BEGIN
        INSERT INTO feedback_search(feedback_search, rowid, title, text)
        VALUES ('delete', old.id, old.title, old.text);
        INSERT INTO feedback_search(rowid, title, text) VALUES (new.id, new.title, new.text);
    END
    """,
    "INSERT INTO feedback_search(feedback_search) VALUES ('rebuild')",  # what stands already
]
POSTGRESQL = [
    """
    ALTER TABLE feedback_item ADD COLUMN search tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || text)) STORED
    """,
    "CREATE INDEX feedback_item_search ON feedback_item USING gin (search)",
]


def install(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in SQLITE if vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
