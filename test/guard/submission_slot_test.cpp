// Slots: at most so many clients at once on a node.
// SPDX-License-Identifier: Apache-2.0
#include "guard/submission_slot.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../io/temporary_directory.h"

using dm::status_code;
using dm::guard::try_submission_slot;
using dm::test::temporary_directory;

namespace {

void make_slots(temporary_directory& directory, int count) {
  for (int i = 0; i < count; ++i) std::ofstream(directory / ("slot-" + std::to_string(i))) << "";
}

}  // namespace

TEST_CASE("as many slots as there are, each given back by its descriptor") {
  temporary_directory directory;
  make_slots(directory, 2);
  auto first = try_submission_slot(directory.path(), 2);
  REQUIRE(first);
  REQUIRE(first->has_value());
  auto second = try_submission_slot(directory.path(), 2);
  REQUIRE(second);
  REQUIRE(second->has_value());
  const auto third = try_submission_slot(directory.path(), 2);
  REQUIRE(third);
  CHECK_FALSE(third->has_value());
  **first = dm::io::unique_fd();
  const auto again = try_submission_slot(directory.path(), 2);
  REQUIRE(again);
  CHECK(again->has_value());
}

TEST_CASE("a lower limit than there are files holds") {
  temporary_directory directory;
  make_slots(directory, 4);
  const auto only = try_submission_slot(directory.path(), 1);
  REQUIRE(only->has_value());
  CHECK_FALSE(try_submission_slot(directory.path(), 1)->has_value());
}

TEST_CASE("files that may only be read can be slots (D-31)") {
  temporary_directory directory;
  make_slots(directory, 1);
  std::filesystem::permissions(directory / "slot-0", std::filesystem::perms::owner_read);
  CHECK(try_submission_slot(directory.path(), 1)->has_value());
}

TEST_CASE("missing slots are an error that names the file, not a free slot") {
  temporary_directory directory;
  const auto missing = try_submission_slot(directory.path(), 2);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == status_code::not_found);
  CHECK(missing.error().message.find("slot-0") != std::string::npos);
  std::filesystem::create_symlink("/etc/passwd", directory / "slot-0");
  CHECK(try_submission_slot(directory.path(), 1).error().code == status_code::failed_precondition);
}
