// The configuration's part "housekeeping".
// SPDX-License-Identifier: Apache-2.0
#include "configuration/housekeeping_configuration.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

configuration read(const std::string& text, std::vector<problem>& problems) {
  const json::document document = json::parse_or_throw(text, "a test's configuration");
  configuration result;
  configuration_reader root(&document, "$", problems);
  read_housekeeping(root.child("housekeeping"), result);
  return result;
}

}  // namespace

TEST_CASE("nothing is cleaned up unless the configuration says so") {
  std::vector<problem> problems;
  const auto settings = read("{}", problems).housekeeping;
  CHECK(problems.empty());
  CHECK(settings.interval.count() == 0);
  CHECK(settings.kinds.empty());
  CHECK_FALSE(settings.dry_run);
}

TEST_CASE("interval, kinds and ages are read, and all that is wrong in them is told") {
  std::vector<problem> problems;
  const auto settings =
      read(R"({"housekeeping":{"interval_hours":24,"kinds":["staging"],"ages_days":{"staging":2},)"
           R"("dry_run":true}})",
           problems)
          .housekeeping;
  CHECK(problems.empty());
  CHECK(settings.interval == std::chrono::hours(24));
  CHECK(settings.ages_days.at("staging") == 2);
  CHECK(settings.dry_run);
  read(R"({"housekeeping":{"interval_hours":-1,"kinds":["a b"],"ages_days":{"x":-1,"Y":1},"z":1}})",
       problems);
  CHECK(problems.size() == 5);
}
