"""Why a server could not be used, in words."""

from __future__ import annotations

import socket
import ssl

from newsarchive.text import clean


def of_error(error: OSError, timeout: float) -> str:
    """What went wrong with a connection; timeout: the seconds that were waited."""
    if isinstance(error, socket.gaierror):
        return "its host does not resolve (check the name and the connection)"
    if isinstance(error, TimeoutError):
        return f"no answer in {timeout:g} s"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({short(error.verify_message)})"
    if isinstance(error, ssl.SSLError):
        return f"no secure connection ({short(error.reason or str(error))})"
    return f"no connection ({short(error.strerror or str(error) or type(error).__name__)})"


def short(text: str) -> str:
    """One line of what somebody else said, not too long."""
    return clean(text)[:200]
