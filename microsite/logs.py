"""What the site says of itself to operators: text, or with `MICROSITE_LOG=json` a line of JSON for each event.

A sentence begins with its event's name, which docs/operations.md explains. None names an address, agent or referrer.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Literal

from microsite.clock import bounded_seconds

Format = Literal["text", "json"]
OURS = "app", "microsite."
EVENT = re.compile(r"([a-z]+(?:-[a-z]+)*): ")


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, logger, event and message; `trace` where something was raised.

    What libraries say is the event `other`.
    """

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(bounded_seconds(lambda: record.created), UTC)
        message = record.getMessage()
        named = EVENT.match(str(record.msg)) if record.name.startswith(OURS) else None
        event = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": named[1] if named else "other",
            "message": message[named.end() :] if named else message,
        }
        if record.exc_info:
            event["trace"] = self.formatException(record.exc_info)
        return json.dumps(event)


FORMATTERS = {"text": logging.Formatter("%(asctime)s %(levelname)s %(message)s"), "json": JsonFormatter()}


def set_up_logging(form: Format) -> None:
    """Have all that is logged written to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(FORMATTERS[form])
    logging.basicConfig(handlers=[handler])
