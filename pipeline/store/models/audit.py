"""The audit log: who did what, each entry bound to the one before it."""

from django.db import models


class AuditRow(models.Model):
    """One entry. The database itself refuses to change or remove one (migration 0010)."""

    n = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    at = models.DateTimeField()
    user = models.CharField(max_length=150)
    action = models.CharField(max_length=32)
    week = models.CharField(max_length=8, blank=True)  # "": no issue concerned
    payload = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)  # the entry before; 64 zeros for the first
    digest = models.CharField(max_length=64)  # SHA-256 over everything above

    class Meta:
        db_table = "audit"

    def __str__(self) -> str:
        return f"{self.n} {self.action} {self.user}"
