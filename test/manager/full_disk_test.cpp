// A disk that is full for a while, in the middle of each operation: nothing is lost.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/operations_world.h"
#include "support/package_builder.h"
#include "support/raw_client.h"
#include "support/small_file_system.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

using namespace manager_test;

namespace {

// Long enough for a record that is tried, and short enough to be one of many.
constexpr std::chrono::milliseconds full_for{1'500};

bool cannot_be_tested(const manager_test::small_file_system& disk) {
  if (!disk.mounted()) WARN("a full disk needs root: not tested");
  return !disk.mounted();
}

// What was refused has the code and says what to do; what was accepted ends in one of the ways that
// are allowed, and if it failed, for a reason that is said. Of a flush that failed SQLite tells
// only that it did: no file system of this node says "full" there, where it has said nothing at the
// write.
ending after_full(operations_world& world, const endings& allowed, const answer& told,
                  const std::string& step) {
  const bool accepted = told.status >= 200 && told.status < 300;
  const bool flush = step.starts_with("flush ") && step.find("registry") != std::string::npos;
  if (!accepted && flush) {
    CHECK((told.status == 507 || told.status == 500));
  } else if (!accepted) {
    CHECK(told.status == 507);
    CHECK(told.text("information").find("DELETE") != std::string::npos);
  }
  const ending how = world.judge(allowed, accepted, accepted);
  if (accepted && how == ending::as_before) {
    CHECK(world.information().find("disk") != std::string::npos);
    CHECK(world.information().find("DELETE") != std::string::npos);
  }
  world.dm().kill_program();
  return how;
}

ending full_at(operations_world& world, const scene& played, const endings& allowed, int nth,
               bool once) {
  const std::string step = allowed.steps.at(static_cast<std::size_t>(nth) - 1);
  INFO(played.name << ", no place at step " << nth << (once ? " only: " : " for a while: ")
                   << step);
  world.start(played, {.full_at = nth, .once = once});
  const answer told = played.act(world.dm());
  if (!once) {
    std::this_thread::sleep_for(full_for);
    world.faults().free();
  }
  return after_full(world, allowed, told, step);
}

ending really_full(operations_world& world, const scene& played, const endings& allowed,
                   std::size_t blocks) {
  INFO(played.name << ", " << blocks << " blocks of 4 KiB are free");
  world.begin(played);
  world.dm().start_program();
  if (played.before) played.before(world.dm());
  world.disk()->fill(blocks);
  const answer told = played.act(world.dm());
  std::this_thread::sleep_for(full_for);
  world.disk()->free();
  return after_full(world, allowed, told, "");
}

// What only takes away needs no place.
bool needs_place(const std::string& step) {
  for (const char* word : {"remove", "resize", "empty"}) {
    if (step.starts_with(word)) return false;
  }
  return kind_of_step(step) != "plugin call";
}

int first_of(const std::vector<std::string>& steps, std::string_view kind) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (kind_of_step(steps[i]) == kind) return static_cast<int>(i) + 1;
  }
  FAIL("there is no step of " << kind);
  return 0;
}

}  // namespace

TEST_CASE("an upgrade and a creation go on when the disk has place again") {
  manager_fixture dm;
  const manager_test::small_file_system disk(dm.directory() / "data", "8m");
  if (cannot_be_tested(disk)) return;
  dm.configure("limits", R"({"reserve_bytes":0})");
  write_simple_package(dm.repository(), "app-1.0.0");
  write_simple_package(dm.repository(), "app-2.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.deploy("app-2.0.0");
  std::string verb = "destroy";
  SECTION("in remove_old") {}
  SECTION("in stop") { verb = "stop"; }
  SECTION("in lay_out_new") { verb = "create"; }
  SECTION("in start") { verb = "start"; }
  SECTION("in a creation") { verb = "creation"; }
  std::size_t calls = 1;
  if (verb == "creation") {
    dm.script("create", R"({"delay_ms":700,"once":true})");
    REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
                .status == 202);
    verb = "create";
  } else {
    dm.create_and_start("one", "app-1.0.0");
    calls = dm.calls(verb).size() + 1;
    dm.script(verb, R"({"delay_ms":700,"once":true})");
    REQUIRE(dm.request("POST", "/applications/one/upgrade?user.name=daemon",
                       R"({"package":"app-2.0.0"})")
                .status == 202);
  }
  eventually([&] { return dm.calls(verb).size() >= calls; });
  disk.fill();
  std::this_thread::sleep_for(full_for);
  disk.free();
  eventually([&] {
    const std::string state = dm.get("/applications/one/status").text("status");
    return state == "STARTED" || state == "CREATED";
  });
  const auto record = dm.get("/applications/one");
  INFO(record.body);
  if (record.text("status") == "STARTED") CHECK(record.text("package_name") == "app-2.0.0");
  CHECK(dm.made("one", "main"));
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
  CHECK_FALSE(dm.made("one", "main"));
}

