"""Receivers' domains that have asked the sender to slow down."""

from django.db import models


class ReceiverRow(models.Model):
    """What one domain has taught in an earlier run."""

    domain = models.CharField(max_length=255, primary_key=True)
    rate = models.FloatField()  # messages a second
    connections = models.PositiveSmallIntegerField()  # at once
    shut_until = models.DateTimeField(null=True)  # null: it named no moment
    at = models.DateTimeField()  # when that was learnt

    class Meta:
        db_table = "receiver"

    def __str__(self) -> str:
        return self.domain
