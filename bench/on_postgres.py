# SPDX-License-Identifier: Apache-2.0
"""Runs a command with the address of an empty database on a PostgreSQL server of its own as its last word. The server is
as durable as it comes (fsync, synchronous_commit), its memory raised to a fair size; both are gone afterwards."""
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tests/system"))
from postgres import Cluster  # noqa: E402

MEMORY = {"shared_buffers": "512MB", "max_wal_size": "4GB", "max_connections": "100"}


def main():
    cluster = Cluster(**MEMORY).create()
    command = [*sys.argv[1:], cluster.address(cluster.make_database())]
    sys.exit(subprocess.run(command).returncode)


if __name__ == "__main__":
    main()
