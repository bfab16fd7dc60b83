# SPDX-License-Identifier: Apache-2.0
"""A real mail server for a test: Exim in a folder of its own, on loopback, run by nobody of importance. It
takes mail over TLS from who signs in, and puts it into a Maildir."""
import atexit
import email
import email.policy
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

from patience import PATIENCE, tries

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ROOT = SOURCE / "third_party/exim"
USER, PASSWORD = "portal", "correct horse battery staple"

CONFIGURATION = """
exim_path = {folder}/exim4
keep_environment = LD_LIBRARY_PATH:LD_PRELOAD:NSS_WRAPPER_PASSWD:NSS_WRAPPER_GROUP
exim_user = {user}
exim_group = {group}
trusted_users = {user}
never_users =
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/exim.pid
log_selector = +smtp_connection
primary_hostname = mx.example.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
tls_advertise_hosts = *
tls_certificate = {folder}/server.pem
tls_privatekey = {folder}/server.key
deliver_drop_privilege = true
host_lookup =
rfc1413_query_timeout = 0s
smtputf8_advertise_hosts = *
acl_smtp_rcpt = recipient
begin acl
recipient:
  deny local_parts = nobody
       message = no such user here
  defer local_parts = greylist
        message = come again later
  accept authenticated = *
  deny message = sign in first
begin routers
gone:
  driver = redirect
  local_parts = gone
  allow_fail
  data = :fail: nobody is here any more
inbox:
  driver = accept
  transport = inbox
begin transports
inbox:
  driver = appendfile
  directory = {folder}/inbox
  maildir_format
  create_directory
  envelope_to_add
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = ${{if def:tls_in_cipher}}
  server_set_id = $auth2
  server_condition = ${{if and{{{{eq{{$auth2}}{{{name}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
"""


# Mail for this domain is handed to an LMTP server on loopback, and again every second until it is taken.
DESK = {
    "begin routers\n": """begin routers
desk:
  driver = manualroute
  domains = {domain}
  route_list = * 127.0.0.1
  self = send
  transport = desk
""",
    "begin transports\n": """begin transports
desk:
  driver = smtp
  protocol = lmtp
  port = {lmtp_port}
  allow_localhost
  hosts_avoid_tls = *
""",
    "begin authenticators\n": """begin retry
* * F,1h,1s
begin authenticators
""",
}


def free_port():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


def make_certificates(folder, host):
    """An authority of our own (ca.pem) and a certificate for `host`."""
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test authority",
            "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + host,
            "-keyout", folder / "server.key", "-out", folder / "server.csr")
    (folder / "names").write_text(f"subjectAltName=DNS:{host}\n")
    openssl("x509", "-req", "-in", folder / "server.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", folder / "names", "-out", folder / "server.pem")


class Exim:
    def __init__(self, host="localhost", lmtp_port=None, domain=None):
        if not (ROOT / "usr/sbin/exim4").exists():
            raise AssertionError("there is no mail server to test with: run scripts/setup")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avow-exim-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.port, self.tls_port = free_port(), free_port()
        self.process = None
        self.queue_runs = ["-q1s"] if lmtp_port else []
        who = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.uid, self.gid = who.pw_uid, who.pw_gid
        make_certificates(self.folder, host)
        # A copy: set-user-id would keep the wrapper of the users' names out.
        shutil.copy(ROOT / "usr/sbin/exim4", self.folder / "exim4")
        (self.folder / "exim4").chmod(0o755)
        (self.folder / "passwd").write_text(
            pathlib.Path("/etc/passwd").read_text() + f"Debian-exim:x:{self.uid}:{self.gid}::{self.folder}:/bin/false\n")
        (self.folder / "group").write_text(pathlib.Path("/etc/group").read_text() + f"Debian-exim:x:{self.gid}:\n")
        configuration = CONFIGURATION
        for place, lines in DESK.items() if lmtp_port else ():
            configuration = configuration.replace(place, lines)
        (self.folder / "conf").write_text(configuration.format(
            lmtp_port=lmtp_port, domain=domain, folder=self.folder, user=self.uid, group=self.gid, port=self.port, tls_port=self.tls_port,
            name=USER, password=PASSWORD))
        self.folder.chmod(0o755)
        for path in (self.folder, *self.folder.iterdir()):
            shutil.chown(path, self.uid, self.gid)
        libraries = ROOT / "usr/lib/x86_64-linux-gnu"
        self.environment = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": str(libraries),
                            "LD_PRELOAD": str(libraries / "libnss_wrapper.so"),
                            "NSS_WRAPPER_PASSWD": str(self.folder / "passwd"),
                            "NSS_WRAPPER_GROUP": str(self.folder / "group")}
        atexit.register(self.stop)

    def start(self):
        as_user = {"user": self.uid, "group": self.gid, "extra_groups": []} if os.getuid() == 0 else {}
        with open(self.folder / "out", "ab") as out:
            self.process = subprocess.Popen(
                [self.folder / "exim4", "-C", self.folder / "conf", "-bdf", *self.queue_runs], env=self.environment, cwd=self.folder,
                stdout=out, stderr=out, start_new_session=True, **as_user)
        for _ in tries():
            if self.process.poll() is not None:
                raise AssertionError("Exim did not start: " + (self.folder / "out").read_text())
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
        raise AssertionError("Exim does not listen")

    def stop(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=PATIENCE)

    def settings(self, **changed):
        """What makes avow send by this server, as its environment."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD + "\n")
        secret.chmod(0o600)
        return {"AVOW_MAIL_SERVER": f"localhost:{self.port}", "AVOW_MAIL_SECURITY": "starttls",
                "AVOW_MAIL_USER": USER, "AVOW_MAIL_PASSWORD_FILE": str(secret),
                "AVOW_MAIL_FROM": "portal@sample.example", "AVOW_MAIL_CA": str(self.folder / "ca.pem"),
                **{"AVOW_MAIL_" + name.upper(): value for name, value in changed.items()}}

    def messages(self):
        return read_messages(self.folder / "inbox" / "new")

    def wait_for(self, count):
        """At least so many messages with ids of their own; all that came."""
        for _ in tries():
            found = self.messages()
            if len({message["Message-ID"] for message in found}) >= count:
                return found
        raise AssertionError(f"{len(found)} messages came; the mail server's log: "
                             + (self.folder / "mainlog").read_text()[-3000:])


def read_messages(folder):
    """Of a folder of mails: what is still being written there is none yet."""
    if not folder.exists():
        return []
    whole = sorted(path for path in folder.iterdir() if not path.name.endswith(".tmp"))
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in whole]
