"""Tickets: check-in, call, recall, missed, parked, estimates.

Commands take a Transaction, check the state that it sees and append; they are safe from any
process at any time. States: waiting -> called -> serving -> finished, with parked, missed and
cancelled on the side. Numbers start at 1 for each visit.
"""

from station.queue.states import Refused, Ticket, TicketState

__all__ = ["Refused", "Ticket", "TicketState"]
