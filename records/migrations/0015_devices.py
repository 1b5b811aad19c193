from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0014_moves"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="devices",
            field=models.JSONField(
                default=dict,
                help_text="{scanner: scans}: as the scans name it; empty name: not told",
            ),
        ),
    ]
