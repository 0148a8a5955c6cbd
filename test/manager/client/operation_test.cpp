// Operations that are waited for.
// SPDX-License-Identifier: Apache-2.0
#include "client/operation.h"

#include "client/stand_in.h"

#include <catch2/catch.hpp>

#include <atomic>

using namespace dmctl;
using client_test::stand_in;

namespace {

const std::string id(32, 'a');

json::document operation(const std::string& text) { return json::parse_or_throw(text, "test"); }

struct world {
  explicit world(std::function<std::string(const std::string&)> say) : server_side(std::move(say)) {
    where.socket = server_side.socket();
  }
  stand_in server_side;
  place where;
  interruption stop;
};

}  // namespace

TEST_CASE("an operation is asked for until it has ended, also across one that does not answer") {
  std::atomic<int> turn{0};
  world w([&](const std::string& heard) {
    CHECK(heard.find("/operations/" + id + "?wait=1") != std::string::npos);
    switch (turn++) {
      case 0:
        return stand_in::json(200, R"({"id": "a", "status": "RUNNING", "verb": "start",
          "object": "c", "progress": {"stream": {"message": "3 of 4 tasks run"}}})");
      case 1:
        return std::string();
      case 2:
        return stand_in::json(503, R"({"information": "too many requests wait"})");
      case 3:
        return stand_in::json(500, R"({"information": "Internal error"})");
      default:
        return stand_in::json(200, R"({"status": "SUCCEEDED", "ended_at": "x"})");
    }
  });
  connection wire(w.where, std::chrono::milliseconds(1000), w.stop);
  server manager(wire, "", std::chrono::milliseconds(5000));
  progress silent({}, true);
  const auto ended = await_operation(manager, id, silent, std::nullopt);
  CHECK(json::text_of(ended, "status") == "SUCCEEDED");
  CHECK(turn == 5);
}

TEST_CASE("the end of patience is not the end of the operation") {
  world w([](const std::string&) {
    return stand_in::json(200, R"({"status": "RUNNING", "verb": "start", "object": "c"})");
  });
  connection wire(w.where, std::chrono::milliseconds(1000), w.stop);
  server manager(wire, "", std::chrono::milliseconds(5000));
  progress silent({}, true);
  try {
    await_operation(manager, id, silent, std::chrono::milliseconds(50));
    FAIL("it has ended");
  } catch (const problem& late) {
    CHECK(late.code() == exit_code::unfinished);
    CHECK(late.notes().at(0).find("dmctl cancel " + id) != std::string::npos);
  }
}

TEST_CASE("one that is not known is no operation") {
  world w([](const std::string&) { return stand_in::json(404, R"({"information": "none"})"); });
  connection wire(w.where, std::chrono::milliseconds(1000), w.stop);
  server manager(wire, "", std::chrono::milliseconds(5000));
  progress silent({}, true);
  try {
    await_operation(manager, id, silent, std::nullopt);
    FAIL("there is one");
  } catch (const problem& none) {
    CHECK(none.code() == exit_code::not_found);
  }
}

TEST_CASE("who may not ask any more is not told that the operation was refused") {
  world w([](const std::string&) {
    return stand_in::json(401, R"({"information": "the token has expired"})");
  });
  connection wire(w.where, std::chrono::milliseconds(1000), w.stop);
  server manager(wire, "", std::chrono::milliseconds(5000));
  progress silent({}, true);
  try {
    await_operation(manager, id, silent, std::nullopt);
    FAIL("it was told");
  } catch (const problem& refused) {
    CHECK(refused.code() == exit_code::forbidden);
    CHECK(refused.notes().back().find("dmctl wait " + id) != std::string::npos);
  }
}

TEST_CASE("how an operation ended is how dmctl ends") {
  const auto code = [](const std::string& status) {
    return code_of_operation(operation("{\"status\": \"" + status + "\"}"));
  };
  CHECK(code("SUCCEEDED") == exit_code::done);
  CHECK(code("FAILED") == exit_code::failed);
  CHECK(code("CANCELLED") == exit_code::failed);
  CHECK(code("AWAITED") == exit_code::unfinished);
  CHECK(code("SET_ASIDE") == exit_code::unfinished);
}

TEST_CASE("news say what is being done") {
  CHECK(operation_news(operation(R"({"verb": "start", "object": "c", "status": "QUEUED",
                                     "queued_behind": 2})")) == "start c: waits behind 2 others");
  CHECK(operation_news(operation(R"({"verb": "start", "object": "c", "status": "RUNNING",
                                     "phase": "retry"})")) == "start c: retry");
  // The first phase is called as the verb is.
  CHECK(operation_news(operation(R"({"verb": "start", "object": "c", "status": "RUNNING",
                                     "phase": "start"})")) == "start c");
  CHECK(operation_news(operation(R"({"verb": "stop", "object": "c", "status": "RUNNING",
      "phase": "x", "progress": {"a": {"message": "m"}, "b": {"phase": "p"}}})")) ==
        "stop c: a: m; b: p");
}
