"""The configuration file of the program under test, in one place."""

import os
from pathlib import Path

import yaml

from .certificates import LabAuthority
from .mail import MailSink


def write_configuration(
    path: Path, relay: MailSink | None, authority: LabAuthority | None, extra: dict | None = None
) -> Path:
    """Mail through the lab's relay, and webhooks allowed to reach loopback, which is refused by default (S40)."""
    # The sinks of the tests listen on whatever port is free; elsewhere only the ports of the web are allowed.
    document: dict = {"egress": {"allowedNetworks": ["127.0.0.0/8", "::1/128"], "allowedPorts": ["1024-65535"]}}
    if relay is not None:
        secret = path.with_name(path.stem + "-smtp-password")
        secret.write_text(relay.password + "\n")
        os.chmod(secret, 0o600)
        document["smtp"] = {
            "host": "localhost",
            "port": relay.port,
            "security": "startTLS",
            "username": relay.user,
            "passwordFile": str(secret),
            "from": "tocsin@example.org",
        }
        if authority is not None:
            document["smtp"]["trustRoots"] = str(authority.roots)
    if extra:
        for section, values in extra.items():
            if isinstance(values, dict):
                document.setdefault(section, {}).update(values)
            else:
                document[section] = values
    path.write_text(yaml.safe_dump(document))
    return path
