"""The one record of what happened; all state follows from it.

Every happening is an event appended to one hash-chained SQLite table; tickets, enrolments, devices,
packages and operators are tables projected from events in the same transaction. That gives crash
recovery (state is what was committed), the audit trail, and the bus between the processes (each
watches ``data_version``). Events hold ids only; personal data lives sealed in the vault.
"""

from station.journal.journal import Journal, Transaction

__all__ = ["Journal", "Transaction"]
