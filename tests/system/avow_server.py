# SPDX-License-Identifier: Apache-2.0
"""The real program, from outside: starts it on a port of the system's choosing and speaks HTTPS."""
import atexit
import contextlib
import email
import email.policy
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import ssl
import subprocess
import tempfile

from patience import PATIENCE, tries
import postgres

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("AVOW_BIN", SOURCE / "build/release/avow"))

POLICY = """# Privacy

We use your data to serve you. We write to you about offers only when you said yes.
We collect what you give us in the portal. We keep it sealed.
We tell you before we use it for anything new.
"""
PROMISES = """schema = 1
[policy]
title = "Privacy"
organization = "Sample"
contact = "privacy@sample.example"
version = "1"
effective = 2026-01-01
language = "en"
[purposes.service]
label = "Serve you"
basis = "contract"
[purposes.offers]
label = "Offers"
basis = "permission"
contact = true
[fields.email]
label = "Email address"
category = "contact"
[fields.name]
label = "Name"
category = "contact"
[channels.portal]
label = "The portal"
fields = ["email", "name"]
purposes = ["service"]
retain = "until closed"
[[promises]]
says = "We use your data to serve you."
kept_by = "use.stated-purpose"
[[promises]]
says = "We write to you about offers only when you said yes."
kept_by = "contact.permission"
[[promises]]
says = "We collect what you give us in the portal."
kept_by = "collection.declared-channel"
[[promises]]
says = "We keep it sealed."
kept_by = "storage.encrypted"
[[promises]]
says = "We tell you before we use it for anything new."
kept_by = "use.new-purpose"
"""
# The next version states one purpose more for the same channel.
NEWER = PROMISES.replace('version = "1"', 'version = "2"').replace(
    "[fields.email]",
    '[purposes.planning]\nlabel = "Plan our work"\nbasis = "legitimate-interest"\n[fields.email]',
).replace('purposes = ["service"]', 'purposes = ["service", "planning"]')


# One under which people may also write to us.
DESK = PROMISES.replace('fields = ["email", "name"]', 'fields = ["email", "name", "message"]').replace(
    "[channels.portal]", """[fields.message]
label = "What you wrote"
category = "request"
[channels.email]
label = "Mail"
fields = ["email", "name", "message"]
purposes = ["service"]
retain = "2 years"
[channels.phone]
label = "A call"
fields = ["email", "name", "message"]
purposes = ["service"]
retain = "2 years"
[channels.portal]""")

# With a mailing list beside what a policy has.
LIST = '''
[channels.list]
label = "The list"
fields = ["email", "name"]
purposes = ["offers"]
retain = "until withdrawn"
'''
# And one that asks questions by surveys.
# The same, and files that come with mails are kept.
FILES = DESK.replace("[channels.email]", """[fields.attachments]
label = "Files with it"
category = "request"
[channels.email]""").replace('label = "Mail"\nfields = ["email", "name", "message"]',
                           'label = "Mail"\nfields = ["email", "name", "message", "attachments"]')
SURVEYS = DESK.replace("[fields.email]", """[purposes.insight]
label = "Learn how we do"
basis = "legitimate-interest"
[purposes.study]
label = "Study"
basis = "permission"
[fields.answers]
label = "Survey answers"
category = "survey"
[fields.email]""").replace("[channels.portal]", """[channels.survey]
label = "A survey"
fields = ["email", "answers"]
purposes = ["insight", "study"]
retain = "1 year"
[channels.portal]""")


SERVICES = """[[services]]
name = "courses"
company = "Sample"
label = { en = "Courses", fr = "Cours" }
text = "In the evening."
[[services]]
name = "events"
company = "Sample Events"
label = "Events"
text = "By our sister company."
"""


def write_policy(folder, promises=PROMISES, services=None):
    folder.mkdir(parents=True, exist_ok=True)
    if services:
        (folder / "services.toml").write_text(services)
    (folder / "privacy.md").write_text(POLICY)
    (folder / "promises.toml").write_text(promises)
    return folder


# The same tests on the other engine: every server gets a database of its own.
ENGINE = os.environ.get("AVOW_ENGINE", "sqlite")


