# SPDX-License-Identifier: Apache-2.0
"""wrk, as every benchmark over HTTP calls it."""
import dataclasses
import re
import subprocess

MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclasses.dataclass
class Told:
    rate: float  # requests per second
    p99: float  # milliseconds


def wrk(url, connections, seconds, script=None, headers=()):
    """Every answer other than 2xx is an error of the benchmark."""
    words = ["wrk", "--latency", "-t", "1" if connections < 2 else "2", "-c", str(connections), "-d", f"{seconds}s"]
    words += ["-s", str(script)] if script else []
    for header in headers:
        words += ["-H", header]
    told = subprocess.run([*words, url], capture_output=True, text=True, check=True).stdout
    if re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", told):
        raise RuntimeError(told)
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    return Told(float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), float(value) * MS[unit])
