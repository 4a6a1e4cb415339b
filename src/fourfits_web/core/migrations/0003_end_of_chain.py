"""PostgreSQL finds the end of the audit log's chain for one transaction at a time.

The statement within a function sees what was committed while it waited; the one around it does not.
"""

from django.db import migrations

INSTALL = """
    CREATE OR REPLACE FUNCTION core_audit_last() RETURNS text LANGUAGE plpgsql VOLATILE AS
    $$ BEGIN
        PERFORM pg_advisory_xact_lock(4444);
        RETURN coalesce((SELECT hash FROM core_auditentry ORDER BY id DESC LIMIT 1), repeat('0', 64));
    END $$
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INSTALL)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_append_only")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
