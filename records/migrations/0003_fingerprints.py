import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_register"),
    ]

    operations = [
        migrations.CreateModel(
            name="Fingerprint",
            fields=[
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fingerprint",
                        serialize=False,
                        to="records.page",
                    ),
                ),
                (
                    "sketch",
                    models.BinaryField(help_text="ink and words, as ocr.sketch writes them"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="page",
            name="admission",
            field=models.PositiveIntegerField(
                default=0,
                help_text="images that the batch had received before this one's admission",
            ),
        ),
        migrations.CreateModel(
            name="FingerprintKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BigIntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="records.batch",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="records.page",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["batch", "key", "page"], name="fingerprint_bucket")
                ],
            },
        ),
    ]
