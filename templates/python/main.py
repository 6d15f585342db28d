"""A service that says which commit it is, with the standard library alone."""

import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from answer import answer

COMMIT = os.environ.get("DROVER_COMMIT", "unknown")
draining = threading.Event()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, text = answer(self.path, COMMIT, draining.is_set())
        body = text.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("x-commit", COMMIT)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing for each request."""


class Server(ThreadingHTTPServer):
    # Requests under way are answered before it ends.
    daemon_threads = False
    request_queue_size = 128


def main() -> None:
    server = Server(("0.0.0.0", int(os.environ.get("PORT", "8080"))), Handler)

    def drain(*_: object) -> None:
        draining.set()
        # shutdown() waits for the loop, which this very thread runs.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, drain)
    print(f"codebase-name listens on {server.server_address[1]}", flush=True)
    server.serve_forever(poll_interval=0.01)
    server.server_close()


if __name__ == "__main__":
    main()
