// Plugins' files, before they are loaded.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/library_file.h"

#include "plugin/plugin_library.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using manager::check_library_file;

TEST_CASE("a library that was copied in part is refused wherever it ends, and harms nobody") {
  const manager_test::temporary_directory directory;
  const auto whole = std::filesystem::path(FAKE_PLUGIN_DIRECTORY) / "fake.so";
  const auto part = directory / "part.so";
  CHECK_NOTHROW(check_library_file(whole));
  const std::uintmax_t size = std::filesystem::file_size(whole);
  for (const std::uintmax_t bytes : {std::uintmax_t{80}, std::uintmax_t{5000}, size / 10, size / 4,
                                     size / 2, size - size / 10, size - 1}) {
    INFO(bytes);
    std::filesystem::copy_file(whole, part, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(part, bytes);
    CHECK_THROWS_WITH(check_library_file(part), Catch::Matchers::Contains("copied in part"));
    CHECK_THROWS_WITH(manager::plugin_library(part), Catch::Matchers::Contains("part.so"));
  }
}

TEST_CASE("what is no library is left to the one who loads it") {
  const manager_test::temporary_directory directory;
  for (const char* text : {"", "\177ELF", "#!/bin/sh\n"}) {
    manager_test::write_file(directory / "text.so", text);
    CHECK_NOTHROW(check_library_file(directory / "text.so"));
    CHECK_THROWS_WITH(manager::plugin_library(directory / "text.so"),
                      Catch::Matchers::Contains("cannot be loaded"));
  }
  CHECK_THROWS_WITH(check_library_file(directory / "absent.so"),
                    Catch::Matchers::Contains("absent.so cannot be read"));
}
