"""A certificate authority that lives as long as one test run. No key is ever written into the repository."""

import ssl
from pathlib import Path

import trustme


class LabAuthority:
    """Signs for loopback names; `roots` is the file that a client is told to trust."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._authority = trustme.CA()
        self.roots = folder / "lab-roots.pem"
        self._authority.cert_pem.write_to_path(str(self.roots))

    def server_context(self, *names: str) -> ssl.SSLContext:
        certificate = self._authority.issue_cert(*(names or ("localhost", "127.0.0.1")))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        certificate.configure_cert(context)
        return context

    def client_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self._authority.configure_trust(context)
        return context