TEST_CASE("uploads leave the reserve alone, and a full disk is 507") {
  manager_fixture dm;
  const manager_test::small_file_system disk(dm.directory() / "data", "8m");
  if (cannot_be_tested(disk)) return;
  dm.configure("package_repository", manager::json::quote((dm.directory() / "data/r").string()));
  std::string limits = R"({"reserve_bytes":8388608})";
  SECTION("the reserve") {}
  SECTION("the disk") { limits = R"({"reserve_bytes":0})"; }
  dm.configure("limits", limits);
  dm.start();
  disk.fill();
  const auto refused = dm.request("PUT", "/repository/packages/app-1.0.0.tar.gz?user.name=daemon",
                                  std::string(100'000, 'x'));
  CHECK(refused.status == 507);
  CHECK(refused.text("information").find("DELETE") != std::string::npos);
  disk.free();
}

TEST_CASE("an account's uploads have a quota") {
  manager_fixture dm;
  dm.configure("limits", R"({"user_bytes":100000})");
  dm.start();
  const auto put = [&](const std::string& version, const std::string& user) {
    return dm
        .request("PUT", "/repository/packages/app-" + version + ".tar.gz?user.name=" + user,
                 std::string(60'000, 'x'))
        .status;
  };
  CHECK(put("1.0.0", "daemon") == 201);
  CHECK(put("2.0.0", "daemon") == 507);
  CHECK(put("2.0.0", "nobody") == 201);
}

TEST_CASE("uploads that arrive at the same time share one quota") {
  manager_fixture dm;
  dm.configure("limits", R"({"user_bytes":100000})");
  dm.start();
  const std::string half(30'000, 'x');
  const auto begin = [&](const char* file) {
    auto client = std::make_unique<raw_client>(dm.port());
    client->send(fmt::format("PUT /repository/packages/{}?user.name=daemon HTTP/1.1\r\n"
                             "Host: 127.0.0.1:{}\r\nContent-Length: 60000\r\n"
                             "Connection: close\r\n\r\n",
                             file, dm.port()) +
                 half);
    return client;
  };
  const auto first = begin("a-1.0.0.tar.gz");
  const auto second = begin("b-1.0.0.tar.gz");
  // Both have 30000 of the 100000 by now; only one of them can have the other half, too.
  const auto arrived = [&] {
    int uploads = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dm.repository())) {
      const bool begun = entry.path().filename().string().starts_with(".upload-");
      if (begun && entry.file_size() == half.size()) ++uploads;
    }
    return uploads == 2;
  };
  eventually(arrived);
  first->send(half);
  CHECK(status_of(first->receive()) == 201);
  second->send(half);
  const std::string refused = second->receive();
  CHECK(status_of(refused) == 507);
  CHECK(body_of(refused).find("limits.user_bytes") != std::string::npos);
  CHECK(body_of(refused).find("DELETE") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(dm.repository() / "b-1.0.0.tar.gz"));
  // What was refused counts no more.
  CHECK(dm.request("PUT", "/repository/packages/c-1.0.0.tar.gz?user.name=daemon",
                   std::string(40'000, 'x'))
            .status == 201);
}

TEST_CASE("what would go below the reserve is refused before any work") {
  manager_fixture dm;
  const small_file_system disk(dm.directory() / "data", "8m");
  if (cannot_be_tested(disk)) return;
  dm.configure("limits", R"({"reserve_bytes":2097152})");
  for (const char* package : {"big-1.0.0", "big-2.0.0", "big-3.0.0"}) {
    // 4 MiB that compress to next to nothing.
    package_builder(dm.repository() / (std::string(package) + ".tar.gz"))
        .zeroes(std::string(package) + "/fake/main/zeroes", 4U << 20)
        .close();
  }
  dm.start();
  dm.deploy("big-1.0.0");
  dm.deploy("big-2.0.0");
  dm.create("one", "big-1.0.0");
  const auto calls = [&] { return dm.calls("validate").size() + dm.calls("create").size(); };
  const auto before = calls();
  disk.fill((4U << 20) / 4096);  // less than package and reserve need
  std::vector<answer> refusals;
  refusals.push_back(
      dm.request("PUT", "/applications/two?user.name=daemon", R"({"package":"big-1.0.0"})"));
  refusals.push_back(dm.request("POST", "/applications/one/upgrade?user.name=daemon",
                                R"({"package":"big-2.0.0"})"));
  refusals.push_back(
      dm.request("POST", "/applications/one/plan?user.name=daemon", R"({"package":"big-2.0.0"})"));
  refusals.push_back(
      dm.request("POST", "/applications/two/plan?user.name=daemon", R"({"package":"big-1.0.0"})"));
  disk.fill(1);
  refusals.push_back(dm.request("PUT", "/packages/big-3.0.0?user.name=daemon"));
  for (const answer& refused : refusals) {
    INFO(refused.body);
    CHECK(refused.status == 507);
    CHECK(refused.text("information").find("limits.reserve_bytes") != std::string::npos);
    CHECK(refused.text("information").find("DELETE") != std::string::npos);
  }
  CHECK(calls() == before);
  CHECK(dm.get("/packages/big-3.0.0/status").text("status") == "NOTDEPLOYED");
  CHECK(dm.get("/applications/one/status").text("status") == "CREATED");
  disk.free();
  dm.create("two", "big-1.0.0");
}

TEST_CASE("a start on a full disk ends with its reason, and is none the worse afterwards") {
  operations_world world("4m");
  if (world.disk() == nullptr) {
    WARN("a full disk needs root: not tested");
    return;
  }
  const scene& played = scene_named("start");
  const endings allowed = world.undisturbed(played);
  world.begin(played);
  world.disk()->fill();
  world.dm().start_program();
  eventually([&] { return world.dm().program_ended(); });
  world.dm().kill_program();
  CHECK(read_file(world.dm().directory() / "log").find("full") != std::string::npos);
  world.disk()->free();
  world.dm().start_program();
  CHECK(played.act(world.dm()).status == 202);
  CHECK(world.judge(allowed, true, false) == ending::carried_out);
}

TEST_CASE("no place at one step: refused with what to do, or carried out, or undone") {
  operations_world world;
  for (const char* name : {"upload", "deploy", "create", "upgrade", "destroy"}) {
    const scene& played = scene_named(name);
    const endings allowed = world.undisturbed(played);
    const int accepts = first_of(allowed.steps, "registry");
    INFO(name << ", step " << accepts);
    CHECK(full_at(world, played, allowed, accepts, true) == ending::as_before);
    int last = static_cast<int>(allowed.steps.size());
    while (last > 1 &&
           (!needs_place(allowed.steps[static_cast<std::size_t>(last) - 1]) || last == accepts)) {
      --last;
    }
    full_at(world, played, allowed, last, true);
  }
}

TEST_CASE("a package cannot be unpacked for a while: an upgrade waits, or goes back as a whole") {
  operations_world world;
  const scene& played = scene_named("upgrade");
  const endings allowed = world.undisturbed(played);
  // The last staging of an upgrade is that of the new version, when the old one is gone.
  int last = 0;
  for (std::size_t i = 0; i < allowed.steps.size(); ++i) {
    const bool made = allowed.steps[i].starts_with("make");
    if (made && kind_of_step(allowed.steps[i]) == "staging") last = static_cast<int>(i) + 1;
  }
  REQUIRE(last > 0);
  CHECK(full_at(world, played, allowed, last, false) == ending::carried_out);
}

TEST_CASE("a file system that is really full while an operation is asked for") {
  operations_world world("4m");
  if (world.disk() == nullptr) {
    WARN("a full disk needs root: not tested");
    return;
  }
  for (const char* name : {"create", "destroy"}) {
    const scene& played = scene_named(name);
    const endings allowed = world.undisturbed(played);
    for (const std::size_t blocks : {0U, 8U}) really_full(world, played, allowed, blocks);
  }
}

// Half an hour: ask for it by its tag, or for one operation of it by -c. It prints what it has
// found as tables.
TEST_CASE("no place at every step, once and for a while", "[.matrix]") {
  const scene& played = every_scene();
  DYNAMIC_SECTION(played.name) {
    operations_world world;
    ending_table once;
    ending_table while_full;
    const endings allowed = world.undisturbed(played);
    for (int nth = 1; nth <= static_cast<int>(allowed.steps.size()); ++nth) {
      const std::string& step = allowed.steps[static_cast<std::size_t>(nth) - 1];
      if (!needs_place(step)) continue;
      once.count(played.name, kind_of_step(step), full_at(world, played, allowed, nth, true));
      while_full.count(played.name, kind_of_step(step),
                       full_at(world, played, allowed, nth, false));
    }
    std::cout << once.text("no place for one step of") << "\n"
              << while_full.text("no place from a step on of, for 1.5 s") << std::endl;
  }
}

TEST_CASE("a file system that is really full, with more and more blocks left", "[.matrix]") {
  const scene& played = every_scene();
  DYNAMIC_SECTION(played.name) {
    operations_world world("4m");
    REQUIRE(world.disk() != nullptr);
    ending_table table;
    const endings allowed = world.undisturbed(played);
    for (const std::size_t blocks : {0U, 1U, 2U, 3U, 5U, 8U, 13U, 21U, 34U}) {
      table.count(played.name, std::to_string(blocks), really_full(world, played, allowed, blocks));
    }
    std::cout << table.text("blocks left on a really full file system") << std::endl;
  }
}
