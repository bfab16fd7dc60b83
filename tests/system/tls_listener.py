# SPDX-License-Identifier: Apache-2.0
"""A server of our own over TLS, in a thread of the test."""
import http.server
import ssl
import threading


class TlsListener:
    """`Handler` answers; the certificate is that of the avow whose data directory is `data`."""

    def __init__(self, data, Handler):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(data / "server.pem", data / "server.key")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.host = f"localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
