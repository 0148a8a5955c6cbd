// Server-sent events.
// SPDX-License-Identifier: Apache-2.0
#include "client/event_stream.h"

#include "client/problem.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace dmctl;

TEST_CASE("events come together again, however they are cut") {
  const std::string text =
      "retry: 2000\n\n:\n\nevent: log\ndata: {\"a\": 1}\n\nid: 7\r\ndata: x\r\ndata: y\r\n\r\n"
      "event: end\ndata: {}\n\n";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    std::vector<std::string> seen;
    event_stream stream([&](const std::string& type, const std::string& data) {
      seen.push_back(type + "=" + data);
      return true;
    });
    for (std::size_t at = 0; at < text.size(); at += size) {
      CHECK(stream.feed(std::string_view(text).substr(at, size)));
    }
    CHECK(seen == std::vector<std::string>{"log={\"a\": 1}", "message=x\ny", "end={}"});
  }
}

TEST_CASE("who has enough gets no more, and what is no stream ends") {
  int seen = 0;
  event_stream stream([&](const std::string&, const std::string&) { return ++seen < 2; });
  CHECK_FALSE(stream.feed("data: 1\n\ndata: 2\n\ndata: 3\n\n"));
  CHECK(seen == 2);
  event_stream endless([](const std::string&, const std::string&) { return true; });
  CHECK_THROWS_AS(endless.feed(std::string(5U << 20U, 'x')), problem);
}
