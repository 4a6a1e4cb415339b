"""Messages get a day on which they are removed; those that were brought long ago, too."""

import datetime

from django.db import migrations, models
from django.db.models import DurationField, ExpressionWrapper, F, Value

KEPT = datetime.timedelta(days=30)


def date_those_that_are_over(apps, schema_editor):
    over = apps.get_model("webhooks", "Delivery").objects.exclude(status="waiting")
    over.update(body_until=ExpressionWrapper(F("created_at") + Value(KEPT, DurationField()),
                                             models.DateTimeField()))  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="delivery",
            name="body_until",
            field=models.DateTimeField(db_index=True, null=True),
        ),
        migrations.RunPython(date_those_that_are_over, migrations.RunPython.noop),
    ]
