// HTTP to a Deployment Manager that answers, is silent, or says nonsense.
// SPDX-License-Identifier: Apache-2.0
#include "client/connection.h"

#include "client/stand_in.h"

#include <catch2/catch.hpp>

#include <unistd.h>
#include <atomic>
#include <csignal>
#include <thread>

using namespace dmctl;
using client_test::stand_in;

namespace {

place at(const std::string& socket) {
  place where;
  where.socket = socket;
  return where;
}

constexpr std::chrono::milliseconds second{1000};

}  // namespace

TEST_CASE("a request is what was asked for, an answer is whole") {
  const interruption stop;
  stand_in server([](const std::string&) {
    return stand_in::json(202, "{}",
                          "Location: /operations/12\r\nLink: </x?after=b>; rel=\"next\"\r\n");
  });
  connection wire(at(server.socket()), second, stop);
  request what;
  what.method = "PUT";
  what.target = "/a%20b?x=1";
  what.body = "{\"a\":1}";
  const answer told = wire.ask(what);
  CHECK(told.status == 202);
  CHECK(told.body == "{}");
  CHECK(told.location == "/operations/12");
  CHECK(told.link == "</x?after=b>; rel=\"next\"");
  const std::string heard = server.heard().at(0);
  CHECK(heard.starts_with("PUT /a%20b?x=1 HTTP/1.1\r\n"));
  CHECK(heard.find("Content-Type: application/json\r\n") != std::string::npos);
  CHECK(heard.ends_with("{\"a\":1}"));
}

TEST_CASE("a token comes from its file, alone or as a header's line") {
  const interruption stop;
  const client_test::temporary_directory files;
  stand_in server([](const std::string&) { return stand_in::json(200, "{}"); });
  place where = at(server.socket());
  where.token_file = files.path() / "token";
  for (const char* text : {"dm_1_2\n", "Authorization: Bearer dm_1_2\n"}) {
    client_test::write_file(where.token_file, text, 0600);
    connection(where, second, stop).ask({});
    CHECK(server.heard().back().find("Authorization: Bearer dm_1_2\r\n") != std::string::npos);
  }
  for (const char* text : {"", "\n", "a\r\nX-Other: b"}) {
    client_test::write_file(where.token_file, text, 0600);
    CHECK_THROWS_WITH(connection(where, second, stop), Catch::Contains("holds no token"));
  }
  client_test::write_file(where.token_file, "dm_1_2", 0644);
  CHECK_THROWS_WITH(connection(where, second, stop), Catch::Contains("chmod 600"));
}

TEST_CASE("nobody there is told apart from an answer that was lost, and nothing is sent twice") {
  const interruption stop;
  request write;
  write.method = "POST";
  write.body = "{}";
  {
    connection wire(at("/nonexistent/socket"), second, stop);
    try {
      wire.ask(write);
      FAIL("somebody answered");
    } catch (const no_answer& silent) {
      CHECK_FALSE(silent.sent);
      CHECK(silent.code() == exit_code::unreachable);
      // The address is the socket's path, not the host that its requests are written for.
      CHECK(std::string(silent.what()) ==
            "/nonexistent/socket does not answer: No such file or directory");
    }
  }
  stand_in server([](const std::string& heard) {
    return heard.starts_with("GET") ? stand_in::json(200, "{}") : std::string();
  });
  connection wire(at(server.socket()), second, stop);
  wire.ask({});
  try {
    wire.ask(write);
    FAIL("it answered");
  } catch (const no_answer& lost) {
    CHECK(lost.sent);
  }
  CHECK(server.heard().size() == 2);
}

TEST_CASE("who is silent is given up, who sends without end is cut") {
  const interruption stop;
  std::atomic<bool> goes_on{true};
  {
    stand_in server([&](const std::string&) {
      while (goes_on) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return std::string();
    });
    connection wire(at(server.socket()), second, stop);
    request what;
    what.longest = second;
    CHECK_THROWS_AS(wire.ask(what), no_answer);
    goes_on = false;
  }
  stand_in endless([](const std::string&) {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(66U << 20U, ' ');
  });
  connection wire(at(endless.socket()), second, stop);
  CHECK_THROWS_WITH(wire.ask({}), Catch::Contains("64 MiB"));
}

TEST_CASE("a stream is handed over piece by piece until there is enough") {
  const interruption stop;
  stand_in server([](const std::string&) {
    return std::string("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\ndata: 1\n\ndata: 2\n\n");
  });
  connection wire(at(server.socket()), second, stop);
  std::string seen;
  request what;
  what.receive = [&](std::string_view piece) {
    seen += piece;
    return true;
  };
  CHECK(wire.ask(what).status == 200);
  CHECK(seen == "data: 1\n\ndata: 2\n\n");
  what.receive = [](std::string_view) { return false; };
  CHECK(wire.ask(what).cut);
}

TEST_CASE("a signal ends the waiting at once") {
  const interruption stop;
  std::atomic<bool> goes_on{true};
  stand_in server([&](const std::string&) {
    while (goes_on) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return std::string();
  });
  connection wire(at(server.socket()), second, stop);
  std::thread sender([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ::kill(::getpid(), SIGINT);
  });
  CHECK_THROWS_AS(wire.ask({}), interrupted);
  CHECK(stop.requested());
  sender.join();
  goes_on = false;
}
