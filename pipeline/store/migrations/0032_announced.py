"""When an issue was announced, so that a sender that was killed says it afterwards."""

from django.db import migrations, models
from django.db.models import F


def mark_old(apps, _editor):
    """Issues of before count as announced when they appeared."""
    rows = apps.get_model("store", "IssueRow").objects
    rows.exclude(published_at=None).update(announced_at=F("published_at"))


class Migration(migrations.Migration):
    dependencies = [("store", "0031_delivery")]

    operations = [
        migrations.AddField("issuerow", "announced_at", models.DateTimeField(null=True)),
        migrations.RunPython(mark_old, migrations.RunPython.noop),
    ]
