// This process as the kernel sees it.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/process_figures.h"

#include "base/clock.h"

#include <catch2/catch.hpp>

#include <unistd.h>
#include <string>

namespace {

double value_of(const std::string& name) {
  manager::metrics::exposition text;
  manager::metrics::write_process(text);
  INFO(text.text());
  const std::size_t at = text.text().find("\n" + name + " ");
  REQUIRE(at != std::string::npos);
  return std::stod(text.text().substr(at + name.size() + 2));
}

}  // namespace

TEST_CASE("the process's figures are those of this process") {
  CHECK(value_of("process_resident_memory_bytes") > 1e6);
  CHECK(value_of("process_resident_memory_bytes") < value_of("process_virtual_memory_bytes"));
  CHECK(value_of("process_threads") >= 1);
  CHECK(value_of("process_start_time_seconds") * 1000 <
        static_cast<double>(manager::now_ms()) + 1000);
  CHECK(value_of("process_start_time_seconds") > 1.5e9);
  const double before = value_of("process_open_fds");
  const int more = ::dup(STDERR_FILENO);
  REQUIRE(more >= 0);
  CHECK(value_of("process_open_fds") == before + 1);
  ::close(more);
}
