# SPDX-License-Identifier: Apache-2.0
"""My Accounts over TLS with many customers stored: the document and every read that the page makes, by signed-in
customers in turn, against nginx serving the same bytes as files. usage: my_accounts.py [CUSTOMERS], a million unless told.
"""
import concurrent.futures
import pathlib
import statistics
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tests/system"))
from avow_server import Server  # noqa: E402
from peers import Nginx  # noqa: E402
from wrk import wrk  # noqa: E402

CONNECTIONS = 64
SIGNED_IN = 200
SECONDS = 10
ROUNDS = 3
PASSWORD = "a sentence nobody would guess"
# What web/portal/pages/Accounts.svelte asks for; {id} is the customer.
PAGE = ["/account", "/api/v1/account", "/api/v1/policy", "/api/v1/customers/{id}/permissions",
        "/api/v1/customers/{id}/collections", "/api/v1/customers/{id}/uses?", "/api/v1/account/password",
        "/api/v1/requests", "/api/v1/account/services", "/api/v1/account/surveys"]


def fill(server, folder, wanted):
    """Customers with an address each, as a machine hands them in."""
    script = folder / "fill.lua"
    script.write_text(f"""
local threads = 0
function setup(thread) thread:set("mine", threads); threads = threads + 1 end
function init() at = 0; run = os.time() end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {server.token('intake')}"
function request()
  at = at + 1
  return wrk.format(nil, nil, nil, '{{"channel":"portal","fields":{{"email":"somebody.' .. run .. '.' .. mine .. '.' .. at .. '@example.com"}}}}')
end
""")
    made, began = 0, time.monotonic()
    while made < wanted:
        rate = wrk(f"https://localhost:{server.port}/api/v1/collections", CONNECTIONS, 20, script).rate
        made = int(server.tell("select count(*) from customers"))
        print(f"  {made:,} of {wanted:,} customers after {time.monotonic() - began:.0f} s, {rate:,.0f}/s", file=sys.stderr, flush=True)
    return made


def sign_up(server, number):
    email = f"reader{number}@example.com"
    status, told, headers = server.ask("POST", "/api/v1/account/sign-up", {
        "email": email, "password": PASSWORD, "name": f"Reader {number}", "policy_version": "1"})
    assert status == 201, told
    customer, cookie = told["customer"], headers["Set-Cookie"].split(";")[0]
    token = server.token("agent")
    for _ in range(3):
        status, told, _ = server.ask("POST", "/api/v1/uses", {
            "customer": customer, "fields": ["email"], "purpose": "service"}, token)
        assert status == 200, told
    return customer, cookie


def read_page(server, customer, cookie):
    """The bytes of each part, and that they are this customer's."""
    bodies = []
    line = server.connection()
    for path in PAGE:
        line.request("GET", path.format(id=customer), headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
        answer = line.getresponse()
        bodies.append(answer.read())
        assert answer.status == 200, (path, bodies[-1])
    assert b"reader" in bodies[PAGE.index("/api/v1/account")], bodies
    return bodies


def walk(folder, name, places):
    """A script that asks for the parts of one customer's page after those of another's."""
    (folder / f"{name}.txt").write_text("\n".join(f"{path} {cookie}" for path, cookie in places))
    script = folder / f"{name}.lua"
    script.write_text(f"""
local asked = {{}}
for line in io.lines("{folder}/{name}.txt") do
  local path, cookie = line:match("^(%S+) (%S*)$")
  asked[#asked + 1] = wrk.format("GET", path, {{Cookie = cookie, Host = "localhost", ["Sec-Fetch-Site"] = "same-origin"}})
end
local at = 0
init = function() math.randomseed(os.time()); at = math.random(#asked) end
request = function() at = at % #asked + 1; return asked[at] end
""")
    return script


def main():
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="avow-bench-") as made:
        folder = pathlib.Path(made)
        server = Server(folder / "avow").start()
        try:
            stored = fill(server, folder, wanted)
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                readers = list(pool.map(lambda number: sign_up(server, number), range(SIGNED_IN)))
            bodies = read_page(server, *readers[0])
            ours = walk(folder, "ours", [(path.format(id=customer), cookie) for customer, cookie in readers for path in PAGE])
            theirs = walk(folder, "theirs", [(f"/{number}", "none") for number in range(len(PAGE))])
            print(f"\nMy Accounts, {stored:,} customers stored, {SIGNED_IN} of them reading: the document and {len(PAGE) - 1} reads, "
                  f"{sum(map(len, bodies)):,} bytes; {CONNECTIONS} connections, median of {ROUNDS} rounds\n"
                  f"{'':<24}{'avow':>10}{'nginx files':>14}{'ratio':>9}")
            with Nginx(folder / "nginx", server.data / "server.pem", server.data / "server.key",
                       {str(number): body for number, body in enumerate(bodies)}) as nginx:
                pairs = [(wrk(f"https://localhost:{server.port}", CONNECTIONS, SECONDS, ours),
                          wrk(f"https://localhost:{nginx.port}", CONNECTIONS, SECONDS, theirs)) for _ in range(ROUNDS)]
            for name, figure in (("requests per second", "rate"), ("p99, ms", "p99")):
                left, right = ([getattr(told, figure) for told in side] for side in zip(*pairs))
                ratio = statistics.median(a / b for a, b in zip(left, right))
                print(f"{name:<24}{statistics.median(left):>10.1f}{statistics.median(right):>14.1f}{ratio:>8.2f}x")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
