// /applications/<application>/logs, by HTTP: who may, what is refused, and following.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"
#include "support/raw_client.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::raw_client;
using manager_test::request;
using manager_test::write_simple_package;

namespace {

const std::string base = "/applications/one/logs";
const std::string as_owner = "user.name=daemon";

void prepare(manager_fixture& dm) {
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script(
      "log_sources",
      R"({"reply":{"schema":1,"sources":[{"id":"c1.jobmanager.log","kind":"jobmanager","epoch":1,)"
      R"("container_id":"c1","file":"jobmanager.log","state":"living"}],"missing":["YARN: silent"]}})");
}

void answer_read(manager_fixture& dm, const std::string& text, int next, bool ended = false) {
  dm.script(
      "log_read",
      fmt::format(
          R"({{"reply":{{"schema":1,"source":"c1.jobmanager.log","text":"{}","offset":0,)"
          R"("next_offset":{},"size_bytes":{},"truncated":false,"ended":{},"state":"living"}}}})",
          text, next, next, ended));
}

std::string read_until(raw_client& client, const std::string& what) {
  std::string seen;
  for (int i = 0; i < 3000 && seen.find(what) == std::string::npos; ++i) seen += client.receive(1);
  return seen;
}

}  // namespace

TEST_CASE("logs are listed and read as the plugin tells them") {
  manager_fixture dm;
  prepare(dm);
  const auto listed = dm.get(base + "?incarnations=2&" + as_owner);
  REQUIRE(listed.status == 200);
  CHECK(listed.text("application") == "one");
  REQUIRE(listed.json["components"].Size() == 1);
  CHECK(listed.json["components"][0]["sources"].Size() == 1);
  CHECK(listed.json["components"][0]["missing"].Size() == 1);
  CHECK(dm.calls("log_sources").back()["request"]["incarnations"].GetInt() == 2);
  answer_read(dm, "a line\\n", 7);
  const auto read =
      dm.get(base + "/c1.jobmanager.log?offset=3&grep=line&bytes=100&since=2026-01-31T23:59:59Z&" +
             as_owner);
  REQUIRE(read.status == 200);
  CHECK(read.text("text") == "a line\n");
  CHECK(read.text("component") == "main");
  CHECK_FALSE(read.json.HasMember("schema"));
  const auto calls = dm.calls("log_read");
  const auto& asked = calls.back()["request"];
  CHECK(asked["source"] == "c1.jobmanager.log");
  CHECK(asked["offset"].GetInt() == 3);
  CHECK(asked["grep"] == "line");
  CHECK(asked["max_bytes"].GetInt() == 100);
  CHECK(asked["since"] == "2026-01-31T23:59:59.000Z");
  CHECK(asked.HasMember("data"));
  CHECK(dm.get(base + "/c1.jobmanager.log?since=10m&" + as_owner).status == 200);
  CHECK(dm.calls("log_read").back()["request"]["tail_lines"].GetInt() == 200);
}

TEST_CASE("logs are for the owner and those he shares a group with") {
  manager_fixture dm;
  prepare(dm);
  answer_read(dm, "secret", 6);
  for (const std::string& path :
       {base + "?", base + "/c1.jobmanager.log?", base + "/c1.jobmanager.log?follow=true&"}) {
    INFO(path);
    CHECK(dm.get(path + "user.name=nobody").status == 403);
    CHECK(dm.get(path).status == 400);
  }
  CHECK(dm.calls("log_read").empty());
  CHECK(dm.get("/applications/absent/logs?" + as_owner).status == 404);
}

TEST_CASE("wrong queries for logs are refused with all that is wrong") {
  manager_fixture dm;
  prepare(dm);
  const auto refused =
      dm.get(base + "/x?offset=-1&tail=0&bytes=2000000&since=yesterday&follow=maybe&component=-&" +
             as_owner);
  CHECK(refused.status == 400);
  CHECK(refused.json["details"].Size() == 6);
  CHECK(dm.get(base + "/x?offset=1&tail=1&" + as_owner).status == 400);
  CHECK(dm.get(base + "?incarnations=21&" + as_owner).status == 400);
  CHECK(dm.get(base + "?typo=1&" + as_owner).status == 400);
  CHECK(dm.get(base + "/x?component=absent&" + as_owner).status == 404);
}

