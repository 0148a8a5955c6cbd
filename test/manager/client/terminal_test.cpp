// What streams are, and how states look.
// SPDX-License-Identifier: Apache-2.0
#include "client/terminal.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

using namespace dmctl;

TEST_CASE("a file is no terminal and has no width") {
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK(width_of(file) == 0);
  ::close(file);
}

TEST_CASE("states have the tone that they mean") {
  CHECK(tone_of_state("STARTED") == tone::good);
  CHECK(tone_of_state("RUNNING") == tone::good);
  CHECK(tone_of_state("RESTARTING") == tone::busy);
  CHECK(tone_of_state("STOPPING") == tone::busy);
  CHECK(tone_of_state("FAILED") == tone::bad);
  CHECK(tone_of_state("NOTCREATED") == tone::dim);
  CHECK(tone_of_state("CREATED") == tone::plain);
  CHECK(tone_of_state("anything") == tone::plain);
}

TEST_CASE("without colours a text stays what it is") {
  CHECK(terminal{}.toned(tone::bad, "x") == "x");
  terminal coloured;
  coloured.colours = true;
  CHECK(coloured.toned(tone::bad, "x") == "\x1b[31mx\x1b[0m");
  CHECK(coloured.toned(tone::plain, "x") == "x");
  CHECK(coloured.err_toned(tone::bad, "x") == "x");
}
