"""All tables as the first fourteen migrations leave them: a new database is ready at once."""

import django.db.models.deletion
from django.db import migrations, models

import records.models
import records.register
import records.sampling
import records.uploads


class Migration(migrations.Migration):
    replaces = [
        ("records", "0001_initial"),
        ("records", "0002_register"),
        ("records", "0003_fingerprints"),
        ("records", "0004_care"),
        ("records", "0005_review"),
        ("records", "0006_queues"),
        ("records", "0007_split"),
        ("records", "0008_desk"),
        ("records", "0009_uploads"),
        ("records", "0010_daily_counts"),
        ("records", "0011_marks"),
        ("records", "0012_sampling"),
        ("records", "0013_number_entries"),
        ("records", "0014_moves"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=records.models.new_id,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("label", models.CharField(max_length=255)),
                ("office", models.CharField(max_length=64)),
                ("source", models.TextField(help_text="absolute path of SOURCE, made printable")),
                (
                    "source_key",
                    models.CharField(help_text="SHA-256 of the path's bytes", max_length=64),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done")], default="open", max_length=16
                    ),
                ),
                (
                    "queue",
                    models.CharField(
                        choices=[("urgent", "Urgent"), ("bulk", "Bulk")],
                        default="bulk",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "received",
                    models.PositiveIntegerField(
                        default=0, help_text="images that came in, counted apart from the page rows"
                    ),
                ),
                (
                    "settings",
                    models.JSONField(
                        default=dict, help_text="choices made at admission: profile, dpi"
                    ),
                ),
                (
                    "ignored",
                    models.JSONField(
                        default=list, help_text="[{source, why, facts}]: litter, not scans"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-created_at"], name="batch_newest"),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["queue", "created_at"],
                        name="batch_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("office", "source_key"), name="one_batch_a_source"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("batch_id", models.CharField(max_length=26)),
                ("file_id", models.CharField(blank=True, default="", max_length=26)),
                ("page_id", models.CharField(blank=True, default="", max_length=26)),
                ("type", models.CharField(max_length=32)),
                ("outcome", models.CharField(max_length=64)),
                ("facts", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["file_id", "id"], name="event_of_file"),
                    models.Index(fields=["batch_id", "id"], name="event_of_batch"),
                    models.Index(
                        condition=models.Q(("type", "accession")),
                        fields=["at"],
                        name="event_deposited",
                    ),
                    models.Index(
                        condition=models.Q(("type", "metadata correction")),
                        fields=["at"],
                        name="event_corrected",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterImport",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=records.register.new_import_id,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("source", models.TextField(help_text="name of the file, printable")),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="RegisterWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=40, unique=True)),
                ("rows", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="PhysicalFile",
            fields=[
                ("state", models.CharField(max_length=16)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("lease_holder", models.CharField(blank=True, default="", max_length=64)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("queued_until", models.DateTimeField(blank=True, null=True)),
                (
                    "id",
                    models.CharField(
                        default=records.models.new_id,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("ordinal", models.PositiveIntegerField()),
                (
                    "source",
                    models.TextField(help_text="its folder or file inside SOURCE, printable"),
                ),
                ("declared", models.JSONField(default=dict, help_text="row of batch.csv")),
                ("metadata", models.JSONField(default=dict)),
                (
                    "reasons",
                    models.JSONField(
                        default=list, help_text="[{code, facts}]: why a person must look"
                    ),
                ),
                (
                    "assembled",
                    models.JSONField(default=dict, help_text="the checked PDF before its deposit"),
                ),
                (
                    "split",
                    models.JSONField(
                        default=dict,
                        help_text="its two sequences, and what told the side of each page",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=0, help_text="last deposited version"),
                ),
                (
                    "retention_class",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="क | ख | ग | …; empty: not known",
                        max_length=32,
                    ),
                ),
                (
                    "location",
                    models.TextField(blank=True, default="", help_text="where the paper lies"),
                ),
                (
                    "care",
                    models.JSONField(
                        default=dict,
                        help_text="where class and location come from, what may never be destroyed",
                    ),
                ),
                (
                    "department_code",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="whose file it is; empty: not known yet",
                        max_length=64,
                    ),
                ),
                (
                    "decided",
                    models.JSONField(
                        default=dict, help_text="{field: {value, by, at}}: a person's word"
                    ),
                ),
                (
                    "accepted",
                    models.JSONField(default=list, help_text="reasons that a person has answered"),
                ),
                (
                    "reviewer",
                    models.CharField(
                        blank=True, default="", help_text="at the desk", max_length=150
                    ),
                ),
                ("reviewer_until", models.DateTimeField(blank=True, null=True)),
                (
                    "urgency",
                    models.FloatField(default=0.0, help_text="of its review; see records.urgency"),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="records.batch",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "lease_until"], name="file_due"),
                    models.Index(fields=["batch", "state", "ordinal"], name="file_by_batch"),
                    models.Index(fields=["batch", "ordinal"], name="file_order"),
                    models.Index(fields=["retention_class"], name="file_by_class"),
                    models.Index(fields=["state", "-urgency", "id"], name="file_review"),
                    models.Index(
                        condition=models.Q(("lease_until__isnull", False)),
                        fields=["lease_until"],
                        name="file_held",
                    ),
                    models.Index(
                        condition=models.Q(("queued_until__isnull", False)),
                        fields=["queued_until"],
                        name="file_queued",
                    ),
                    models.Index(
                        condition=models.Q(("tries__gt", 0)), fields=["tries"], name="file_failed"
                    ),
                    models.Index(fields=["department_code", "state"], name="file_of_department"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "source"), name="one_file_a_folder")
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("computer_number", models.CharField(max_length=20, unique=True)),
                ("file_number", models.CharField(max_length=200)),
                (
                    "number_key",
                    models.CharField(help_text="canonical form for matching", max_length=96),
                ),
                ("subject", models.TextField(blank=True, default="")),
                ("department", models.CharField(blank=True, default="", max_length=255)),
                ("department_code", models.CharField(blank=True, default="", max_length=64)),
                ("section", models.CharField(blank=True, default="", max_length=255)),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                ("status", models.CharField(blank=True, default="", max_length=64)),
                ("location", models.CharField(blank=True, default="", max_length=255)),
                ("retention_class", models.CharField(blank=True, default="", max_length=32)),
                (
                    "imported",
                    models.ForeignKey(
                        help_text="wrote it last",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.registerimport",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["number_key"], name="entry_by_number")],
            },
        ),
        migrations.CreateModel(
            name="SamplingLot",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=records.sampling.new_lot_id,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "department_code",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="whose files; empty: all of the batch",
                        max_length=64,
                    ),
                ),
                (
                    "rule",
                    models.CharField(help_text="iso2859 AQL, or share PERCENT", max_length=32),
                ),
                ("letter", models.CharField(blank=True, default="", max_length=1)),
                ("population", models.JSONField(help_text="ids of all files of the lot, in order")),
                ("seed", models.CharField(max_length=64)),
                (
                    "accepted_with",
                    models.PositiveIntegerField(help_text="most bad files of an accepted lot"),
                ),
                (
                    "operator",
                    models.CharField(
                        blank=True, default="", help_text="who scanned it", max_length=150
                    ),
                ),
                ("drawn_at", models.DateTimeField()),
                ("drawn_by", models.CharField(max_length=150)),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="records.batch",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "due_at"], name="lot_by_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("batch", "department_code"),
                        name="one_open_lot",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=records.uploads.new_upload_id,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("who", models.CharField(max_length=150)),
                ("office", models.CharField(max_length=64)),
                ("label", models.CharField(max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("receiving", "Receiving"),
                            ("waiting", "Waiting"),
                            ("taken", "Taken"),
                            ("refused", "Refused"),
                        ],
                        default="receiving",
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField(help_text="when its last bytes came")),
                (
                    "plan_key",
                    models.CharField(help_text="SHA-256 of what was announced", max_length=64),
                ),
                (
                    "files",
                    models.JSONField(
                        help_text="[{path, size_bytes, sha256}] in the order announced"
                    ),
                ),
                ("size_bytes", models.BigIntegerField()),
                (
                    "refusal",
                    models.JSONField(
                        help_text="why it became no batch: an unspoken error", null=True
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("queued_until", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.batch"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["who", "-created_at"], name="upload_of_person"),
                    models.Index(fields=["state", "touched_at"], name="upload_by_state"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deposit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("deposited_at", models.DateTimeField()),
                (
                    "objects_listed",
                    models.JSONField(help_text="[{key, role, media_type, sha256, size_bytes}]"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deposits",
                        to="records.physicalfile",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("file", "version"), name="one_deposit_a_version"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FileLink",
            fields=[
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="link",
                        serialize=False,
                        to="records.physicalfile",
                    ),
                ),
                (
                    "match",
                    models.CharField(
                        help_text="exact | probable | ambiguous | none", max_length=16
                    ),
                ),
                ("score", models.FloatField(default=0.0)),
                (
                    "candidates",
                    models.JSONField(default=list, help_text="[{computer_number, score, why}]"),
                ),
                (
                    "made_by",
                    models.CharField(help_text="software and version, or a person", max_length=128),
                ),
                (
                    "by_hand",
                    models.BooleanField(default=False, help_text="a person's word, left alone"),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="records.registerentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NumberEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by", models.CharField(max_length=150)),
                ("value", models.CharField(max_length=500)),
                ("key", models.CharField(help_text="canonical form, to compare", max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="number_entries",
                        to="records.physicalfile",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("file", "by"), name="one_number_a_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="Page",
            fields=[
                ("state", models.CharField(max_length=16)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("lease_holder", models.CharField(blank=True, default="", max_length=64)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("queued_until", models.DateTimeField(blank=True, null=True)),
                (
                    "id",
                    models.CharField(
                        default=records.models.new_id,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("sequence", models.PositiveIntegerField()),
                (
                    "admission",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="images that the batch had received before this one's admission",
                    ),
                ),
                ("source", models.TextField(help_text="path inside SOURCE, printable")),
                ("frame", models.PositiveIntegerField(default=0)),
                ("frame_kind", models.CharField(default="image", max_length=8)),
                ("media_type", models.CharField(blank=True, default="", max_length=64)),
                ("source_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("source_size_bytes", models.BigIntegerField(default=0)),
                ("side_declared", models.CharField(blank=True, default="", max_length=16)),
                ("side", models.CharField(blank=True, default="", max_length=16)),
                ("width_px", models.PositiveIntegerField(null=True)),
                ("height_px", models.PositiveIntegerField(null=True)),
                ("dpi", models.FloatField(null=True)),
                ("dpi_origin", models.CharField(blank=True, default="", max_length=16)),
                ("rotated_cw_deg", models.PositiveSmallIntegerField(default=0)),
                ("skew_ccw_deg", models.FloatField(default=0.0)),
                ("confidence", models.FloatField(null=True)),
                ("ink_coverage", models.FloatField(null=True)),
                ("reasons", models.JSONField(default=list)),
                (
                    "flags",
                    models.JSONField(
                        default=list,
                        help_text="[{code, bbox, confidence}]: places that ask for care, no review",
                    ),
                ),
                (
                    "turn_declared",
                    models.PositiveSmallIntegerField(
                        help_text="quarter turn that a person gave, clockwise;"
                        " null: it tells itself",
                        null=True,
                    ),
                ),
                (
                    "marks",
                    models.JSONField(
                        default=dict,
                        help_text="{mark: {by, at, note}}: what a person says of the sheet",
                    ),
                ),
                (
                    "parts",
                    models.JSONField(
                        default=dict, help_text="work objects: layers, alto → key, sha256"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="records.batch",
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.page"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="records.physicalfile",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "lease_until"], name="page_due"),
                    models.Index(
                        condition=models.Q(("lease_until__isnull", False)),
                        fields=["lease_until"],
                        name="page_held",
                    ),
                    models.Index(
                        condition=models.Q(("queued_until__isnull", False)),
                        fields=["queued_until"],
                        name="page_queued",
                    ),
                    models.Index(
                        condition=models.Q(("tries__gt", 0)), fields=["tries"], name="page_failed"
                    ),
                    models.Index(fields=["batch", "state"], name="page_by_batch"),
                    models.Index(fields=["file", "sequence"], name="page_order"),
                    models.Index(fields=["batch", "source_sha256"], name="page_same_bytes"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("file", "source", "frame", "source_sha256"), name="one_page_a_frame"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.JSONField(help_text="column → what it was")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="records.registerentry",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.registerimport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RegisterPosting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "word_id",
                        "entry_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.registerentry",
                    ),
                ),
                (
                    "word",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.registerword",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SampledFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "of_version",
                    models.PositiveIntegerField(default=0, help_text="the version that was judged"),
                ),
                (
                    "is_good",
                    models.BooleanField(help_text="null: nobody has judged it yet", null=True),
                ),
                ("by", models.CharField(blank=True, default="", max_length=150)),
                ("at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.physicalfile",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawn",
                        to="records.samplinglot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("lot", "file"), name="one_verdict_a_file")
                ],
            },
        ),
        migrations.CreateModel(
            name="UploadChunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.PositiveIntegerField(help_text="place among the upload's files, from 0"),
                ),
                ("number", models.PositiveIntegerField(help_text="place inside the file, from 0")),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="records.upload",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("upload", "file", "number"), name="one_chunk_a_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=150)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("field", "Field"),
                            ("side", "Side"),
                            ("text", "Text"),
                            ("mark", "Mark"),
                            ("accept", "Accept"),
                            ("undo", "Undo"),
                            ("entry", "Entry"),
                            ("move", "Move"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, default="", help_text="field or line", max_length=32
                    ),
                ),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                (
                    "of_version",
                    models.PositiveIntegerField(
                        help_text="the version that the person had before them"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="records.physicalfile",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="records.page",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["file", "id"], name="correction_of_file")],
            },
        ),
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
