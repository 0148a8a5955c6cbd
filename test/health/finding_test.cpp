// The causes of all findings together.
// SPDX-License-Identifier: Apache-2.0
#include "health/finding.h"

#include <catch2/catch.hpp>

using namespace dm::health;

TEST_CASE("the worst of all counts, and errors come first") {
  report all;
  CHECK(all.severity() == level::ok);
  CHECK(all.causes().empty());
  finding one;
  one.warn("slow");
  all.findings.push_back(one);
  CHECK(all.severity() == level::warn);
  finding other;
  other.fault("away");
  all.findings.push_back(other);
  CHECK(all.severity() == level::error);
  CHECK(all.causes() == std::vector<std::string>{"away", "slow"});
}

TEST_CASE("very many causes are cut, by number and by bytes, and the rest is counted") {
  const std::size_t bytes = GENERATE(10, 400, 4000);
  report all;
  finding one;
  for (int i = 0; i < 1000; ++i) one.warn(std::string(bytes, 'x'));
  one.fault("away");
  all.findings.push_back(one);
  const auto causes = all.causes();
  CHECK(causes.front() == "away");
  CHECK(causes.size() <= 51);
  CHECK(causes.back() == "and " + std::to_string(1001 - (causes.size() - 1)) + " more");
  std::size_t sum = 0;
  for (const std::string& text : causes) sum += text.size();
  CHECK(sum <= 16'100);
}
