"""How long a password has to be, said in the desk's language.

Django's own sentence has no Chinese. What this module never does: keep a password.
"""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Refuses short passwords."""

    def get_error_message(self) -> str:
        """Return what is said of one that is too short."""
        return _("密码太短，至少要%(n)s个字符。") % {"n": self.min_length}

    def get_help_text(self) -> str:
        """Return what is said before one is typed."""
        return _("至少%(n)s个字符，不要只用数字，也不要用常见的密码。") % {"n": self.min_length}
