// The HTTP client against servers that misbehave, and operations that end early.
#include <signal.h>

#include <catch2/catch.hpp>
#include <thread>

#include "fake/http_server.h"
#include "io/http.h"

using namespace dm::io;
using dm::status_code;
using dm::fake::disturbance;
using kind = dm::fake::disturbance::kind;
using std::chrono::steady_clock;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));

dm::fake::response plain(const dm::fake::request&) {
  return dm::fake::json(200, std::string(1000, 'x'));
}

http_request ask(const std::string& url, const std::string& method = "GET") {
  http_request request;
  request.method = method;
  request.url = url;
  request.timeout = milliseconds(500);
  return request;
}

disturbance trouble(kind what) {
  disturbance d;
  d.what = what;
  return d;
}

}  // namespace

TEST_CASE("a request in which nothing moves is given up before its time") {
  dm::fake::http_server server([](const dm::fake::request&) { return dm::fake::json(200, "{}"); });
  dm::fake::disturbance silent;
  silent.what = dm::fake::disturbance::kind::never;
  server.disturb_next(silent);
  http_client http;
  http_request request;
  request.method = "PUT";
  request.url = server.address() + "/x";
  request.timeout = until_deadline;
  request.stall_limit = std::chrono::seconds(1);
  const auto answer = http.perform(operation::within(std::chrono::minutes(1)), request);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == dm::status_code::unavailable);
  CHECK(answer.error().maybe_done);
}

TEST_CASE("an answer that does not come, or not whole, is UNAVAILABLE and says what happened") {
  dm::fake::http_server server(plain);
  http_client http;
  const auto [what, words] = GENERATE(table<kind, std::string>({
      {kind::never, "no answer within 500 ms"},
      {kind::close, "closed the connection without an answer"},
      {kind::half_body, "in the middle of its answer"},
      {kind::half_header, ""},
      {kind::reset, ""},
      {kind::half_body_reset, ""},
  }));
  INFO(static_cast<int>(what));
  server.disturb_next(trouble(what), 10);  // libcurl repeats a GET on a kept connection
  const auto answer = http.perform(in_time, ask(server.address() + "/where?token=SECRET"));
  if (what == kind::half_header && answer) {
    CHECK(answer->body.empty());  // a header cut at a line's end cannot be told from a whole one
    return;
  }
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == status_code::unavailable);
  CHECK(answer.error().message.find("GET " + server.address() + "/where?token=***: ") == 0);
  CHECK(answer.error().message.find(words) != std::string::npos);
  CHECK(answer.error().text().find("SECRET") == std::string::npos);
  CHECK_FALSE(answer.error().maybe_done);
}

TEST_CASE("the text of a refused connection says nothing of how long it took") {
  dm::fake::http_server server(plain);
  server.stop();
  http_client http;
  const auto refused = http.perform(in_time, ask(server.address()));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message ==
        "GET " + ask(server.address()).url + ": Failed to connect to 127.0.0.1 port " +
            std::to_string(server.port()) + ": Couldn't connect to server");
}

TEST_CASE("a refused connection and an unknown host are UNAVAILABLE, and nothing was done") {
  dm::fake::http_server server(plain);
  server.stop();
  http_client http;
  for (const char* method : {"GET", "PUT"}) {
    const auto answer = http.perform(in_time, ask(server.address(), method));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == status_code::unavailable);
    CHECK_FALSE(answer.error().maybe_done);
  }
  const auto unknown = http.perform(in_time, ask("http://no-such-host.invalid/"));
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == status_code::unavailable);
  CHECK(unknown.error().message.find("cannot be resolved") != std::string::npos);
}

TEST_CASE("what changed something and got no answer may have been done, and is sent once") {
  dm::fake::http_server server(plain);
  http_client http;
  REQUIRE(http.perform(in_time, ask(server.address())));  // leaves a kept connection
  const std::string method = GENERATE("PUT", "POST", "DELETE", "PATCH");
  const auto what = GENERATE(kind::never, kind::close, kind::reset, kind::half_body);
  server.forget_requests();
  server.disturb_next(trouble(what));
  const auto answer = http.perform(in_time, ask(server.address(), method));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == status_code::unavailable);
  CHECK(answer.error().maybe_done);
  CHECK(answer.error().message.find("not known") != std::string::npos);
  CHECK(server.request_count() == 1);
}

