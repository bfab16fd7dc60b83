# SPDX-License-Identifier: Apache-2.0
"""Traffic, against the real alternatives in the same run and in turn: the ratio is the figure.

import     lines per second and peak memory of a log (AVOW_LINES, 2000000), against GoAccess
collector  durable events per second on one core over TLS, against nginx returning an empty 204 on the same core
store      bytes per event and every report for one site and a month (AVOW_EVENTS, 100000000), on DuckDB, on ClickHouse
           (one server) and on plain PostgreSQL: three months of twenty sites, the same events

usage: bench/traffic.py TRAFFIC_STORE [import|collector|store …]
"""
import contextlib
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tests/system"))
import clickhouse  # noqa: E402
from avow_server import PROGRAM, Server  # noqa: E402
from peers import Nginx, Postgres  # noqa: E402

LINES = int(os.environ.get("AVOW_LINES", "2000000"))
EVENTS = int(os.environ.get("AVOW_EVENTS", "100000000"))
ROUNDS = 3
SECONDS = 5
AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.{} Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{} "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (compatible; Googlebot/2.{}; +http://www.google.com/bot.html) {}",
]


def load():
    return f"load {os.getloadavg()[0]:.1f}"


def write_log(path):
    """Two months of a site: few pages get most of it, and every fifth line asks for what is no page."""
    dice = random.Random(7)
    with open(path, "w") as log:
        for number in range(LINES):
            at = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(1_767_225_600 + number * 5_184_000 // LINES))
            page = int(3000 * dice.random() ** 3)
            target = f"/asset/{page}.css" if number % 5 == 0 else f"/some/page/{page}?utm_source={page % 7}"
            agent = dice.choice(AGENTS).format(dice.randrange(100, 130), dice.randrange(100, 130))
            referrer = dice.choice(["-", "-", "https://www.google.com/", f"https://blog{page % 50}.example/post"])
            log.write(f"10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(256)} - - [{at}] "
                      f'"GET {target} HTTP/1.1" 200 {dice.randrange(9000)} "{referrer}" "{agent}"\n')


def timed(*command):
    """(seconds, peak megabytes)"""
    began = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.stdout.close()
    if status:
        raise RuntimeError(told.decode())
    return time.monotonic() - began, used.ru_maxrss / 1024


def bench_import(folder):
    log = folder / "access.log"
    write_log(log)
    ours, theirs = [], []
    for number in range(ROUNDS):
        server = Server(folder / f"import{number}")
        server.folder.mkdir(exist_ok=True)
        server.start()
        server.stop()
        ours.append(timed(PROGRAM, "traffic", "import", log, "--site", "localhost", "--data", server.data))
        theirs.append(timed("goaccess", log, "--log-format=COMBINED", "--no-progress", "--no-global-config",
                            "-o", folder / "report.json"))
        shutil.rmtree(server.data)
    speed = [LINES / statistics.median(seconds for seconds, _ in runs) for runs in (ours, theirs)]
    memory = [statistics.median(peak for _, peak in runs) for runs in (ours, theirs)]
    print(f"import     avow {speed[0]:9.0f} lines/s {memory[0]:5.0f} MB   GoAccess {speed[1]:9.0f} lines/s "
          f"{memory[1]:5.0f} MB   ratio {speed[0] / speed[1]:.1f}, memory {memory[0] / memory[1]:.2f}   {load()}")


def script_of(folder):
    script = folder / "event.lua"
    script.write_text("""
wrk.method = "POST"
wrk.headers["Content-Type"] = "text/plain"
wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
local at = 0
request = function()
  at = at + 1
  wrk.headers["X-Forwarded-For"] = "8." .. at % 200 .. "." .. math.floor(at / 200) % 200 .. ".7"
  return wrk.format(nil, nil, nil, '{"n":"pageview","u":"https://localhost/some/page/' .. at % 500 ..
    '","d":"localhost","s":15,"g":4,"k":1}')
end
""")
    return script


def wrk(url, script):
    told = subprocess.run(["taskset", "-c", "1", "wrk", "-t", "1", "-c", "64", "-d", f"{SECONDS}s", "-s", str(script),
                           url], capture_output=True, text=True, check=True).stdout
    if re.search(r"Non-2xx or 3xx responses|Socket errors", told):
        raise RuntimeError(told)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])


class Nothing(Nginx):
    """An empty 204 for every event, by one worker."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        file = self.folder / "nginx.conf"
        text = file.read_text().replace("worker_processes auto", "worker_processes 1")
        file.write_text(text.replace("ssl_protocols", "location = /t/event { return 204; } ssl_protocols"))


@contextlib.contextmanager
def on_one_core():
    """Whatever is started here has the first core, and knows of no other."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {0})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def bench_collector(folder):
    script = script_of(folder)
    server = Server()
    with contextlib.ExitStack() as stack:
        with on_one_core():
            server.start({"AVOW_TRAFFIC_TRUSTED_PROXIES": "127.0.0.1", "AVOW_TRAFFIC_EVENTS_PER_MINUTE": "1000000"})
            nginx = stack.enter_context(
                Nothing(folder / "nginx", server.data / "server.pem", server.data / "server.key", {}))
        ours, theirs = [], []
        for _ in range(3 * ROUNDS):  # another machine's noise comes and goes within seconds
            ours.append(wrk(f"https://localhost:{server.port}/t/event", script))
            theirs.append(wrk(f"https://localhost:{nginx.port}/t/event", script))
    server.stop()
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    print(f"collector  avow {ours:9.0f} durable events/s   nginx {theirs:9.0f} empty answers/s   "
          f"ratio {ratio:.2f}   {load()}")


def bench_store(folder, program):
    server = Server()
    server.start()  # for its certificate
    server.stop()
    shards = clickhouse.Shards(1)
    with Postgres(folder / "postgres", server.data / "server.pem", server.data / "server.key") as postgres:
        print(load())
        subprocess.run([program, folder, str(EVENTS), postgres.conninfo, f"http://127.0.0.1:{shards.ports[0][0]}"],
                       check=True)
        print(load())
    shards.remove()


def main():
    program, *asked = sys.argv[1:]
    sys.stdout.reconfigure(line_buffering=True)
    with tempfile.TemporaryDirectory(prefix="avow-traffic-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        if not asked or "import" in asked:
            bench_import(folder)
        if not asked or "collector" in asked:
            bench_collector(folder)
        if not asked or "store" in asked:
            bench_store(folder, program)


main()
