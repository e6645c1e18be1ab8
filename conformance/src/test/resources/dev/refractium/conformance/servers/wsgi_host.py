# Started as: gunicorn wsgi_host:application. An application of WSGI that goes by the Host field.
NAMES = ("a.test", "b.test")


def application(environ, start_response):
    name = environ.get("HTTP_HOST", "").strip().lower().split(":")[0].removesuffix(".")
    start_response("200 OK", [("Vhost", name if name in NAMES else "default"), ("Content-Length", "0")])
    return []
