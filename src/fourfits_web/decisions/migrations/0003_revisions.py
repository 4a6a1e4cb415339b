import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROLES = [
    ("owner", "Owner"),
    ("product_manager", "Product manager"),
    ("product_marketing_manager", "Product marketing manager"),
    ("analyst", "Analyst"),
    ("contributor", "Contributor"),
    ("viewer", "Viewer"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0002_agreement"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="changed_role",
            field=models.CharField(choices=ROLES, default="", max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="decision",
            name="words_role",
            field=models.CharField(choices=ROLES, default="", max_length=32),
            preserve_default=False,
        ),
    ]
