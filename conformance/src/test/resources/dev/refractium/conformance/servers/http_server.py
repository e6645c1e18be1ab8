# Started as: python3 FILE PORT. An application of http.server that goes by the Host field.
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAMES = ("a.test", "b.test")


def virtual_host(field):
    name = (field or "").strip().lower().split(":")[0].removesuffix(".")
    return name if name in NAMES else "default"


class Handler(BaseHTTPRequestHandler):
    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self):
        self.send_response(200)
        self.send_header("Vhost", virtual_host(self.headers.get("Host")))
        self.end_headers()

    def log_message(self, *words):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
