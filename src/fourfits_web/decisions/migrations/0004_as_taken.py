from django.db import migrations
from django.db.models import F


def as_taken(apps, schema_editor):
    """Who revised earlier stands in the log alone; the words count as those of who decided."""
    apps.get_model("decisions", "Decision").objects.update(
        changed_by=F("decided_by"), changed_role=F("role"), words_role=F("role")
    )


class Migration(migrations.Migration):
    dependencies = [("decisions", "0003_revisions")]

    operations = [migrations.RunPython(as_taken, migrations.RunPython.noop)]
