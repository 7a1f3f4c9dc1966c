"""The settings: one file, the environment, and what they come to.

A flag goes before the environment, the environment before the file, the file before the default.
`keys.KEYS` is the list of all settings; whoever adds an option that people want to keep adds it
there, and its flag, its variable, its key in the file and its line in the docs follow.
"""

from __future__ import annotations

from newsarchive.settings.inforce import Found, Settings, known_variables, unknown_variables
from newsarchive.settings.kinds import Value, seconds
from newsarchive.settings.reading import NAME, File, beside, nearest, read
from newsarchive.settings.values import Mail, Notify, Pace, Tls, Webhook

__all__ = [
    "NAME",
    "File",
    "Found",
    "Mail",
    "Notify",
    "Pace",
    "Settings",
    "Tls",
    "Value",
    "Webhook",
    "beside",
    "known_variables",
    "nearest",
    "read",
    "seconds",
    "unknown_variables",
]
