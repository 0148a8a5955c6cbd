// GET /applications/<application>/figures.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using namespace manager_test;

TEST_CASE("figures of the components, with their last hours where that is asked for") {
  manager_fixture running;
  write_simple_package(running.repository(), "a-1.0.0");
  running.configure("figures_interval_ms", "50");
  running.start();
  running.deploy("a-1.0.0");
  running.create_and_start("app", "a-1.0.0");
  answer told;
  eventually([&] {
    told = running.get("/applications/app/figures?history=true&component=main&user.name=daemon");
    REQUIRE(told.status == 200);
    const auto& one = told.json["components"][0];
    return one.HasMember("figures") && one["history"]["points"].Size() >= 2;
  });
  CHECK(told.text("application") == "app");
  const auto& one = told.json["components"][0];
  CHECK(std::string(one["type"].GetString()) == "fake");
  CHECK(std::string(one["component"].GetString()) == "main");
  CHECK(one["observed_at"].IsString());
  CHECK(one["figures"]["records_in"].GetInt64() == 42);
  CHECK(one["figures"]["records_in_per_second"].GetDouble() == 1.5);
  const auto& history = one["history"];
  CHECK(history["interval_ms"].GetInt64() == 50);
  REQUIRE(history["names"].Size() == 3);
  for (const auto& point : history["points"].GetArray()) CHECK(point.Size() == 4);
  CHECK(history["points"][0][0].GetInt64() <= history["points"][1][0].GetInt64());
  const answer plain = running.get("/applications/app/figures?user.name=daemon");
  CHECK_FALSE(plain.json["components"][0].HasMember("history"));
}

TEST_CASE("before anybody has looked no fault is told") {
  manager_fixture running;
  write_simple_package(running.repository(), "a-1.0.0");
  running.configure("figures_interval_ms", "3600000");
  running.start();
  running.deploy("a-1.0.0");
  running.create_and_start("app", "a-1.0.0");
  const answer told = running.get("/applications/app/figures?user.name=daemon");
  const auto& one = told.json["components"][0];
  CHECK_FALSE(one.HasMember("error"));
  CHECK_FALSE(one.HasMember("figures"));
  CHECK(std::string(one["information"].GetString()).starts_with("not looked at yet"));
}

TEST_CASE("figures are for the owner and those who share a group with him") {
  manager_fixture running;
  write_simple_package(running.repository(), "a-1.0.0");
  running.start();
  running.deploy("a-1.0.0");
  running.create("app", "a-1.0.0");
  CHECK(running.get("/applications/app/figures?user.name=daemon").status == 200);
  CHECK(running.get("/applications/app/figures?user.name=nobody").status == 403);
  CHECK(running.get("/applications/app/figures").status >= 400);
}

TEST_CASE("what there is not, and what is not known, is told") {
  manager_fixture running;
  write_simple_package(running.repository(), "a-1.0.0");
  running.start();
  running.deploy("a-1.0.0");
  running.create("app", "a-1.0.0");
  const auto status = [&](const std::string& path) {
    return running.get("/applications/" + path + "user.name=daemon").status;
  };
  CHECK(status("nowhere/figures?") == 404);
  CHECK(status("app/figures?component=other&") == 404);
  CHECK(status("app/figures?component=a%20b&") == 400);
  CHECK(status("app/figures?history=maybe&") == 400);
  CHECK(status("app/figures?hours=3&") == 400);
}
