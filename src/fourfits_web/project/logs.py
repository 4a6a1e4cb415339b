"""What the server says on its terminal; whoever may read that may not come in by it."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(r"(/members/(?:join|link)/|/password/reset/key/)[^/\s?]+")


class SecretsHidden(logging.Filter):
    """Leaves out of each line what lets its bearer in: links and invitations are addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without its secret."""
        said = record.getMessage()
        hidden = _SECRET.sub(r"\1(hidden)", said)
        if hidden != said:
            record.msg, record.args = hidden, None
        return True
