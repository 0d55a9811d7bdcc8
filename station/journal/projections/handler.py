"""What a projection's handler is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from station.journal.events import Event
from station.journal.rows import Row

Handler = Callable[[sqlite3.Connection, Row, Any], None]
Handlers = Mapping[type[Event], Handler]
