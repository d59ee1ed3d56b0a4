"""How often letters were opened and their links followed; empty unless counting is switched on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0033_links")]

    operations = [
        migrations.CreateModel(
            name="LetterCountRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.CharField(max_length=8)),
                ("target", models.CharField(blank=True, max_length=64)),
                ("day", models.DateField()),
                ("times", models.PositiveIntegerField(default=0)),
            ],
            options={
                "db_table": "letter_count",
                "constraints": [
                    models.UniqueConstraint(fields=("week", "target", "day"), name="letter_count_once")
                ],
            },
        ),
    ]
