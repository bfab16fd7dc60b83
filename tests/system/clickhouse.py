# SPDX-License-Identifier: Apache-2.0
"""Two shards of ClickHouse of the tests' own: in a temporary directory, on loopback ports, run by an unprivileged
user, gone with the test."""
import atexit
import functools
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from patience import tries

PROGRAM = pathlib.Path("/usr/sbin/clickhouse-server")
USERS = """<yandex><profiles><default></default></profiles>
<users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
</default></users><quotas><default></default></quotas></yandex>"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Shards:
    def __init__(self, count=2):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avow-ch-"))
        atexit.register(self.remove)
        self.ports = [[free_port() for _ in range(3)] for _ in range(count)]
        self.processes = [None] * count
        self.databases = 0
        cluster = "".join(f"<shard><replica><host>127.0.0.1</host><port>{native}</port></replica></shard>"
                          for _, native, _ in self.ports)
        for number, (http, native, between) in enumerate(self.ports):
            home = self.folder / str(number)
            for part in ("log", "data", "tmp", "schemas"):
                (home / part).mkdir(parents=True)
            (home / "users.xml").write_text(USERS)
            (home / "config.xml").write_text(f"""<yandex>
<logger><level>warning</level><log>{home}/log/log</log><errorlog>{home}/log/errors</errorlog></logger>
<http_port>{http}</http_port><tcp_port>{native}</tcp_port><interserver_http_port>{between}</interserver_http_port>
<interserver_http_host>127.0.0.1</interserver_http_host><listen_host>127.0.0.1</listen_host>
<mark_cache_size>67108864</mark_cache_size><path>{home}/data/</path><tmp_path>{home}/tmp/</tmp_path>
<format_schema_path>{home}/schemas/</format_schema_path><users_config>{home}/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database><timezone>UTC</timezone>
<remote_servers><shards>{cluster}</shards></remote_servers></yandex>""")
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        self.start()

    def start(self):
        for number, process in enumerate(self.processes):
            if process:
                continue
            home = self.folder / str(number)
            command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig", "KILL"]
            with open(home / "out", "ab") as out:
                self.processes[number] = subprocess.Popen(
                    [*(command if os.getuid() == 0 else []), PROGRAM, f"--config-file={home}/config.xml"],
                    stdout=out, stderr=out, cwd=home)
        for number in range(len(self.ports)):
            self.wait_for(number)
        return self

    def wait_for(self, number):
        for _ in tries():
            try:
                return self.tell("select 1", number)
            except (OSError, urllib.error.URLError):
                pass
        raise AssertionError("ClickHouse did not start: " + (self.folder / str(number) / "out").read_text())

    def stop(self, how=signal.SIGKILL):
        for number, process in enumerate(self.processes):
            if process:
                process.send_signal(how)
                process.wait(60)
                self.processes[number] = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def tell(self, statement, number=0, database="default"):
        """As an operator would, over HTTP."""
        address = f"http://127.0.0.1:{self.ports[number][0]}/?" + urllib.parse.urlencode({"database": database})
        with urllib.request.urlopen(address, statement.encode(), timeout=300) as answer:
            return answer.read().decode().strip()

    def settings(self):
        """Those of a server with a database of its own."""
        self.databases += 1
        servers = ",".join(f"http://127.0.0.1:{http}" for http, _, _ in self.ports)
        return {"AVOW_TRAFFIC_STORE": "clickhouse", "AVOW_TRAFFIC_CLICKHOUSE_SERVERS": servers,
                "AVOW_TRAFFIC_CLICKHOUSE_CLUSTER": "shards", "AVOW_TRAFFIC_CLICKHOUSE_DATABASE": f"t{self.databases}"}


@functools.cache
def shared():
    return Shards()
