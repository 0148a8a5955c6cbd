// The log's lines.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

TEST_CASE("one line an event, whatever is in it, and nothing below the threshold") {
  const manager_test::temporary_directory directory;
  const int saved = ::dup(STDERR_FILENO);
  const int file = ::open((directory / "log").c_str(), O_WRONLY | O_CREAT, 0600);
  ::dup2(file, STDERR_FILENO);
  const auto before = manager::log::threshold();
  manager::log::set_threshold(manager::log::level::warning);
  manager::log::info("not {}", "written");
  manager::log::error("forged\n2024 ERROR line");
  manager::log::set_threshold(before);
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
  ::close(file);
  const std::string text = manager_test::read_file(directory / "log");
  CHECK(text.ends_with(R"( ERROR   forged\x0a2024 ERROR line)"
                       "\n"));
  CHECK(text.find("not written") == std::string::npos);
}
