// What 1.1 has appended to the table: session_cancel (DM-26) and find.
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <future>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "world.h"

using namespace conformance;
using namespace std::chrono_literals;

namespace {

// Far beyond what is promised, far below what a lost wake-up would take.
constexpr auto hangs = 20s;

}  // namespace

TEST_CASE("DM-26: session_cancel ends what runs, with a call and without, and what comes later") {
  const library plugin;
  const node_folder node;
  silent_server silent;
  const recorder record;
  const session opened(plugin, record, environment_document(node, silent.port()));
  const call known(plugin, opened, 120'000);
  std::vector<std::future<reply>> running;
  for (dm_call* under : std::vector<dm_call*>{known.get(), nullptr, nullptr}) {
    running.push_back(std::async(std::launch::async, [&, under] {
      return opened.run(plugin->validate, validate_request(true), under);
    }));
  }
  REQUIRE(silent.wait_for_client());
  plugin->session_cancel(opened.get());
  for (std::future<reply>& one : running) {
    REQUIRE(one.wait_for(hangs) == std::future_status::ready);
    const reply answer = one.get();
    CHECK(answer.status == DM_STATUS_CANCELLED);
    CHECK(answer.error_code() == "CANCELLED");
  }
  for (const auto& [name, verb] : verbs(plugin)) {
    INFO(name);
    CHECK(opened.run(verb, component_request()).status == DM_STATUS_CANCELLED);
  }
  plugin->session_cancel(opened.get());
  plugin->session_cancel(nullptr);  // DM-15
}

TEST_CASE("find gives back what create has returned, to a host that has nothing but names") {
  const library plugin;
  world w;
  const recorder record;
  rapidjson::Document data;
  {
    const session dm(plugin, record, w.environment());
    data = w.create(plugin, dm);
  }
  const session later(plugin, record, w.environment());
  const reply found = later.run(plugin->find, text_of(sample("find_request")));
  INFO(found.text);
  REQUIRE(found.status == DM_STATUS_OK);
  REQUIRE(found.json["components"].Size() == 1);
  CHECK(text_of(found.json["components"][0]["data"]) == text_of(data));
  check_shape(found.json, "find_reply");

  CHECK(later.run(plugin->find, R"({"schema":1,"namespace":"production"})")
            .json["components"]
            .Size() == 1);
  CHECK(later.run(plugin->find, R"({"schema":1,"namespace":"other"})").json["components"].Empty());
}

TEST_CASE("find of a component that is not here is NOT_FOUND; a wrong request lists its problems") {
  const library plugin;
  world w;
  const recorder record;
  const session dm(plugin, record, w.environment());
  const reply absent = dm.run(
      plugin->find, R"({"schema":1,"namespace":"production","application":"a","component":"b"})");
  CHECK(absent.status == DM_STATUS_NOT_FOUND);
  CHECK(absent.error_message().find("production/a/b") != std::string::npos);
  const reply wrong = dm.run(plugin->find, R"({"schema":1,"namespace":"Prod","component":"../x"})");
  CHECK(wrong.status == DM_STATUS_INVALID_ARGUMENT);
  CHECK(wrong.has_detail("$.namespace"));
  CHECK(wrong.has_detail("$.application"));
  CHECK(wrong.has_detail("$.component"));
}
