# SPDX-License-Identifier: Apache-2.0
# Sourced by the other scripts: where we are, and how they speak.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-4G}"
# Paths below the checkout count as relative: every clone of it finds what another has compiled.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
cd "$root"
say() { printf '\033[1m== %s\033[0m\n' "$*"; }
