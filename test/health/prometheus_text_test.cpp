// Prometheus' text format.
// SPDX-License-Identifier: Apache-2.0
#include "health/prometheus_text.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace dm::health;

namespace {

dm::result<void> read(std::string_view text, std::vector<sample>& into) {
  return read_samples(text, "dm_", [&](const sample& one) { into.push_back(one); });
}

}  // namespace

TEST_CASE("samples are read, with labels and what is escaped in them") {
  std::vector<sample> samples;
  const std::string text =
      "# HELP dm_a Text.\n# TYPE dm_a gauge\n"
      "dm_a 1\n"
      "dm_b{x=\"1\",y=\"a \\\"b\\\\ \\n}, c\"} 2.5e3 1700000000\n"
      "other{x=\"1\" 3\n"
      "dm_c{} +Inf\n";
  REQUIRE(read(text, samples));
  REQUIRE(samples.size() == 3);
  CHECK(samples[0].name == "dm_a");
  CHECK(samples[0].value == 1);
  CHECK(samples[1].label("x") == "1");
  CHECK(samples[1].label("y") == "a \"b\\ \n}, c");
  CHECK(samples[1].label("z").empty());
  CHECK(samples[1].value == 2500);
  CHECK(samples[2].value > 1e300);
}

TEST_CASE("a line that is no sample is told by its number") {
  const auto line =
      GENERATE(as<std::string>{}, "dm_a", "dm_a ", "dm_a x", "dm_a{x=1} 1", "dm_a{x=\"1} 1",
               "dm_a{x=\"1\";} 1", "dm_a{x=\"1\\", "{x=\"1\"} 1", "<html>", "dm_a{");
  CAPTURE(line);
  std::vector<sample> samples;
  const auto result = read(std::string("dm_ok 1\n") + line + "\ndm_ok 2\n", samples);
  REQUIRE_FALSE(result);
  CHECK(result.error().message.find("line 2 ") != std::string::npos);
}
