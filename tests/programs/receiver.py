"""An organiser's endpoint that checks every call with the library of Standard Webhooks, and records it.

Arguments: a port, and the file of the record. A line of the record is one call: its path, whether the library took it
for ours, why not, its headers and its body. A line is on disk before the caller is told anything.

The path says who is called and what comes of it, `/<name>/<what>`, and `?secret=` what is known to sign:
ok         204
gone       410
broken     500, for ever
broken-2   500 to the first two calls of each id, then 204
redirect   307 to /elsewhere/ok
slow       204, once standard input says `go`
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

record = open(sys.argv[2], "a", encoding="utf-8")
lock = threading.Lock()
go = threading.Event()
calls = {}


class Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        where = urlsplit(self.path)
        what = where.path.split("/")[-1]
        headers = {name.lower(): value for name, value in self.headers.items()}
        refusal = check(parse_qs(where.query)["secret"][0], body, headers)
        with lock:
            id = (where.path, headers.get("webhook-id"))
            calls[id] = calls.get(id, 0) + 1
            line = {"path": where.path, "refusal": refusal, "headers": headers, "body": body.decode("utf-8")}
            record.write(json.dumps(line) + "\n")
            record.flush()
            os.fsync(record.fileno())
            count = calls[id]
        if what == "slow":
            go.wait()
        self.send_response(status_of(what, count))
        if what == "redirect":
            self.send_header("location", f"/elsewhere/ok?{where.query}")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


def check(secret, body, headers):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError as error:
        return str(error)
    return None


def status_of(what, count):
    if what.startswith("broken-"):
        return 500 if count <= int(what.removeprefix("broken-")) else 204
    return {"gone": 410, "broken": 500, "redirect": 307}.get(what, 204)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


server = Server(("127.0.0.1", int(sys.argv[1])), Endpoint)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", flush=True)
for line in sys.stdin:
    if line.strip() == "go":
        go.set()
    print("done", flush=True)
