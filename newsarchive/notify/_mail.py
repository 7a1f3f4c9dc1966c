"""Mail by a server of the user's choice."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import make_msgid, parseaddr
from typing import Any

from newsarchive import clock
from newsarchive.notify._words import of_error, short
from newsarchive.notify.values import Message, Undelivered
from newsarchive.settings.values import Mail


class _Policy(EmailPolicy):
    """Headers whose spaces stay.

    Python's own (before 3.13) loses the space between two words of which one ends and the other
    begins an encoded part, where a line is folded.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header as it is sent."""
        if self.utf8 or str(value).isascii():
            return super().fold_binary(name, value)
        addresses = getattr(value, "addresses", None)
        if addresses is None:
            text = _encoded(str(value), len(name) + 2)
        else:
            text = ",\r\n ".join(_address(address, len(name) + 2) for address in addresses)
        return f"{name}: {text}\r\n".encode("ascii")


def _encoded(text: str, used: int) -> str:
    return Header(text, "utf-8", header_name=" " * (used - 2)).encode(linesep="\r\n")


def _address(address: Address, used: int) -> str:
    if address.display_name.isascii():
        return str(address)
    return f"{_encoded(address.display_name, used)}\r\n <{address.addr_spec}>"


def letter(mail: Mail, message: Message) -> EmailMessage:
    """The message as it is sent. Raises Undelivered if an address is none."""
    found = EmailMessage(policy=_Policy(linesep="\r\n"))
    sender = _parsed(mail.sender)
    found["From"] = sender
    found["To"] = [_parsed(text) for text in mail.to]
    found["Subject"] = message.subject
    found["Date"] = clock.now()
    domain = sender.domain if sender.domain.isascii() else "newsarchive.invalid"
    found["Message-ID"] = make_msgid(domain=domain)
    found["Auto-Submitted"] = "auto-generated"
    # Of both encodings for servers that take seven bits the one that people can read.
    found.set_content(message.text, charset="utf-8", cte="quoted-printable")
    return found


def _parsed(text: str) -> Address:
    name, spec = parseaddr(text)
    user, _, domain = spec.rpartition("@")
    try:
        if not (user and domain) or len(text.splitlines()) != 1:
            raise ValueError
        return Address(display_name=name, addr_spec=spec)
    except (ValueError, IndexError):  # what the parser meets in odd addresses
        raise Undelivered(f"{short(text)!r} is no mail address") from None


def send(mail: Mail, message: Message, *, timeout: float) -> list[str]:
    """Hand the message to the server; return a line for each recipient that it refused.

    timeout: seconds to wait for each answer. Raises Undelivered if the server took it for none.
    """
    written = letter(mail, message)
    sender = written["From"].addresses[0].addr_spec
    recipients = [address.addr_spec for address in written["To"].addresses]
    try:
        server = _connected(mail, timeout)
        try:
            if mail.tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if mail.user is not None:
                server.login(mail.user, mail.password or "")
            refused = server.send_message(written, sender, recipients)
            with suppress(smtplib.SMTPException, OSError):  # it has taken it already
                server.quit()
        finally:
            server.close()
    except smtplib.SMTPException as error:
        raise Undelivered(_said(error)) from None
    except OSError as error:
        raise Undelivered(of_error(error, timeout)) from None
    except ValueError:  # smtplib's log-in knows ASCII alone
        raise Undelivered("user and password may hold ASCII letters alone") from None
    return [f"{who} refused: {_answer(*answer)}" for who, answer in refused.items()]


def _connected(mail: Mail, timeout: float) -> smtplib.SMTP:
    if mail.tls == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=timeout, context=context)
    return smtplib.SMTP(mail.host, mail.port, timeout=timeout)


def _said(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{who} refused: {_answer(*a)}" for who, a in error.recipients.items())
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"user or password refused: {_answer(error.smtp_code, error.smtp_error)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answered {_answer(error.smtp_code, error.smtp_error)}"
    return short(str(error)) or type(error).__name__


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {short(words)}"
