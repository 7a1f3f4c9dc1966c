"""Notifications: one message when the state of sites changes, by command, mail or webhook."""

from __future__ import annotations

from newsarchive.notify.sending import deliver, send
from newsarchive.notify.values import Delivery, Message

__all__ = ["Delivery", "Message", "deliver", "send"]
