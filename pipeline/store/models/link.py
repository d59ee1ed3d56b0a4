"""What is remembered of the links that issues carry."""

from django.db import models


class LinkCheckRow(models.Model):
    """The last time that a link was asked for."""

    url_hash = models.CharField(max_length=64, primary_key=True)  # SHA-256: addresses may be long
    url = models.TextField()
    at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=16)  # open gone unreachable
    reason = models.TextField(blank=True)  # Chinese, a few words; "" when it opened

    class Meta:
        db_table = "link_check"

    def __str__(self) -> str:
        return f"{self.url} {self.state}"
