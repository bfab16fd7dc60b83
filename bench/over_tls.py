# SPDX-License-Identifier: Apache-2.0
"""Over TLS, against the real alternatives in the same run and in turn: the ratio is the figure.

gate   durable uses per second, on either engine, against PostgreSQL 15 doing the same work
https  a signed-in customer's profile read, against nginx serving the same bytes as a file
"""
import concurrent.futures
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tests/system"))
from avow_server import Server  # noqa: E402
from on_postgres import MEMORY  # noqa: E402
from peers import Nginx, Postgres  # noqa: E402
from postgres import Cluster  # noqa: E402
from wrk import wrk  # noqa: E402

CUSTOMERS = 4000
CONNECTIONS = (1, 8, 64)
SECONDS = 5
ROUNDS = 3
PASSWORD = "a sentence nobody would guess"


def fill(server):
    token = server.token("intake")
    print(f"filling {CUSTOMERS} customers", file=sys.stderr)

    def some(start):
        line = server.connection()
        made = []
        for number in range(start, CUSTOMERS, 16):
            status, told, _ = server.ask("POST", "/api/v1/collections", {
                "channel": "portal", "fields": {"email": f"somebody.number.{number:08}@example.com"}},
                token, connection=line)
            assert status == 201, told
            made.append(told["customer"])
        return made

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        return [customer for made in pool.map(some, range(16)) for customer in made]


def use_script(folder, customers, token):
    (folder / "ids").write_text("\n".join(customers))
    script = folder / "use.lua"
    script.write_text(f"""
local ids = {{}}
for line in io.lines("{folder}/ids") do ids[#ids + 1] = line end
local at = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {token}"
init = function() math.randomseed(os.time()); at = math.random(#ids) end
request = function()
  at = at % #ids + 1
  return wrk.format(nil, nil, nil, '{{"customer":"' .. ids[at] .. '","fields":["email"],"purpose":"service"}}')
end
""")
    return script


def row(name, ours, theirs, more=""):
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    print(f"{name:<34}{statistics.median(ours):>10.0f}{statistics.median(theirs):>12.0f}{ratio:>9.2f}x {more}", flush=True)


def written(server, cluster):
    """Bytes that the store's keeper gave to the disk since it started: this process, or PostgreSQL's log."""
    if cluster:
        return int(cluster.tell("select pg_current_wal_lsn() - '0/0'"))
    told = pathlib.Path(f"/proc/{server.process.pid}/io").read_text()
    return int(re.search(r"^write_bytes: (\d+)", told, re.M)[1])


def gate_rows(server, name, folder, program, peer, cluster=None):
    """One row for each number of connections; what one use cost the disk, in the last."""
    customers = fill(server)
    token = server.token("agent")
    status, told, _ = server.ask("POST", "/api/v1/uses", {
        "customer": customers[0], "fields": ["email"], "purpose": "service"}, token)
    assert status == 200 and told["fields"]["email"]["decision"] == "allowed", told
    script = use_script(folder, customers, token)
    url = f"https://localhost:{server.port}/api/v1/uses"
    for connections in CONNECTIONS:
        ours, theirs, ours_bytes, theirs_bytes = [], [], [], []
        for _ in range(ROUNDS):
            before = written(server, cluster)
            ours.append(wrk(url, connections, SECONDS, script).rate)
            ours_bytes.append((written(server, cluster) - before) / (ours[-1] * SECONDS))
            before = peer.log_position()
            theirs.append(float(subprocess.run(
                [program, peer.conninfo, str(connections), str(SECONDS)],
                capture_output=True, text=True, check=True).stdout))
            theirs_bytes.append((peer.log_position() - before) / (theirs[-1] * SECONDS))
        row(f"on {name}, {connections}", ours, theirs,
            f"{statistics.median(ours_bytes):>10.0f}{statistics.median(theirs_bytes):>12.0f}")


def gate_table(folder, program):
    print(f"\ngate over TLS: durable uses per second, median of {ROUNDS} rounds\n"
          f"{'connections':<34}{'avow':>10}{'PostgreSQL':>12}{'ratio':>10}{'bytes/use':>12}{'theirs':>10}")
    own = Server(folder / "avow").start()
    with Postgres(folder / "postgres", own.data / "server.pem", own.data / "server.key") as peer:
        gate_rows(own, "SQLite", folder, program, peer)
        own.stop()
        cluster = Cluster(**MEMORY).create()
        shared = Server(folder / "avow-on-postgres")
        shared.database = cluster.make_database()
        shared.environment["AVOW_STORE"] = cluster.address(shared.database)
        shared.start()
        gate_rows(shared, "PostgreSQL", folder, program, peer, cluster)
        shared.stop()


def https_table(server, folder):
    status, told, headers = server.ask("POST", "/api/v1/account/sign-up", {
        "email": "reader@example.com", "password": PASSWORD, "name": "Reader", "policy_version": "1"})
    assert status == 201, told
    cookie = "Cookie: " + headers["Set-Cookie"].split(";")[0]
    line = server.connection()
    line.request("GET", "/api/v1/account/profile", headers={"Cookie": cookie[8:]})
    answer = line.getresponse()
    body = answer.read()
    assert answer.status == 200 and b"reader@example.com" in body
    print(f"\nHTTPS: a signed-in customer's profile, requests per second, median of {ROUNDS} rounds\n"
          f"{'connections':<34}{'avow':>10}{'nginx file':>12}{'ratio':>10}")
    with Nginx(folder / "nginx", server.data / "server.pem", server.data / "server.key", {"profile": body}) as nginx:
        for connections in (1, 64):
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(wrk(f"https://localhost:{server.port}/api/v1/account/profile", connections,
                                SECONDS, headers=[cookie]).rate)
                theirs.append(wrk(f"https://localhost:{nginx.port}/profile", connections, SECONDS).rate)
            row(str(connections), ours, theirs)


def main():
    program = SOURCE / "build/bench/bench/postgres_gate"
    with tempfile.TemporaryDirectory(prefix="avow-bench-") as made:
        folder = pathlib.Path(made)
        gate_table(folder, program)
        server = Server(folder / "avow").start()
        try:
            https_table(server, folder)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
