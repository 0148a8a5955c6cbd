// What came of a clean-up, in words.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/housekeeping_report.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

constexpr const char* reply =
    R"({"entries":[
      {"id":"staging-1","kind":"staging","cleanable":true,"removed":true,"size_bytes":1500000},
      {"id":"staging-2","kind":"staging","cleanable":true,"removed":false},
      {"id":"incident-1","kind":"incident","cleanable":true,"error":{"message":"it was left: x"}},
      {"id":"live-1","kind":"live-without-record","cleanable":false}],
     "withheld":[{"kind":"checkpoint","because":"no active ResourceManager"}]})";

}  // namespace

TEST_CASE("what was removed is counted by kind and size, the rest is said with its reasons") {
  housekeeping_report report(false);
  report.add(json::parse_or_throw(reply, "reply"));
  report.set_gone(2);
  CHECK(report.has_problems());
  CHECK(report.text() ==
        "Removed 1 (staging 1), 1.5 MB; not removed 1 (incident-1: it was left: x); for people to "
        "decide 1; gone, or never there 2; not looked at for sure, and left: checkpoint: no active "
        "ResourceManager");
}

TEST_CASE("a dry run tells what would be removed, and nothing found is no problem") {
  housekeeping_report report(true);
  CHECK(report.text() == "Would remove 0");
  report.add(json::parse_or_throw(
      R"({"entries":[{"id":"a","kind":"staging","cleanable":true,"size_bytes":10}]})", "reply"));
  CHECK(report.text() == "Would remove 1 (staging 1), 10 bytes");
  CHECK_FALSE(report.has_problems());
}

TEST_CASE("a reply of another shape, and many failures, make a short text all the same") {
  housekeeping_report report(false);
  for (const char* odd : {"{}", R"({"entries":7,"withheld":{}})", R"({"entries":[7,null]})"}) {
    report.add(json::parse_or_throw(odd, "reply"));
  }
  std::string entries;
  for (int i = 0; i < 1000; ++i) {
    entries += std::string(entries.empty() ? "" : ",") + R"({"id":"i)" + std::to_string(i) +
               R"(","kind":"staging","cleanable":true,"error":{"message":"x"}})";
  }
  report.add(json::parse_or_throw(R"({"entries":[)" + entries + "]}", "reply"));
  report.add_problem("flink", "does not answer");
  CHECK(report.text().size() < 1000);
  CHECK(report.text().find("not removed 1000") != std::string::npos);
  CHECK(report.text().find("flink: does not answer") != std::string::npos);
}