TEST_CASE("a body beyond the limit is RESOURCE_EXHAUSTED, announced or not") {
  const bool chunked = GENERATE(false, true);
  dm::fake::http_server server([&](const dm::fake::request&) {
    auto r = dm::fake::json(200, std::string(100'000, 'x'));
    r.chunked = chunked;
    return r;
  });
  http_client http;
  http_request request = ask(server.address());
  request.max_body_bytes = 99'999;
  const auto answer = http.perform(in_time, request);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == status_code::resource_exhausted);
  CHECK(answer.error().message.find("99999 bytes") != std::string::npos);
  request.max_body_bytes = 100'000;
  CHECK(http.perform(in_time, request));
}

TEST_CASE("an answer that drips is bounded by the request's time") {
  dm::fake::http_server server(plain);
  http_client http;
  disturbance slow = trouble(kind::drip);
  slow.delay = milliseconds(5);
  server.disturb_next(slow);
  const auto answer = http.perform(in_time, ask(server.address()));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == status_code::unavailable);
  CHECK(answer.error().message.find("not complete after 500 ms") != std::string::npos);
}

TEST_CASE("the operation's deadline is DEADLINE_EXCEEDED, whatever the request's own time") {
  dm::fake::http_server server(plain);
  server.disturb([](const dm::fake::request&) { return trouble(kind::never); });
  http_client http;
  http_request request = ask(server.address(), "PUT");
  request.timeout = GENERATE(milliseconds(100),
                             std::chrono::duration_cast<milliseconds>(std::chrono::minutes(1)));
  const auto answer = http.perform(operation::within(milliseconds(100)), request);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == status_code::deadline_exceeded);
  CHECK(answer.error().maybe_done);
}

TEST_CASE("a cancelled operation ends at once, whatever the server does (DM-20)") {
  dm::fake::http_server server(plain);
  disturbance slow = trouble(GENERATE(kind::never, kind::drip));
  slow.delay = milliseconds(5);
  server.disturb([slow](const dm::fake::request&) { return slow; });
  http_client http;
  cancellation cancel;
  const operation op(steady_time::max(), &cancel);
  http_request request = ask(server.address());
  request.timeout = std::chrono::minutes(5);
  std::thread other([&] {
    while (server.request_count() == 0) std::this_thread::sleep_for(milliseconds(1));
    cancel.cancel();
  });
  const auto start = steady_clock::now();
  const std::vector<http_request> requests(3, request);
  for (const auto& answer : http.perform_all(op, requests)) {
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == status_code::cancelled);
  }
  CHECK(steady_clock::now() - start < std::chrono::seconds(20));  // and not the five minutes
  other.join();
}

TEST_CASE("an operation that is over sends nothing") {
  dm::fake::http_server server(plain);
  http_client http;
  cancellation cancel;
  cancel.cancel();
  CHECK(http.perform(operation(steady_time::max(), &cancel), ask(server.address())).error().code ==
        status_code::cancelled);
  CHECK(http.perform(operation::within(milliseconds(0)), ask(server.address())).error().code ==
        status_code::deadline_exceeded);
  CHECK(server.connection_count() == 0);
}

TEST_CASE("a batch with one dead server still has the others' answers") {
  dm::fake::http_server good(plain);
  dm::fake::http_server silent(plain);
  silent.disturb([](const dm::fake::request&) { return trouble(kind::never); });
  http_client http;
  const std::vector<http_request> requests = {ask(silent.address()), ask(good.address()),
                                              ask("http://127.0.0.1:1/"), ask(good.address())};
  const auto answers = http.perform_all(in_time, requests, 1);
  CHECK_FALSE(answers[0]);
  CHECK(answers[1]);
  CHECK_FALSE(answers[2]);
  CHECK(answers[3]);
}

TEST_CASE("a connection that died while idle is replaced") {
  dm::fake::http_server server(plain);
  http_client http;
  REQUIRE(http.perform(in_time, ask(server.address())));
  server.stop();
  server.start();
  CHECK(http.perform(in_time, ask(server.address())));
  CHECK(http.perform(in_time, ask(server.address(), "PUT")));
}

TEST_CASE("no SIGPIPE reaches the process, and the thread's mask is as before (D-20, DM-23)") {
  // With the default disposition a SIGPIPE would end the tests.
  dm::fake::http_server server(plain);
  server.disturb([](const dm::fake::request&) { return trouble(kind::close); });
  http_client http;
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  CHECK(sigismember(&before, SIGPIPE) == 0);
  for (int i = 0; i < 20; ++i) {
    http_request request = ask(server.address(), "PUT");
    request.body.assign(4'000'000, 'x');
    CHECK_FALSE(http.perform(in_time, request));
  }
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  CHECK(sigismember(&after, SIGPIPE) == 0);
  sigset_t pending;
  sigpending(&pending);
  CHECK(sigismember(&pending, SIGPIPE) == 0);
}
