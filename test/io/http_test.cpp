// The HTTP client against a server that behaves: what is sent, what is read, the waits.
#include "io/http.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <new>
#include <thread>

#include "fake/http_server.h"
#include "io/file.h"
#include "temporary_directory.h"

using namespace dm::io;
using dm::status_code;
using std::chrono::steady_clock;

namespace {

dm::fake::response echo(const dm::fake::request& asked) {
  return dm::fake::json(200, asked.method + " " + asked.target + " " + asked.body);
}

http_request get(const std::string& url) {
  http_request request;
  request.url = url;
  return request;
}

const operation in_time = operation::within(std::chrono::minutes(1));

}  // namespace

TEST_CASE("a GET is sent as it should be") {
  dm::fake::http_server server(echo);
  http_client http;
  const auto answer = http.perform(in_time, get(server.address() + "/a%20b?c=d"));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->json());
  CHECK(answer->body == "GET /a%20b?c=d ");
  const auto asked = server.requests().front();
  CHECK(asked.header("accept") == "application/json");
  CHECK(asked.header("user-agent") == "dm-flink/1.0");
  CHECK_FALSE(asked.headers.contains("content-type"));
  CHECK_FALSE(asked.headers.contains("expect"));
}

TEST_CASE("a body of a file is sent from its beginning, wherever the descriptor stands") {
  dm::fake::http_server server(echo);
  http_client http;
  const dm::test::temporary_directory directory;
  const std::string content(1'000'000, 'b');
  std::ofstream(directory / "file") << content;
  unique_fd file(::open((directory / "file").c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::lseek(file.get(), 10, SEEK_SET) == 10);
  http_request request = get(server.address() + "/x");
  request.method = "PUT";
  request.body_file = file.get();
  request.body_file_bytes = GENERATE(std::int64_t{0}, std::int64_t{1'000'000});
  const auto answer = http.perform(in_time, request);
  REQUIRE(answer);
  CHECK(answer->body ==
        "PUT /x " + content.substr(0, static_cast<std::size_t>(request.body_file_bytes)));
  CHECK(::lseek(file.get(), 0, SEEK_CUR) == 10);
  request.body_file_bytes = 1'000'001;
  CHECK(http.perform(in_time, request).error().code == status_code::failed_precondition);
}

TEST_CASE("methods and bodies are sent as asked") {
  dm::fake::http_server server(echo);
  http_client http;
  http_request request = get(server.address() + "/x");
  request.body = GENERATE(std::string(), std::string("text"), std::string("with\0zero", 9),
                          std::string(100'000, 'b'));
  request.method = GENERATE(std::string("PUT"), std::string("POST"), std::string("PATCH"),
                            std::string("DELETE"));
  const auto answer = http.perform(in_time, request);
  REQUIRE(answer);
  const auto asked = server.requests().front();
  CHECK(asked.method == request.method);
  CHECK(asked.body == request.body);
  CHECK_FALSE(asked.headers.contains("content-type"));
  CHECK_FALSE(asked.headers.contains("expect"));
  if (request.method == "PUT" || request.method == "POST") {
    CHECK(asked.header("content-length") == std::to_string(request.body.size()));
  }
}

TEST_CASE("a HEAD has no body") {
  dm::fake::http_server server(echo);
  http_client http;
  http_request request = get(server.address() + "/x");
  request.method = "HEAD";
  const auto answer = http.perform(in_time, request);
  REQUIRE(answer);
  CHECK(answer->body.empty());
}

TEST_CASE("headers that are given are sent, and replace the default ones") {
  dm::fake::http_server server(echo);
  http_client http;
  http_request request = get(server.address() + "/x");
  request.method = "POST";
  request.headers = {"Accept: text/plain", "content-type: text/xml", "X-Other: 1"};
  REQUIRE(http.perform(in_time, request));
  const auto asked = server.requests().front();
  CHECK(asked.header("accept") == "text/plain");
  CHECK(asked.header("content-type") == "text/xml");
  CHECK(asked.header("x-other") == "1");
}

TEST_CASE("a user and password go as basic authentication") {
  dm::fake::http_server server(echo);
  http_client http;
  http_request request = get(server.address() + "/x");
  request.user_password = "dm:secret";
  REQUIRE(http.perform(in_time, request));
  CHECK(server.requests().front().header("authorization") == "Basic ZG06c2VjcmV0");
}

TEST_CASE("status, type and Location of an answer are read; a redirect is not followed") {
  dm::fake::http_server server([](const dm::fake::request&) {
    auto r = dm::fake::text(307, "elsewhere", "Text/HTML; Charset=UTF-8");
    r.headers.emplace_back("LOCATION", "http://127.0.0.1:1/other?a=b");
    return r;
  });
  http_client http;
  const auto answer = http.perform(in_time, get(server.address()));
  REQUIRE(answer);
  CHECK(answer->status == 307);
  CHECK(answer->content_type == "text/html");
  CHECK_FALSE(answer->json());
  CHECK(answer->location == "http://127.0.0.1:1/other?a=b");
  CHECK(server.request_count() == 1);
}

TEST_CASE("chunked and large bodies arrive whole") {
  const std::string large(3'000'000, 'q');
  dm::fake::http_server server([&](const dm::fake::request&) {
    auto r = dm::fake::json(200, large);
    r.chunked = true;
    return r;
  });
  http_client http;
  const auto answer = http.perform(in_time, get(server.address()));
  REQUIRE(answer);
  CHECK(answer->body == large);
}

TEST_CASE("connections are kept for the next request, and closed when told so") {
  dm::fake::http_server server(echo);
  http_client http;
  for (int i = 0; i < 5; ++i) REQUIRE(http.perform(in_time, get(server.address())));
  CHECK(server.connection_count() == 1);
  http.close_idle();
  REQUIRE(http.perform(in_time, get(server.address())));
  CHECK(server.connection_count() == 2);
}

TEST_CASE("a request that changes something takes a connection of its own") {
  dm::fake::http_server server(echo);
  http_client http;
  http_request put = get(server.address());
  put.method = "PUT";
  REQUIRE(http.perform(in_time, get(server.address())));
  REQUIRE(http.perform(in_time, put));
  CHECK(server.connection_count() == 2);
}

TEST_CASE("an environment's proxy is not used") {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  dm::fake::http_server server(echo);
  http_client http;
  CHECK(http.perform(in_time, get(server.address())));
  ::unsetenv("http_proxy");
}

TEST_CASE("a unix socket is asked instead of the URL's host") {
  const dm::test::temporary_directory directory;
  dm::fake::http_server server(echo, directory / "socket");
  http_client http;
  http_request request = get("http://supervisor/RPC2");
  request.unix_socket = directory / "socket";
  const auto answer = http.perform(in_time, request);
  REQUIRE(answer);
  CHECK(answer->body == "GET /RPC2 ");
}

TEST_CASE("a socket that nobody listens at is named by its path, and no host or port is") {
  const dm::test::temporary_directory directory;
  http_client http;
  http_request request = get("http://localhost/RPC2");
  request.unix_socket = directory / "none";
  const auto answer = http.perform(in_time, request);
  REQUIRE_FALSE(answer);
  const std::string message = answer.error().message;
  CHECK(message.find("by the socket " + (directory / "none")) != std::string::npos);
  CHECK(message.find("No such file or directory") != std::string::npos);
  CHECK(message.find("port 80") == std::string::npos);
}

TEST_CASE("many requests run side by side, and each gets its own answer") {
  dm::fake::http_server server(echo);
  http_client http;
  std::vector<http_request> requests;
  for (int i = 0; i < 300; ++i) requests.push_back(get(server.address() + "/" + std::to_string(i)));
  requests.push_back(get("ftp://127.0.0.1/"));
  const auto answers = http.perform_all(in_time, requests, 16);
  REQUIRE(answers.size() == requests.size());
  for (std::size_t i = 0; i < 300; ++i) {
    REQUIRE(answers[i]);
    CHECK(answers[i]->body == "GET /" + std::to_string(i) + " ");
  }
  CHECK(answers.back().error().code == status_code::invalid_argument);
  CHECK(server.connection_count() <= 16);
  CHECK(http.perform_all(in_time, {}).empty());
}

TEST_CASE("requests are made when their turn comes, and answers taken as they come") {
  dm::fake::http_server server(echo);
  http_client http;
  std::size_t made = 0;
  std::size_t taken = 0;
  std::size_t most_in_memory = 0;
  std::size_t good = 0;
  http.perform_each(
      in_time, 300,
      [&](std::size_t i) {
        most_in_memory = std::max(most_in_memory, ++made - taken);
        return i % 7 == 3 ? get("ftp://127.0.0.1/")
                          : get(server.address() + "/" + std::to_string(i));
      },
      [&](std::size_t i, const dm::result<http_response>& answer) {
        ++taken;
        if (i % 7 == 3) {
          good += !answer && answer.error().code == status_code::invalid_argument;
        } else {
          good += answer && answer->body == "GET /" + std::to_string(i) + " ";
        }
      },
      16);
  CHECK(good == 300);
  CHECK(taken == 300);
  CHECK(most_in_memory <= 16);
}

TEST_CASE("the end of an operation gives every request an answer, made or not") {
  dm::fake::http_server server(echo);
  server.disturb([](const dm::fake::request&) { return dm::fake::disturbance{}; });
  http_client http;
  std::size_t made = 0;
  std::vector<int> taken(20, 0);
  http.perform_each(
      operation::within(milliseconds(50)), 20,
      [&](std::size_t) {
        ++made;
        return get(server.address());
      },
      [&](std::size_t i, const dm::result<http_response>& answer) {
        taken[i] += !answer && answer.error().code == status_code::deadline_exceeded;
      },
      4);
  CHECK(made == 4);
  CHECK(taken == std::vector<int>(20, 1));
}

TEST_CASE("what a taker throws ends the requests, and the client goes on") {
  dm::fake::http_server server(echo);
  http_client http;
  const std::vector<http_request> requests(20, get(server.address()));
  CHECK_THROWS_AS(
      http.perform_each(
          in_time, 20, [&](std::size_t i) { return requests[i]; },
          [](std::size_t, const dm::result<http_response>&) { throw std::bad_alloc(); }),
      std::bad_alloc);
  CHECK(http.perform(in_time, requests.front()));
}

TEST_CASE("requests one after the other on the same handle have nothing of each other") {
  dm::fake::http_server server([](const dm::fake::request& asked) {
    auto answer = echo(asked);
    answer.body += "|" + asked.header("authorization") + "|" + asked.header("x-mark");
    return answer;
  });
  http_client http;
  std::vector<http_request> requests(8, get(server.address() + "/a"));
  requests[1].headers = {"X-Mark: 1"};
  requests[2].user_password = "user:secret";
  requests[3].method = "POST";
  requests[3].body = "text";
  requests[4].method = "HEAD";
  requests[5].max_body_bytes = 3;
  requests[6].url += "\n";
  const auto answers = http.perform_all(in_time, requests, 1);
  CHECK(answers[0]->body == "GET /a ||");
  CHECK(answers[1]->body == "GET /a ||1");
  CHECK(answers[2]->body == "GET /a |Basic dXNlcjpzZWNyZXQ=|");
  CHECK(answers[3]->body == "POST /a text||");
  CHECK(answers[4]->body.empty());
  CHECK(answers[5].error().code == status_code::resource_exhausted);
  CHECK(answers[6].error().code == status_code::invalid_argument);
  CHECK(answers[7]->body == "GET /a ||");
}

TEST_CASE("rounds of one operation keep their connections, and close them at its end (DM-18)") {
  dm::fake::http_server server(echo);
  http_client http;
  std::size_t good = 0;
  {
    http_client::rounds rounds(http, 16);
    for (int round = 0; round < 3; ++round) {
      rounds.perform_each(
          in_time, 100, [&](std::size_t) { return get(server.address()); },
          [&](std::size_t, const dm::result<http_response>& answer) {
            good += answer.has_value();
          });
    }
    CHECK(server.connection_count() <= 16);
  }
  CHECK(good == 300);
  for (int i = 0; i < 500 && server.open_connections() > 0; ++i)
    std::this_thread::sleep_for(milliseconds(10));
  CHECK(server.open_connections() == 0);
}

TEST_CASE("slow requests wait side by side, not one after another") {
  dm::fake::http_server server([](const dm::fake::request& asked) {
    std::this_thread::sleep_for(milliseconds(200));
    return echo(asked);
  });
  http_client http;
  const std::vector<http_request> requests(50, get(server.address()));
  const auto start = steady_clock::now();
  for (const auto& answer : http.perform_all(in_time, requests)) CHECK(answer);
  CHECK(steady_clock::now() - start < milliseconds(50 * 200 / 2));
}

TEST_CASE("one client serves several threads") {
  dm::fake::http_server server(echo);
  http_client http;
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string path = "/" + std::to_string(t) + "/" + std::to_string(i);
        const auto answer = http.perform(in_time, get(server.address() + path));
        if (answer && answer->body == "GET " + path + " ") ++good;
        if (t == 0) http.close_idle();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 160);
}

TEST_CASE("no descriptor stays behind when a client ends (DM-18)") {
  const auto open_descriptors = [] {
    int count = 0;
    for (int fd = 0; fd < 1024; ++fd) count += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    return count;
  };
  dm::fake::http_server server([](const dm::fake::request& asked) {
    auto r = echo(asked);
    r.close = true;  // else the server's own descriptor of the connection would be counted
    return r;
  });
  const int before = open_descriptors();
  {
    http_client http;
    for (int i = 0; i < 3; ++i) REQUIRE(http.perform(in_time, get(server.address())));
  }
  for (int i = 0; i < 500 && server.open_connections() > 0; ++i)
    std::this_thread::sleep_for(milliseconds(10));
  CHECK(open_descriptors() == before);
}

TEST_CASE("sleep lasts as long as it is told, unless the operation ends") {
  http_client http;
  const auto start = steady_clock::now();
  CHECK(http.sleep(in_time, milliseconds(60)));
  CHECK(steady_clock::now() - start >= milliseconds(60));
  CHECK(http.sleep(in_time, milliseconds(-1)));

  CHECK(http.sleep(operation::within(milliseconds(20)), std::chrono::minutes(1)).error().code ==
        status_code::deadline_exceeded);

  cancellation cancel;
  const operation op(steady_time::max(), &cancel);
  std::thread other([&] {
    std::this_thread::sleep_for(milliseconds(30));
    cancel.cancel();
  });
  CHECK(http.sleep(op, std::chrono::minutes(10)).error().code == status_code::cancelled);
  other.join();
  CHECK(http.sleep(op, milliseconds(0)).error().code == status_code::cancelled);
}

TEST_CASE("a wait for descriptors ends when one is readable, or after its time") {
  http_client http;
  const unique_fd quiet(::eventfd(0, EFD_CLOEXEC));
  const unique_fd loud(::eventfd(1, EFD_CLOEXEC));
  const int both[] = {quiet.get(), loud.get()};
  const int one[] = {quiet.get()};
  const int closed[] = {1'000'000};
  CHECK(http.wait_readable(in_time, both, std::chrono::minutes(1)).value() == true);
  CHECK(http.wait_readable(in_time, one, milliseconds(20)).value() == false);
  CHECK(http.wait_readable(in_time, closed, milliseconds(20)).error().code ==
        status_code::invalid_argument);
  cancellation cancel;
  cancel.cancel();
  CHECK(http.wait_readable(operation(steady_time::max(), &cancel), both, milliseconds(20))
            .error()
            .code == status_code::cancelled);
}

TEST_CASE(
    "of several who could answer the first good answer counts, and nobody else is waited for") {
  dm::fake::http_server silent([](const dm::fake::request& asked) { return echo(asked); });
  silent.disturb([](const dm::fake::request&) { return dm::fake::disturbance{}; });
  dm::fake::http_server refusing(
      [](const dm::fake::request&) { return dm::fake::text(307, "not me"); });
  dm::fake::http_server serving(echo);
  http_client http;
  const auto good = [](const dm::result<dm::io::http_response>& answer) {
    return answer && answer->status == 200;
  };
  const std::vector<http_request> requests = {get(silent.address()), get(refusing.address()),
                                              get(serving.address())};
  const auto start = steady_clock::now();
  for (const milliseconds head_start : {milliseconds(0), milliseconds(50)}) {
    const auto first = http.perform_first(in_time, requests, head_start, good);
    REQUIRE(first.winner == 2U);
    CHECK(first.answers.at(2)->status == 200);
    CHECK(first.answers.at(0).error().code == status_code::unavailable);
  }
  CHECK(steady_clock::now() - start < std::chrono::seconds(7));  // a request's limit is ten
  CHECK(http.perform_first(in_time, {}, milliseconds(0), good).winner == std::nullopt);
}

TEST_CASE("while the first one answers in time the others are not asked") {
  dm::fake::http_server first(echo);
  dm::fake::http_server second(echo);
  http_client http;
  const std::vector<http_request> requests = {get(first.address()), get(second.address())};
  const auto any = [](const dm::result<dm::io::http_response>& answer) { return bool(answer); };
  CHECK(http.perform_first(in_time, requests, std::chrono::minutes(1), any).winner == 0U);
  CHECK(second.request_count() == 0);
  first.stop();  // of no use: the others are asked at once
  CHECK(http.perform_first(in_time, requests, std::chrono::minutes(1), any).winner == 1U);
}

TEST_CASE("when none is good all answers are told, and an operation's end ends the wait") {
  dm::fake::http_server one(echo);
  dm::fake::http_server silent(echo);
  silent.disturb([](const dm::fake::request&) { return dm::fake::disturbance{}; });
  http_client http;
  const auto none = [](const dm::result<dm::io::http_response>&) { return false; };
  const std::vector<http_request> both = {get(one.address()), get(one.address())};
  const auto told = http.perform_first(in_time, both, milliseconds(0), none);
  CHECK_FALSE(told.winner);
  CHECK(told.answers.at(0));
  CHECK(told.answers.at(1));
  const std::vector<http_request> hanging = {get(silent.address())};
  CHECK(http.perform_first(operation::within(milliseconds(30)), hanging, milliseconds(0), none)
            .answers.at(0)
            .error()
            .code == status_code::deadline_exceeded);
}

namespace {

int sockets_of_this_process() {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
    count += !gone && target.starts_with("socket:") ? 1 : 0;
  }
  return count;
}

// Sockets that are left when 16 threads have asked 80 times each. The server is in this process:
// each connection counts twice, and libcurl's wake-up pair of a handle too.
int sockets_after_many_calls(dm::fake::http_server& server, http_client& http) {
  const int before = sockets_of_this_process();
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 80; ++i) {
        http_request request = get(server.address());
        if ((t + i) % 2 == 0) request.method = "POST";
        if (http.perform(in_time, request)) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 16 * 80);
  // The server learns of a closed connection a moment later.
  for (int i = 0; i < 500 && server.open_connections() > 8; ++i)
    std::this_thread::sleep_for(milliseconds(10));
  return sockets_of_this_process() - before;
}

}  // namespace

