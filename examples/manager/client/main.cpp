// dmctl: one command for a Deployment Manager, then its end with a code that scripts may rely on.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_line.h"

int main(int argc, char** argv) { return dmctl::run_command_line(argc, argv); }
