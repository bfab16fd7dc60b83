// SPDX-License-Identifier: Apache-2.0
// The command line (api.md). Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 failed.
#pragma once

namespace avow::app {

int run(int argc, char** argv);

}  // namespace avow::app
