// Loading plugins.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_library.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using manager::plugin_library;

TEST_CASE("a plugin is loaded, with its manifest") {
  const plugin_library library(std::filesystem::path(FAKE_PLUGIN_DIRECTORY) / "fake.so");
  CHECK(library.component_type() == "fake");
  CHECK(library.version() == "0.1.0");
}

TEST_CASE("what cannot be a plugin says why") {
  const manager_test::temporary_directory directory;
  CHECK_THROWS_WITH(plugin_library(directory / "absent.so"),
                    Catch::Matchers::Contains("absent.so"));
  manager_test::write_file(directory / "text.so", "no library");
  CHECK_THROWS_WITH(plugin_library(directory / "text.so"),
                    Catch::Matchers::Contains("cannot be loaded"));
  CHECK_THROWS_WITH(plugin_library(std::filesystem::path(FOREIGN_PLUGIN_DIRECTORY) / "foreign.so"),
                    Catch::Matchers::Contains("does not speak version 1"));
  std::filesystem::copy(std::filesystem::path(FAKE_PLUGIN_DIRECTORY) / "fake.so",
                        directory / "open.so");
  std::filesystem::permissions(directory / "open.so", std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  CHECK_THROWS_WITH(plugin_library(directory / "open.so"),
                    Catch::Matchers::Contains("written by everyone"));
}
