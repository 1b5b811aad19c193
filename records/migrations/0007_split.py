from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0006_queues")]

    operations = [
        migrations.AddField(
            model_name="physicalfile",
            name="split",
            field=models.JSONField(
                default=dict, help_text="its two sequences, and what told the side of each page"
            ),
        ),
    ]
