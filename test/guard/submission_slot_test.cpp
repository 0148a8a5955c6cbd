// Slots: at most so many clients at once on a node.
// SPDX-License-Identifier: Apache-2.0
#include "guard/submission_slot.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <memory>

#include "../io/temporary_directory.h"

using dm::status_code;
using dm::guard::submission_slot;
using dm::guard::submission_slots;
using dm::test::temporary_directory;

namespace {

void make_slots(temporary_directory& directory, int count, const std::string& prefix) {
  for (int i = 0; i < count; ++i) std::ofstream(directory / (prefix + std::to_string(i))) << "";
}

// As a guard of its own.
submission_slots open(const temporary_directory& directory, int count) {
  auto slots = submission_slots::open(directory.path(), count);
  REQUIRE(slots);
  return std::move(*slots);
}

}  // namespace

TEST_CASE("as many slots as there are, over all guards of the node, each given back") {
  temporary_directory directory;
  make_slots(directory, 2, GENERATE(as<std::string>{}, "submission-", "slot-"));
  auto one = open(directory, 2);
  auto other = open(directory, 2);
  auto third = open(directory, 2);
  CHECK(one.count() == 2);
  auto first = one.try_take();
  REQUIRE(first);
  auto second = other.try_take();
  REQUIRE(second);
  CHECK_FALSE(third.try_take());
  SECTION("by hand") { first->give_back(); }
  SECTION("by its end") { first.reset(); }
  SECTION("by another in its place") { *first = submission_slot(); }
  CHECK(third.try_take());
}

TEST_CASE("a lower limit than there are files holds") {
  temporary_directory directory;
  make_slots(directory, 4, "submission-");
  auto one = open(directory, 1);
  auto other = open(directory, 1);
  const auto only = one.try_take();
  REQUIRE(only);
  CHECK_FALSE(other.try_take());
}

TEST_CASE("files that may only be read can be slots (D-31)") {
  temporary_directory directory;
  make_slots(directory, 1, "submission-");
  std::filesystem::permissions(directory / "submission-0", std::filesystem::perms::owner_read);
  CHECK(open(directory, 1).try_take());
}

TEST_CASE("missing slots are an error that names the file; without slots nobody waits") {
  temporary_directory directory;
  const auto missing = submission_slots::open(directory.path(), 2);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == status_code::not_found);
  CHECK(missing.error().message.find("submission-0") != std::string::npos);
  submission_slots none;
  const auto first = none.try_take();
  CHECK(first);
  CHECK(none.try_take());
}

TEST_CASE("a link in a slot's place is not followed") {
  temporary_directory directory;
  std::ofstream(directory / "target") << "";
  std::filesystem::create_symlink(directory / "target", directory / "submission-0");
  CHECK_FALSE(submission_slots::open(directory.path(), 1));
}

TEST_CASE("slots are given in the order in which they were asked for") {
  temporary_directory directory;
  make_slots(directory, 1, "submission-");
  std::ofstream(directory / "turns") << "";
  auto holder = open(directory, 1);
  auto earlier = open(directory, 1);
  auto later = std::make_unique<submission_slots>(open(directory, 1));
  auto held = holder.try_take();
  REQUIRE(held);
  CHECK_FALSE(earlier.try_take());
  CHECK_FALSE(later->try_take());
  held.reset();
  SECTION("whoever has waited longer is first") {
    CHECK_FALSE(later->try_take());
    auto first = earlier.try_take();
    REQUIRE(first);
    CHECK_FALSE(later->try_take());
    first.reset();
    CHECK(later->try_take());
  }
  SECTION("one that has gone is not waited for") {
    earlier = submission_slots();
    CHECK(later->try_take());
  }
  SECTION("who comes back stands behind") {
    auto first = earlier.try_take();
    REQUIRE(first);
    first.reset();
    CHECK_FALSE(earlier.try_take());
    CHECK(later->try_take());
  }
}

TEST_CASE("a file of turns that says nothing useful holds nobody up") {
  temporary_directory directory;
  make_slots(directory, 1, "submission-");
  std::ofstream(directory / "turns")
      << GENERATE(as<std::string>{}, "x", "not a number at all", std::string(8, '\xFF'));
  auto one = open(directory, 1);
  CHECK(one.try_take());
}
