"""How often letters were opened and their links followed, by all readers together."""

from django.db import models


class LetterCountRow(models.Model):
    """One day's count of one thing in one issue. Nothing here says who, from where or with what."""

    week = models.CharField(max_length=8)
    target = models.CharField(max_length=64, blank=True)  # an item's key; "" for the letter itself
    day = models.DateField()  # in Shanghai
    times = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "letter_count"
        constraints = (
            models.UniqueConstraint(fields=("week", "target", "day"), name="letter_count_once"),
        )

    def __str__(self) -> str:
        return f"{self.week} {self.target or 'opened'} {self.day}: {self.times}"
