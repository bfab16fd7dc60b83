# SPDX-License-Identifier: Apache-2.0
"""The real alternatives, each in a folder of its own on a port of its own: PostgreSQL and nginx."""
import os
import pathlib
import shutil
import socket
import subprocess
import time

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def as_ordinary_user():
    """PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


class Postgres:
    """Durable as it comes (fsync, synchronous_commit), TLS on, its memory raised to a fair size."""

    def __init__(self, folder, certificate, key):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.port = free_port()
        for name, file in (("server.crt", certificate), ("server.key", key)):
            shutil.copy(file, self.folder / name)
            (self.folder / name).chmod(0o600)
        if os.geteuid() == 0:
            for parent in self.folder.parents:
                if parent.stat().st_mode & 0o001 == 0:
                    parent.chmod(parent.stat().st_mode | 0o011)
            subprocess.run(["chown", "-R", "postgres:postgres", self.folder], check=True)
        self.run("initdb", "-D", "data", "-A", "trust", "-U", "bench", "--no-instructions")
        self.settings = ["-c", f"port={self.port}", "-c", "listen_addresses=127.0.0.1",
                         "-c", f"unix_socket_directories={self.folder}", "-c", "ssl=on",
                         "-c", f"ssl_cert_file={self.folder}/server.crt", "-c", f"ssl_key_file={self.folder}/server.key",
                         "-c", "max_connections=200", "-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB"]

    def run(self, program, *words):
        subprocess.run([*as_ordinary_user(), POSTGRES / program, *words], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)

    def __enter__(self):
        self.process = subprocess.Popen([*as_ordinary_user(), POSTGRES / "postgres", "-D", "data", *self.settings],
                                        cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            ready = subprocess.run([POSTGRES / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)])
            if ready.returncode == 0:
                return self
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def log_position(self):
        """Bytes of log written since the cluster was made."""
        told = subprocess.run([POSTGRES / "psql", self.conninfo, "-qAtX", "-c", "select pg_current_wal_lsn() - '0/0'"],
                              capture_output=True, text=True, check=True)
        return int(told.stdout)

    @property
    def conninfo(self):
        return f"host=127.0.0.1 port={self.port} user=bench dbname=postgres sslmode=require"


class Nginx:
    """Serves files with the same bytes and the same certificate: `bodies` by their names."""

    def __init__(self, folder, certificate, key, bodies):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.port = free_port()
        (self.folder / "body").mkdir()
        for name, body in bodies.items():
            (self.folder / "body" / name).write_bytes(body)
        (self.folder / "nginx.conf").write_text(f"""
{'user root;' if os.geteuid() == 0 else ''}
worker_processes auto; daemon off; pid {self.folder}/pid; error_log {self.folder}/log;
events {{ worker_connections 4096; }}
http {{
  access_log off; default_type application/json; keepalive_requests 1000000; open_file_cache max=100;
  client_body_temp_path {self.folder}/t1; proxy_temp_path {self.folder}/t2; fastcgi_temp_path {self.folder}/t3;
  uwsgi_temp_path {self.folder}/t4; scgi_temp_path {self.folder}/t5;
  server {{
    listen 127.0.0.1:{self.port} ssl; root {self.folder}/body;
    ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3;
  }}
}}""")

    def __enter__(self):
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", self.folder / "nginx.conf"],
                                        stderr=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        raise RuntimeError("nginx did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