TEST_CASE("a plugin's refusal is the answer") {
  manager_fixture dm;
  prepare(dm);
  dm.script(
      "log_read",
      R"({"status":5,"reply":{"schema":1,"error":{"code":"NOT_FOUND","message":"no such source"}}})");
  const auto absent = dm.get(base + "/x?" + as_owner);
  CHECK(absent.status == 404);
  CHECK(absent.text("information") ==
        "component fake/main of one has no log x: GET /applications/one/logs lists those that "
        "there are");
  CHECK(dm.get(base + "/x%1b%5b31m?" + as_owner).text("information").find('\x1b') ==
        std::string::npos);
  dm.script(
      "log_read",
      R"({"status":14,"reply":{"schema":1,"error":{"code":"UNAVAILABLE","message":"silent"}}})");
  CHECK(dm.get(base + "/x?" + as_owner).status == 503);
  dm.script(
      "log_sources",
      R"({"status":14,"reply":{"schema":1,"error":{"code":"UNAVAILABLE","message":"silent"}}})");
  const auto listed = dm.get(base + "?" + as_owner);
  CHECK(listed.status == 200);
  CHECK(listed.json["components"][0].HasMember("error"));
}

TEST_CASE("what a plugin refuses is said once, of the route's own parameters") {
  manager_fixture dm;
  prepare(dm);
  const auto refuse = [&](const std::string& member, const std::string& allowed) {
    dm.script(
        "log_read",
        fmt::format(R"({{"status":3,"reply":{{"schema":1,"error":{{"code":"INVALID_ARGUMENT",)"
                    R"("message":"The read request is not valid: $.{0} is bogus where {1} is )"
                    R"(needed; nothing has been done","hint":"documents.md describes it.",)"
                    R"("details":[{{"path":"$.{0}","found":"bogus","allowed":"{1}"}}]}}}}}})",
                    member, allowed));
  };
  // What does not exist is not found, whatever the plugin calls it.
  refuse("source", "the id of a source");
  const auto absent = dm.get(base + "/bogus?" + as_owner);
  CHECK(absent.status == 404);
  CHECK_FALSE(absent.json.HasMember("details"));
  refuse("tail_lines", "a number");
  const auto tail = dm.get(base + "/c1.jobmanager.log?tail=7&" + as_owner);
  CHECK(tail.status == 400);
  CHECK(tail.text("information") == "Invalid query: tail (found bogus, allowed: a number)");
  CHECK(tail.json["details"][0]["path"] == "tail");
  // What the host has made up itself is the plugin's to say, once.
  refuse("data", "an object");
  const std::string text = dm.get(base + "/c1.jobmanager.log?" + as_owner).text("information");
  CHECK(text.find("$.data") == text.rfind("$.data"));
}

TEST_CASE("a follow of what is no log ends with the reason") {
  manager_fixture dm;
  prepare(dm);
  dm.script(
      "log_read",
      R"({"status":5,"reply":{"schema":1,"error":{"code":"NOT_FOUND","message":"no such source"}}})");
  raw_client client(dm.port());
  client.send(request("GET " + base + "/bogus?follow=true&" + as_owner));
  const std::string seen = read_until(client, "has no log bogus");
  CHECK(seen.find("event: end") != std::string::npos);
  CHECK(seen.find("has no log bogus") != std::string::npos);
}

TEST_CASE("a follower gets what is new, and the log of the next run") {
  manager_fixture dm;
  prepare(dm);
  answer_read(dm, "first\\n", 6);
  raw_client client(dm.port());
  client.send(request("GET " + base + "/c1.jobmanager.log?follow=true&" + as_owner));
  std::string seen = read_until(client, "first");
  CHECK(seen.find("text/event-stream") != std::string::npos);
  CHECK(seen.find("event: log") != std::string::npos);
  answer_read(dm, "", 6, true);
  CHECK(read_until(client, "the next run").find("event: waiting") != std::string::npos);
  // That is asked every few seconds: of the newest runs alone (INV-12).
  CHECK(dm.calls("log_sources").back()["request"]["incarnations"].GetInt() == 3);
  // And told once.
  const std::size_t reads = dm.calls("log_read").size();
  eventually([&] { return dm.calls("log_read").size() >= reads + 2; });
  dm.script(
      "log_sources",
      R"({"reply":{"schema":1,"sources":[{"id":"c2.jobmanager.log","kind":"jobmanager","epoch":2,)"
      R"("container_id":"c2","file":"jobmanager.log","state":"living"}],"missing":[]}})");
  // The fake answers for every source alike: what is new is told only once the first one is left.
  seen = read_until(client, "c2.jobmanager.log");
  CHECK(seen.find("event: source") != std::string::npos);
  CHECK(seen.find("event: waiting") == std::string::npos);
  answer_read(dm, "second\\n", 7);
  CHECK(read_until(client, "second").find("event: log") != std::string::npos);
  CHECK(dm.calls("log_read").back()["request"]["source"] == "c2.jobmanager.log");
}

