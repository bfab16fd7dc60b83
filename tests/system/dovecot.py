# SPDX-License-Identifier: Apache-2.0
"""A real mailbox for a test: Dovecot in a folder of its own, on loopback, run by nobody of importance. IMAP with and
without TLS, and LMTP that delivers into it."""
import atexit
import grp
import imaplib
import os
import pathlib
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile

from exim import free_port, make_certificates
from patience import PATIENCE, tries

PROGRAM = pathlib.Path("/usr/sbin/dovecot")
USER, PASSWORD = "help@sample.example", "correct horse battery staple"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
instance_name = avow-test
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {uid}
mail_gid = {gid}
mail_home = {folder}/mail/%d/%n
mail_location = maildir:~/Maildir
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
lmtp_add_received_header = yes
mail_fsync = {fsync}
{more}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%d/%n
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    def __init__(self, fsync="never", more=""):
        if not PROGRAM.exists():
            raise AssertionError("there is no mailbox to test with: run scripts/setup")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avow-dovecot-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.port, self.tls_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.process = None
        who = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.uid, self.gid = who.pw_uid, who.pw_gid
        make_certificates(self.folder, "localhost")
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n")
        (self.folder / "conf").write_text(CONFIGURATION.format(
            folder=self.folder, user=who.pw_name, group=grp.getgrgid(self.gid).gr_name, uid=self.uid, gid=self.gid, fsync=fsync,
            more=more, port=self.port, tls_port=self.tls_port, lmtp_port=self.lmtp_port))
        self.folder.chmod(0o755)
        for path in (self.folder, *self.folder.iterdir()):
            shutil.chown(path, self.uid, self.gid)
        atexit.register(self.stop)

    def start(self):
        as_user = {"user": self.uid, "group": self.gid, "extra_groups": []} if os.getuid() == 0 else {}
        with open(self.folder / "out", "ab") as out:
            self.process = subprocess.Popen([PROGRAM, "-F", "-c", self.folder / "conf"], cwd=self.folder, stdout=out,
                                            stderr=out, start_new_session=True, **as_user)
        for _ in tries():
            if self.process.poll() is not None:
                raise AssertionError("Dovecot did not start: " + (self.folder / "out").read_text() + self.log())
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
        raise AssertionError("Dovecot does not listen")

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=PATIENCE)

    def log(self):
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def settings(self, **changed):
        """What makes avow read this mailbox, as its environment."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD + "\n")
        secret.chmod(0o600)
        return {"AVOW_MAIL_IMAP": f"imaps://{USER.replace('@', '%40')}@localhost:{self.tls_port}/INBOX",
                "AVOW_MAIL_IMAP_PASSWORD_FILE": str(secret), "AVOW_MAIL_CA": str(self.folder / "ca.pem"),
                **{"AVOW_MAIL_" + name.upper(): value for name, value in changed.items()}}

    def deliver(self, message, sender="grace@example.org", recipient=USER):
        """By LMTP, as a mail server does."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, local_hostname="mx.test") as line:
            refused = line.sendmail(sender, [recipient], message.encode() if isinstance(message, str) else message)
        assert not refused, refused

    def mailbox(self):
        line = imaplib.IMAP4("127.0.0.1", self.port)
        line.login(USER, PASSWORD)
        return line

    def count(self, folder):
        """Messages in a folder; none when there is no such folder."""
        with self.mailbox() as line:
            status, told = line.select('"' + folder + '"', readonly=True)
            return int(told[0]) if status == "OK" else 0

    def wait_for(self, folder, count):
        for _ in tries():
            found = self.count(folder)
            if found == count:
                return
        raise AssertionError(f"{found} messages in {folder}, not {count}")
