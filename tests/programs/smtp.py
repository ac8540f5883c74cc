"""A mail server that keeps a record of every mail it took, and makes trouble when it is told to.

Arguments: a port, the file of the record, and, where mails are taken only over TLS and from user `anna` with password
`secret`, `smtps` or `starttls` and a folder with server.pem and server.key. A line of the record is one mail: who it is from and to, when it came,
its headers and parts as Python's own parser reads them, and the message as it came. A line is on disk before the
client is told anything.

Each line of standard input is a mode from then on, answered by a line:
accept   takes everything
refuse   451 to every mail: try again later
reject   550 to every recipient: never
stall    answers no mail until the mode is another
lose     takes the mail, records it, and closes the connection without a word
"""

import asyncio
import base64
import email
import email.policy
import json
import os
import ssl
import sys
import time

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, record):
        self.record = record
        self.mode = "accept"
        self.changed = asyncio.Event()

    def turn_to(self, mode):
        self.mode = mode
        self.changed.set()
        self.changed = asyncio.Event()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mode == "reject":
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        while self.mode == "stall":
            await self.changed.wait()
        if self.mode == "refuse":
            return "451 4.3.0 try again later"
        self.record.write(json.dumps(told(envelope)) + "\n")
        self.record.flush()
        os.fsync(self.record.fileno())
        if self.mode == "lose":
            server.transport.abort()
        return "250 OK"


def told(envelope):
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    return {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "at": time.time(),
        "message_id": message["Message-ID"],
        "subject": message["Subject"],
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "parts": [
            {
                "type": part.get_content_type(),
                "parameters": dict(part["Content-Type"].params) if part["Content-Type"] else {},
                "file_name": part.get_filename(),
                "content": (part.get_payload(decode=True) or b"").decode("utf-8", "replace"),
            }
            for part in parts
        ],
        "raw": base64.b64encode(envelope.content).decode("ascii"),
    }


def authenticate(server, session, envelope, mechanism, data):
    # Not handled: the server is to answer for it.
    return AuthResult(success=(data.login, data.password) == (b"anna", b"secret"), handled=False)


def secured(way, folder):
    """What the SMTP protocol is told, and what the listener is told, for a way of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
    login = {"authenticator": authenticate, "auth_required": True}
    if way == "smtps":
        return {**login, "auth_require_tls": False}, {"ssl": context}
    return {**login, "tls_context": context, "require_starttls": True}, {}


async def main():
    port, path = int(sys.argv[1]), sys.argv[2]
    protocol, listener = secured(*sys.argv[3:5]) if len(sys.argv) > 3 else ({}, {})
    loop = asyncio.get_running_loop()
    with open(path, "a", encoding="utf-8") as record:
        handler = Handler(record)
        make = lambda: SMTP(handler, enable_SMTPUTF8=True, loop=loop, **protocol)  # noqa: E731
        await loop.create_server(make, "127.0.0.1", port, **listener)
        print("ready", flush=True)
        commands = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
        while line := await commands.readline():
            handler.turn_to(line.decode().strip())
            print("done", flush=True)


asyncio.run(main())