TEST_CASE("a follow of what is no log ends at once, with the reason") {
  manager_fixture dm;
  prepare(dm);
  dm.script(
      "log_read",
      R"({"status":3,"reply":{"schema":1,"error":{"code":"INVALID_ARGUMENT","message":"no source"}}})");
  raw_client client(dm.port());
  client.send(request("GET " + base + "/nosuch?follow=true&" + as_owner));
  const std::string seen = read_until(client, "no source");
  CHECK(seen.find("event: end") != std::string::npos);
  CHECK(client.is_closed());
}

TEST_CASE("a follow ends with the application's, and with its client") {
  manager_fixture dm;
  prepare(dm);
  answer_read(dm, "last\\n", 5, true);
  {
    raw_client client(dm.port());
    client.send(request("GET " + base + "/c1.jobmanager.log?follow=true&" + as_owner));
    read_until(client, "last");
    REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 202);
    dm.wait_for_state("one", "CREATED");
    CHECK(read_until(client, "event: end").find("event: end") != std::string::npos);
    CHECK(client.is_closed());
  }
  answer_read(dm, "", 5);
  {
    raw_client leaves(dm.port());
    leaves.send(request("GET " + base + "/c1.jobmanager.log?follow=true&" + as_owner));
    read_until(leaves, "retry");
  }
  // Nobody asks for him any more.
  std::size_t before = 0;
  eventually([&] {
    const std::size_t now = dm.calls("log_read").size();
    const bool quiet = now == before;
    before = now;
    if (!quiet) std::this_thread::sleep_for(std::chrono::seconds(4));
    return quiet;
  });
}

TEST_CASE("a follow does not go on with another's application of the same name") {
  manager_fixture dm;
  prepare(dm);
  answer_read(dm, "mine\\n", 5);
  raw_client client(dm.port());
  client.send(request("GET " + base + "/c1.jobmanager.log?follow=true&" + as_owner));
  read_until(client, "mine");
  REQUIRE(dm.request("POST", "/applications/one/stop?user.name=daemon").status == 202);
  dm.wait_for_state("one", "CREATED");
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  eventually([&] {
    return dm.request("PUT", "/applications/one?user.name=nobody", R"({"package":"app-1.0.0"})")
               .status == 202;
  });
  CHECK(read_until(client, "event: end").find("event: end") != std::string::npos);
  CHECK(client.is_closed());
}

TEST_CASE("one account cannot take the places of all") {
  manager_fixture dm;
  dm.configure("limits", R"({"log_follows":10})");
  dm.configure("access", R"({"administrators":["nobody"]})");
  prepare(dm);
  answer_read(dm, "a\\n", 2);
  const std::string address = base + "/c1.jobmanager.log?follow=true&";
  raw_client one(dm.port());
  raw_client two(dm.port());
  for (raw_client* client : {&one, &two}) {
    client->send(request("GET " + address + as_owner));
    read_until(*client, "event: log");
  }
  const auto third = dm.get(address + as_owner);
  CHECK(third.status == 503);
  CHECK(third.body.find("as one account may") != std::string::npos);
  raw_client other(dm.port());
  other.send(request("GET " + address + "user.name=nobody"));
  read_until(other, "event: log");
}

TEST_CASE("as many follow as the configuration allows") {
  manager_fixture dm;
  dm.configure("limits", R"({"log_follows":2})");
  prepare(dm);
  answer_read(dm, "a\\n", 2);
  const std::string follow = request("GET " + base + "/c1.jobmanager.log?follow=true&" + as_owner);
  raw_client one(dm.port());
  one.send(follow);
  read_until(one, "event: log");
  {
    raw_client two(dm.port());
    two.send(follow);
    read_until(two, "event: log");
    CHECK(dm.get(base + "/c1.jobmanager.log?follow=true&" + as_owner).status == 503);
  }
  // His place is free again.
  eventually([&] {
    raw_client three(dm.port());
    three.send(follow);
    return read_until(three, "\r\n").find("200 OK") != std::string::npos;
  });
}
