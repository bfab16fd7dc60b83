// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.hh"

int main(int argc, char** argv) {
    return avow::app::run(argc, argv);
}