TEST_CASE("idle connections are bounded, however many calls ran at once (DM-18)") {
  dm::fake::http_server server(echo);
  http_client http;
  CHECK(sockets_after_many_calls(server, http) <= 2 * 8 + 2 * 2);
  CHECK(server.open_connections() <= 8);
}

TEST_CASE("connections that a server closes are not kept") {
  dm::fake::http_server server([](const dm::fake::request& asked) {
    auto r = echo(asked);
    r.close = true;
    return r;
  });
  http_client http;
  CHECK(sockets_after_many_calls(server, http) <= 2 * 8 + 2 * 2);
}

TEST_CASE("a request's own time limit may be longer than the usual one") {
  dm::fake::http_server server([](const dm::fake::request& asked) {
    std::this_thread::sleep_for(milliseconds(100));
    return echo(asked);
  });
  http_client http;
  http_request request = get(server.address());
  request.timeout = milliseconds(1);
  CHECK(http.perform(in_time, request).error().code == status_code::unavailable);
  request.timeout = dm::io::until_deadline;
  CHECK(http.perform(in_time, request));
  CHECK(http.perform(operation::within(milliseconds(20)), request).error().code ==
        status_code::deadline_exceeded);
}

TEST_CASE("of a longer body no more is taken than is wanted, where that is said") {
  dm::fake::http_server server(
      [](const dm::fake::request&) { return dm::fake::text(200, std::string(4 << 20, 'x')); });
  http_client http;
  http_request request = get(server.address() + "/long");
  request.max_body_bytes = 1000;
  CHECK(http.perform(in_time, request).error().code == status_code::resource_exhausted);
  request.cut_body = true;
  const auto cut = http.perform(in_time, request);
  REQUIRE(cut);
  CHECK(cut->status == 200);
  CHECK(cut->body == std::string(1000, 'x'));
  CHECK(cut->cut);
  request.max_body_bytes = 8 << 20;
  const auto whole = http.perform(in_time, request);
  REQUIRE(whole);
  CHECK(whole->body.size() == std::size_t{4} << 20);
  CHECK_FALSE(whole->cut);
}
