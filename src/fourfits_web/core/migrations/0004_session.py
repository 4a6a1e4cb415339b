"""Sessions know whose they are; who is signed in stays so."""

from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models

TAKE_OVER = """
    INSERT INTO core_session (session_key, session_data, expire_date, actor_id, device, address)
    SELECT session_key, session_data, expire_date, '', '', '' FROM django_session
"""


def take_over(apps, schema_editor):
    """Move the sessions of before; where and when they began was not kept then."""
    connection = schema_editor.connection
    if "django_session" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(TAKE_OVER)
        cursor.execute("DELETE FROM django_session")
    sessions, store = apps.get_model("core", "Session").objects, SessionStore()
    for key, data in list(sessions.values_list("session_key", "session_data")):
        sessions.filter(pk=key).update(actor_id=store.decode(data).get("_auth_user_id", ""))


class Migration(migrations.Migration):
    dependencies = [("core", "0003_end_of_chain")]
    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                (
                    "expire_date",
                    models.DateTimeField(db_index=True, verbose_name="expire date"),
                ),
                ("actor_id", models.CharField(blank=True, db_index=True, max_length=64)),
                ("device", models.CharField(blank=True, max_length=64)),
                ("address", models.CharField(blank=True, max_length=64)),
                ("began_at", models.DateTimeField(null=True)),
                ("used_on", models.DateField(null=True)),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
