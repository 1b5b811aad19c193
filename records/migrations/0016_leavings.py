from typing import Any

from django.db import migrations, models
from django.utils import timezone


def all_that_are_done_are_to_be_tidied(apps: Any, _schema_editor: Any) -> None:
    batches = apps.get_model("records", "Batch").objects.filter(state="done")
    # nobody wrote down when: from now on they are kept as long as those of a batch done today
    batches.update(leavings="work", done_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0015_devices"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="done_at",
            field=models.DateTimeField(help_text="when it was done last", null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="leavings",
            field=models.CharField(
                blank=True,
                default="",
                help_text="what is to be tidied; see pipeline.tidy",
                max_length=8,
            ),
        ),
        migrations.RunPython(all_that_are_done_are_to_be_tidied, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("leavings__in", ("work", "sketches"))),
                fields=["leavings", "done_at"],
                name="batch_untidy",
            ),
        ),
    ]
