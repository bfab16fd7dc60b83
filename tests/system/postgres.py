# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL servers of the tests' own: in a temporary directory, reached by a socket there and by nothing
else, run by an unprivileged user, gone with the test."""
import atexit
import functools
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

from patience import tries

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
SETTINGS = {"listen_addresses": "", "max_connections": "40", "wal_keep_size": "64MB", "log_min_messages": "warning"}


def unprivileged():
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return []
    names = {user.pw_name for user in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    group = pwd.getpwnam(user).pw_gid
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]


class Cluster:
    def __init__(self, **settings):
        self.settings = {**SETTINGS, **settings}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avow-pg-"))
        atexit.register(self.remove)
        if os.getuid() == 0:
            shutil.chown(self.folder, unprivileged()[1].split("=")[1])
        self.data = self.folder / "data"
        self.process = None
        self.databases = 0

    def run(self, program, *arguments, check=True, **options):
        return subprocess.run([*unprivileged(), PROGRAMS / program, *map(str, arguments)], check=check,
                              cwd=self.folder, capture_output=True, text=True, **options)

    def create(self):
        self.run("initdb", "-D", self.data, "-U", "avow", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        return self.start()

    def start(self, **settings):
        command = [*unprivileged(), "--pdeathsig", "INT"] if os.getuid() == 0 else []
        command += [PROGRAMS / "postgres", "-D", self.data, "-k", self.folder]
        for name, value in {**self.settings, **settings}.items():
            command += ["-c", f"{name}={value}"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        for _ in tries():
            if self.run("pg_isready", "-q", "-h", self.folder, check=False).returncode == 0:
                return self
        raise AssertionError("PostgreSQL did not start: " + (self.folder / "log").read_text())

    def stop(self, how=signal.SIGINT):
        """SIGINT ends sessions at once, SIGQUIT everything, without a checkpoint: as a crash does."""
        self.process.send_signal(how)
        self.process.wait(60)
        self.process = None

    def standby(self, **settings):
        """A second server that follows this one by streaming."""
        follower = Cluster(**{**self.settings, **settings})
        self.run("pg_basebackup", "-h", self.folder, "-U", "avow", "-D", follower.data, "-R", "-X", "stream",
                 "-c", "fast", "--no-sync")
        return follower.start()

    def tell(self, statement, database="postgres"):
        """As an operator would, by psql."""
        return self.run("psql", "-h", self.folder, "-U", "avow", "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1",
                        "-c", statement).stdout.strip()

    def hold(self, database, user):
        """A session that keeps its connection until it is killed; None when there is none to have."""
        session = subprocess.Popen([*unprivileged(), PROGRAMS / "psql", "-h", self.folder, "-U", user, "-d", database,
                                    "-qAtX", "-c", "select 'held'", "-c", "select pg_sleep(600)"], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if session.stdout.readline() == "held\n":
            return session
        session.wait()
        session.stdout.close()
        return None

    def make_database(self):
        self.databases += 1
        self.tell(f"create database t{self.databases}")
        return f"t{self.databases}"

    def address(self, database):
        return f"host={self.folder} user=avow dbname={database}"

    def remove(self):
        if self.process is not None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@functools.cache
def shared():
    """One for the whole test program."""
    return Cluster().create()
