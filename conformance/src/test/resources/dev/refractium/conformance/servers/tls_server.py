# Started as: python3 FILE PORT KEYS
import socket
import ssl
import sys
import threading


def context(name):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1
    made.set_ciphers("ALL:@SECLEVEL=0")
    made.load_cert_chain(f"{sys.argv[2]}/{name}.pem")
    return made


by_name = {name: context(name) for name in ("a.test", "b.test")}
default = context("default")


def choose(connection, name, _):
    connection.context = by_name.get((name or "").lower(), default)


def serve(client):
    try:
        with client, default.wrap_socket(client, server_side=True) as connection:
            connection.recv(1)
    except (OSError, ValueError):
        pass


default.sni_callback = choose
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=100)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
