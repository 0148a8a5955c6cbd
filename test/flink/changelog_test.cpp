// Jobs with Flink's changelog, and how they are restored.
// SPDX-License-Identifier: Apache-2.0
#include "flink/changelog.h"

#include <catch2/catch.hpp>

#include "recorded.h"

using namespace dm::flink;

TEST_CASE("a command with the changelog switched on is known by either form and either key") {
  CHECK(uses_changelog({"run", "-yD", "state.changelog.enabled=true", "a.jar"}));
  CHECK(uses_changelog({"run", "-Dstate.changelog.enabled=true"}));
  CHECK(uses_changelog({"run", "-yD", "state.backend.changelog.enabled=true"}));
  CHECK_FALSE(uses_changelog({"run", "-yD", "state.changelog.enabled=false"}));
  CHECK_FALSE(uses_changelog({"run", "-yD", "state.changelog.storage=filesystem"}));
  CHECK_FALSE(uses_changelog({"run", "state.changelog.enabled", "-D", "="}));
  CHECK_FALSE(uses_changelog({}));
}

TEST_CASE("its restore points are left alone where a version can do that (INV-2)") {
  CHECK(changelog_claim_mode(dm::test::flink("1.13.6")) == "");
  CHECK(changelog_claim_mode(dm::test::flink("1.15.4")) == "legacy");
  CHECK(changelog_claim_mode(dm::test::flink("1.20.5")) == "legacy");
  CHECK_FALSE(changelog_claim_mode(dm::test::flink("2.0.0")));
  CHECK_FALSE(changelog_claim_mode(dm::test::flink("2.3.0")));
}
