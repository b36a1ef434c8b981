"""E-mail by SMTP, one connection a message."""

import smtplib
import ssl
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from central.config import secret
from central.config_notices import Mail
from central.errors import ConfigError
from central.notices.ways import Later, Message, Outcome, Refused, Told


class MailServer:
    """A `Way`. Raises ConfigError."""

    name = "email"
    refusals = 1
    give_up_ms = 24 * 3_600_000

    def __init__(self, settings: Mail) -> None:
        self._settings = settings
        self._password = secret(settings.password, settings.password_file, "mail.password")
        self._name, self._from = parseaddr(settings.sender)
        if "@" not in self._from:
            raise ConfigError("mail.sender: write an address, such as Service hall <hall@example.org>", "mail.sender")
        self._tls = ssl.create_default_context(cafile=settings.ca_file)

    def send(self, message: Message) -> Outcome:
        """Refused only where the server says so for good (5xx) of this message or its recipient."""
        try:
            mail = self._composed(message)
        except ValueError as error:
            return Refused(f"this is no e-mail address or subject: {error}")
        try:
            with self._connected() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            return _judged(code, said)
        except smtplib.SMTPAuthenticationError as error:
            return Later(f"mail.user is not let in: {error.smtp_code}")
        except smtplib.SMTPResponseException as error:
            return _judged(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            return Later(f"{type(error).__name__}: {error}")
        return Told(str(mail["Message-ID"]))

    def close(self) -> None:
        """Nothing stays open."""

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        host, port, timeout = settings.host or "", settings.port, settings.timeout_s
        server = (
            smtplib.SMTP_SSL(host, port, timeout=timeout, context=self._tls)
            if settings.security == "tls"
            else smtplib.SMTP(host, port, timeout=timeout)
        )
        try:
            if settings.security == "starttls":
                server.starttls(context=self._tls)
            if settings.user:
                server.login(settings.user, self._password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _composed(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = " ".join(message.subject.split())
        mail["From"] = Address(self._name, addr_spec=self._from)
        mail["To"] = Address(addr_spec=message.address)
        if self._settings.reply_to:
            mail["Reply-To"] = self._settings.reply_to
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{message.id}@{self._from.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body)
        mail["Content-Language"] = message.language
        for each in message.attachments:
            main, _, sub = each.kind.partition("/")
            sub, *parameters = (part.strip() for part in sub.split(";"))
            mail.add_attachment(
                each.content,
                maintype=main,
                subtype=sub,
                filename=each.name,
                params=dict(part.split("=", 1) for part in parameters),
            )
        return mail


def _judged(code: int, said: bytes | str) -> Outcome:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    why = f"{code}: {' '.join(text.split())}"[:200]
    return Refused(why) if 500 <= code < 600 else Later(why)
