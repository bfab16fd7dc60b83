#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads every #include and fails on an arrow the house forbids. usage: walls.py [ROOT]"""
import pathlib
import re
import sys

# A room, and the rooms it may include besides itself.
MAY_USE = {
    "base": set(),
    "crypto": {"base"},
    "policy": {"base"},
    "sql": {"crypto", "base"},
    "http": {"crypto", "base"},
    "mail": {"crypto", "base"},
    "traffic": {"base"},
    "translation": {"crypto", "base"},
    "ledger": {"sql", "crypto", "base"},
    "vault": {"sql", "crypto", "base"},
    "gate": {"vault", "ledger", "policy", "sql", "base"},
    "services": {"gate", "mail", "ledger", "policy", "sql", "crypto", "base"},
    "api": {"services", "gate", "ledger", "policy", "traffic", "http", "crypto", "base"},
    "app": {"api", "services", "gate", "vault", "ledger", "policy", "sql", "http", "mail", "traffic", "translation",
            "crypto", "base"},
}
# A library's headers, and the rooms that may include them.
LIBRARIES = {
    r"<sqlite3\.h>": {"sql"},
    r"<libpq-fe\.h>": {"sql"},
    r"<sodium": {"crypto"},
    r"<openssl/": {"crypto", "http", "mail"},
    r"<boost/(asio|beast)/": {"http", "mail", "app"},
    r"<(gmime/|glib)": {"mail"},
    r"<spdlog/": {"base"},
    r"<CLI/": {"app"},
    r"<toml\+\+/": {"policy", "app"},
    r"<cmark": {"policy"},
    r"<unicode/": {"base", "mail", "policy"},
    r"<idn2\.h>": {"base"},
    r"<kainjow/": {"api"},
    r"<archive": {"services"},
    r"<libxml/": {"translation"},
    r"<(duckdb\.h|maxminddb\.h|re2/|yaml-cpp/|zlib\.h|zstd\.h)": {"traffic"},
}
INCLUDE = re.compile(r'^\s*#include\s+(["<][^">]+[">])', re.M)
BANNED = {
    r"std::cout": "the log, or a command of app/",
    r"system_clock::now": "a Clock that comes in by the constructor",
    r"\brand\(": "a Random that comes in by the constructor",
    r"\b(TODO|FIXME|XXX|HACK)\b": "the thing itself, done",
}


def arrows(root):
    faults = []
    for path in sorted((root / "src").rglob("*.[ch][ch]")):
        parts = path.relative_to(root / "src").parts
        room = parts[0] if len(parts) > 1 else "app"
        text = path.read_text()
        where = path.relative_to(root)
        if room not in MAY_USE:
            faults.append(f"{where}: the house has no room {room}")
            continue
        if not text.startswith("// SPDX-License-Identifier: Apache-2.0"):
            faults.append(f"{where}: the first line must be the SPDX line")
        if path.suffix == ".hh" and "#pragma once" not in text:
            faults.append(f"{where}: #pragma once is missing")
        for include in INCLUDE.findall(text):
            target = include.strip('"<>').split("/")[0]
            if include.startswith('"') and target in MAY_USE and target != room and target not in MAY_USE[room]:
                faults.append(f"{where}: {room} may not include {target}")
            for pattern, rooms in LIBRARIES.items():
                if re.match(pattern, include) and room not in rooms:
                    faults.append(f"{where}: {include} belongs in {', '.join(sorted(rooms))}")
        for pattern, instead in BANNED.items():
            if path.name != "time.cc" and re.search(pattern, text):
                faults.append(f"{where}: {pattern} is banned; use {instead}")
    return faults


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    faults = arrows(root)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} forbidden arrows and words")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