class Server:
    """One data directory and, while it runs, the program that serves it."""

    def __init__(self, folder=None, policy=None):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="avow-"))
        # Kept on request, to look at what a failing test left.
        if "AVOW_KEEP" not in os.environ:
            atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"
        self.policy = policy or write_policy(self.folder / "policy")
        self.process = None
        self.port = None
        self.environment = dict(os.environ)
        self.database = None
        if ENGINE == "postgres":
            database = self.folder / "database"
            if not database.exists():
                database.write_text(postgres.shared().make_database())
            self.database = database.read_text()
            self.environment["AVOW_STORE"] = postgres.shared().address(self.database)

    def tell(self, statement):
        """What the store answers an operator: the first column of the first row, as text; None without a row."""
        if self.database:
            return postgres.shared().tell(statement, self.database).partition("\n")[0] or None
        store = sqlite3.connect(self.data / "store.db", isolation_level=None)
        row = store.execute(statement).fetchone()
        store.close()
        return None if row is None else str(row[0])

    def start(self, environment=None, expect_ready=True):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", self.data, "--policy", self.policy, "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env={**self.environment, **(environment or {})})
        if expect_ready is None:  # it may serve, or die on the way
            return self
        for line in self.process.stdout:
            if line.startswith("avow: serving https://"):
                self.port = int(line.rsplit(":", 1)[1])
                return self
        self.process.wait()
        self.process.stdout.close()
        self.log.close()
        if expect_ready:
            raise AssertionError("the server did not start: " + (self.folder / "log").read_text())
        return self

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=PATIENCE)
        self.process.stdout.close()
        self.log.close()
        return self.process.returncode

    def run(self, *arguments, environment=None):
        return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE,
                              env={**self.environment, **(environment or {})})

    def token(self, role):
        made = self.run("token", "create", "--role", role, "--name", role, "--json", "--data", self.data)
        assert made.returncode == 0, made.stderr
        return json.loads(made.stdout)["token"]

    def connection(self):
        trust = ssl.create_default_context(cafile=str(self.data / "ca.pem"))
        return http.client.HTTPSConnection("localhost", self.port, context=trust, timeout=PATIENCE)

    def ask(self, method, path, body=None, token=None, cookie=None, headers=None, connection=None):
        """(status, parsed body, headers); `body` may be ready-made text."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token:
            sent["Authorization"] = "Bearer " + token
        if cookie:
            sent.update({"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
        line = connection or self.connection()
        data = None if body is None else body if isinstance(body, (str, bytes)) else json.dumps(body)
        line.request(method, path, body=data, headers=sent)
        answer = line.getresponse()
        text = answer.read()
        if connection is None:
            line.close()
        try:
            parsed = json.loads(text)
        except ValueError:
            parsed = text
        return answer.status, parsed, answer.headers

    def confirm_addresses(self):
        """As if everybody had followed the link that was mailed to them: from then on letters go to them."""
        self.tell("insert into address_proofs (customer_id, proved_ms) select customer_id, 1 from accounts where true "
                  "on conflict (customer_id) do nothing returning proved_ms")

    def mailed_link(self, to, page):
        """The secret of the newest letter to this address that leads to this page, as soon as it is there; the server was
        started with AVOW_MAIL_FOLDER in its folder."""
        for _ in tries():
            letters = sorted((self.folder / "mail" / "new").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
            for path in reversed(letters):
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                found = re.search(rf"https://\S*{page}#(\S+)", message.get_content())
                if message["To"] == to and found:
                    return found.group(1)
        raise AssertionError(f"no letter leads to {page}")

    def letters_to(self, to):
        """Their texts, the oldest first."""
        letters = sorted((self.folder / "mail" / "new").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        messages = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in letters]
        return [message.get_content() for message in messages if message["To"] == to]

    def wait_for_retention(self):
        """The run of retention that a start begins: what is collected after it is not looked at by it."""
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/store.db?mode=ro", uri=True)) as store:
            for _ in tries():
                ended = store.execute("select count(*) from retention_runs where ended_ms is not null").fetchone()
                if ended != (0,):
                    return
        raise AssertionError("the first run of retention did not end")

    def verify(self):
        return self.run("ledger", "verify", "--data", self.data)

    def verify_url(self):
        return self.run("ledger", "verify", "--url", f"https://localhost:{self.port}/ledger", "--ca", self.data / "ca.pem")
