"""Pages that others kept, and our own ones read again: into the archive without a network."""

from __future__ import annotations
