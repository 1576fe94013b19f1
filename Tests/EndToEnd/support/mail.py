"""A mail server that keeps what it is sent: aiosmtpd on loopback, with STARTTLS required and a login."""

import asyncio
import email
import email.message
import email.policy
import re
import socket
import threading
import time
from dataclasses import dataclass, field
from enum import Enum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from .certificates import LabAuthority


class MailBehaviour(Enum):
    """How the server treats the next messages."""

    ACCEPT = "accept"
    FAIL_TEMPORARILY = "451 4.3.0 try again later"
    FAIL_PERMANENTLY = "550 5.1.1 no such mailbox here"
    HANG = "hang"
    HOLD = "hold until the behaviour is another one"


@dataclass
class Mail:
    sender: str
    recipients: list[str]
    message: email.message.EmailMessage
    encrypted: bool
    received: float = field(default_factory=time.time)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None, "the message has no plain text part"
        return part.get_content()

    def link(self, containing: str) -> str:
        """The only link of the plain text that holds these words."""
        found = sorted({link for link in re.findall(r"https?://[^\s<>\"')]+", self.text) if containing in link})
        assert len(found) == 1, f"expected one link with {containing!r} in:\n{self.text}"
        return found[0]


class MailSink:
    """The relay that Tocsin is configured with. Records every message that it accepted."""

    user = "tocsin"
    password = "correct horse battery staple"

    def __init__(self, authority: LabAuthority):
        self.behaviour = MailBehaviour.ACCEPT
        self.attempts = 0
        self.logins: list[str] = []
        self._mails: list[Mail] = []
        self._lock = threading.Lock()
        self._controller = _ReadyController(
            self,
            hostname="127.0.0.1",
            port=0,
            server_hostname="localhost",
            tls_context=authority.server_context(),
            require_starttls=True,
            auth_required=True,
            auth_require_tls=True,
            authenticator=self._authenticate,
            decode_data=False,
        )

    def start(self) -> "MailSink":
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return self._controller.server.sockets[0].getsockname()[1]

    @property
    def mails(self) -> list[Mail]:
        with self._lock:
            return list(self._mails)

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if address in mail.recipients]

    def forget(self) -> None:
        with self._lock:
            self._mails.clear()

    def _authenticate(self, server, session, envelope, mechanism, credentials) -> AuthResult:
        if not isinstance(credentials, LoginPassword):
            return AuthResult(success=False, handled=False)
        self.logins.append(mechanism)
        good = credentials.login == self.user.encode() and credentials.password == self.password.encode()
        return AuthResult(success=good, handled=good)

    async def handle_DATA(self, server, session, envelope):
        self.attempts += 1
        if self.behaviour is MailBehaviour.HANG:
            # Waits for as long as the sender does: the connection is torn down by its deadline.
            await asyncio.Event().wait()
        while self.behaviour is MailBehaviour.HOLD:
            await asyncio.sleep(0.02)
        if self.behaviour is not MailBehaviour.ACCEPT:
            return self.behaviour.value
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail = Mail(envelope.mail_from, list(envelope.rcpt_tos), message, session.ssl is not None)
        with self._lock:
            self._mails.append(mail)
        return "250 2.0.0 kept"


class _ReadyController(Controller):
    """Port 0 asks the system for a free port; aiosmtpd's own readiness check would connect to port 0."""

    def _trigger_server(self) -> None:
        port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection((self.hostname, port), timeout=5) as probe:
            probe.recv(1024)
