// What is read of a log however long it is, and what an unreadable file of it means.
// SPDX-License-Identifier: Apache-2.0
#include "component/log_reader.h"

#include <catch2/catch.hpp>

#include "one_log.h"

using namespace dm::component;
using dm::status_code;
using dm::test::one_log;
namespace fake = dm::fake;

namespace {

// A stop whose savepoint failed, and the run that takes it back.
void fail_to_stop(one_log& l, std::uint64_t continues) {
  l.add(record_kind::stop);
  log_record run = one_log::of_kind(record_kind::run);
  run.continues = continues;
  l.add(run);
}

// OPEN of this file is refused with what says nothing about its content.
void refuse(one_log& l, const std::string& name) {
  l.node.server().disturb([name](const fake::request& asked) -> std::optional<fake::disturbance> {
    if (asked.argument("op") != "OPEN" || !asked.path.ends_with("/" + name)) return std::nullopt;
    fake::disturbance d;
    d.what = fake::disturbance::kind::replace;
    d.instead = fake::json(403, R"({"RemoteException":{"exception":"IOException",)"
                                R"("javaClassName":"java.io.IOException","message":"no block"}})");
    return d;
  });
}

}  // namespace

TEST_CASE("the newest incarnation and its end are read, whatever lies between") {
  one_log l;
  const bool by_this_version = GENERATE(true, false);
  CAPTURE(by_this_version);
  l.add(record_kind::run);
  l.add(record_kind::incarnation);
  l.end(2);
  if (by_this_version) {
    std::uint64_t continues = 1;
    for (int i = 0; i < 105; ++i) {
      fail_to_stop(l, continues);
      continues = l.log.read(l.in_time)->newest_number();
    }
  } else {
    for (std::uint64_t number = 3; number <= 212; ++number) {
      log_record record = one_log::of_kind(number % 2 == 1 ? record_kind::stop : record_kind::run);
      record.continues = number % 2 == 1 ? 0 : number == 4 ? 1 : number - 2;
      l.put(number, record);
    }
  }
  const log_snapshot seen = l.read_afresh();
  CHECK(seen.newest_number() == 212);
  CHECK(seen.wanted());
  REQUIRE(seen.newest_incarnation() != nullptr);
  CHECK(seen.newest_incarnation()->number == 2);
  CHECK(seen.ends.at(2).outcome == outcome::completed);
  if (by_this_version) CHECK(seen.current_incarnation() != nullptr);
  const log_snapshot newest = l.newest_afresh();
  CHECK(newest.newest_number() == 212);
  REQUIRE(newest.newest_incarnation() != nullptr);
  CHECK(newest.newest_incarnation()->number == 2);
  CHECK(newest.ends.at(2).outcome == outcome::completed);
}

TEST_CASE("the newest intent is read, however many incarnations have followed it") {
  one_log l;
  const bool names_its_intent = GENERATE(true, false);
  CAPTURE(names_its_intent);
  l.put(1, one_log::of_kind(record_kind::stop));
  l.put(2, one_log::of_kind(record_kind::run));
  for (std::uint64_t number = 3; number <= 260; ++number) {
    log_record record = one_log::of_kind(record_kind::incarnation);
    if (names_its_intent) record.intent = 2;
    l.put(number, record);
  }
  log_snapshot seen;
  const std::size_t opened = l.opened([&] { seen = l.read_afresh(); });
  CHECK(seen.wanted());
  REQUIRE(seen.newest_intent() != nullptr);
  CHECK(seen.newest_intent()->number == 2);
  CHECK(seen.current_incarnation()->number == 260);
  if (names_its_intent) CHECK(opened == 201);
}

TEST_CASE("the newest of a log costs one listing and three files, however long it is (INV-12)") {
  one_log l;
  const int lives = GENERATE(1, 20);
  const bool stopped = GENERATE(true, false);
  for (int i = 0; i < lives; ++i) {
    const std::uint64_t run = l.add(record_kind::run);
    for (int restarts = 0; restarts < 2; ++restarts) {
      log_record incarnation = one_log::of_kind(record_kind::incarnation);
      incarnation.intent = run;
      const std::uint64_t epoch = l.add(incarnation);
      REQUIRE(l.log.write_application(l.in_time, {epoch, "application_1_1", "", "", {}}));
      l.end(epoch);
    }
    if (i + 1 < lives || stopped) l.add(record_kind::stop);
  }
  log_snapshot seen;
  CHECK(l.opened([&] { seen = l.newest_afresh(); }) == 3);
  CHECK(l.node.server().request_count() == 1 + 3);
  const log_snapshot whole = l.read_afresh();
  CHECK(seen.newest_number() == whole.newest_number());
  CHECK(seen.wanted() == whole.wanted());
  CHECK(seen.newest_intent()->number == whole.newest_intent()->number);
  REQUIRE(seen.newest_incarnation() != nullptr);
  CHECK(seen.newest_incarnation()->number == whole.newest_incarnation()->number);
  CHECK((seen.current_incarnation() != nullptr) == (whole.current_incarnation() != nullptr));
  CHECK(seen.ends.contains(seen.newest_incarnation()->number));
}

TEST_CASE("the newest of a log: an incarnation that was only just claimed is the newest one") {
  one_log l;
  l.add(record_kind::run);
  log_record incarnation = one_log::of_kind(record_kind::incarnation);
  incarnation.intent = 1;
  l.add(incarnation);
  l.end(2);
  l.add(incarnation);  // 3: nothing is known of it yet
  CHECK(l.newest_afresh().newest_incarnation()->number == 3);
  CHECK(l.newest_afresh().newest_intent()->number == 1);
  l.add(record_kind::stop);
  CHECK(l.newest_afresh().newest_incarnation()->number == 3);
  // Written by an earlier version, which does not name it.
  l.put(5, one_log::of_kind(record_kind::run));
  CHECK(l.newest_afresh().newest_incarnation()->number == 3);
  CHECK(l.newest_afresh().newest_intent()->number == 5);
}

TEST_CASE("the newest of an empty log") {
  one_log l;
  CHECK(l.newest_afresh().records.empty());
  l.add(record_kind::run);
  const log_snapshot seen = l.newest_afresh();
  CHECK(seen.wanted());
  CHECK(seen.newest_incarnation() == nullptr);
}

TEST_CASE("an old file that cannot be read is reported, and the rest is read") {
  one_log l;
  l.add(record_kind::run);
  log_record incarnation = one_log::of_kind(record_kind::incarnation);
  incarnation.intent = 1;
  for (int i = 0; i < 3; ++i) l.end(l.add(incarnation));
  SECTION("a record that is cut") {
    l.put_file("2.json", "{");
    const log_snapshot seen = l.read_afresh();
    CHECK(seen.is_unreadable(2));
    CHECK(seen.unreadable.at("2.json").damaged);
    CHECK(seen.unreadable.at("2.json").reason.message.find("log/2.json") != std::string::npos);
  }
  SECTION("a record of a later version (D-59)") {
    l.put_file("2.json", R"({"schema":2,"kind":"incarnation"})");
    CHECK(l.read_afresh().unreadable.at("2.json").damaged);
  }
  SECTION("a fact that is cut") {
    l.put_file("2-app.json", "");
    const log_snapshot seen = l.read_afresh();
    CHECK_FALSE(seen.is_unreadable(2));
    CHECK(seen.unreadable.contains("2-app.json"));
  }
  SECTION("a file larger than any") {
    l.put_file("2-end.json", std::string(1 << 20, ' '));
    CHECK(l.read_afresh().unreadable.at("2-end.json").damaged);
  }
  SECTION("a record that HDFS does not give out now") {
    refuse(l, "2.json");
    component_log reader(l.hdfs, one_log::directory);
    const auto seen = reader.read(l.in_time);
    REQUIRE(seen);
    CHECK(seen->is_unreadable(2));
    CHECK_FALSE(seen->unreadable.at("2.json").damaged);
    // And again: it is the only one left to read.
    CHECK(reader.read(l.in_time)->is_unreadable(2));
    l.node.server().disturb(nullptr);
    CHECK(reader.read(l.in_time)->unreadable.empty());
  }
  CHECK(l.read_afresh().newest_incarnation()->number == 4);
  CHECK(l.read_afresh().newest_intent()->number == 1);
}

TEST_CASE("what decides must be readable: the newest intent, the newest incarnation, its facts") {
  one_log l;
  l.add(record_kind::run);
  log_record incarnation = one_log::of_kind(record_kind::incarnation);
  incarnation.intent = 1;
  l.end(l.add(incarnation));
  l.end(l.add(incarnation));
  const std::string name = GENERATE(as<std::string>{}, "1.json", "3.json", "3-end.json");
  const bool damaged = GENERATE(true, false);
  CAPTURE(name, damaged);
  if (damaged) {
    l.put_file(name, "{");
  } else {
    refuse(l, name);
  }
  const auto seen = component_log(l.hdfs, one_log::directory).read(l.in_time);
  REQUIRE_FALSE(seen);
  CHECK(component_log(l.hdfs, one_log::directory).read_newest(l.in_time).has_value() == false);
}

TEST_CASE("an unreadable record of an earlier version that may be the newest of its kind decides") {
  one_log l;
  l.put(1, one_log::of_kind(record_kind::run));
  l.put(2, one_log::of_kind(record_kind::incarnation));
  l.put_file("3.json", "{");  // a stop, or an incarnation: nobody says
  l.put(4, one_log::of_kind(record_kind::run));
  CHECK_FALSE(component_log(l.hdfs, one_log::directory).read(l.in_time));
  // One that says what was before it leaves nothing open.
  log_record run = one_log::of_kind(record_kind::run);
  run.last_epoch = 2;
  l.put(4, run);
  CHECK(l.read_afresh().newest_incarnation()->number == 2);
}

TEST_CASE("a fact that was replaced since is read again; one that was not is not") {
  one_log l;
  l.add(record_kind::run);
  l.add(record_kind::incarnation);
  checkpoint_fact fact;
  fact.epoch = 2;
  fact.completed_count = 1;
  fact.checkpoint_id = 1;
  fact.external_path = "hdfs://ns1/data/own/chk-1";
  REQUIRE(l.log.write_checkpoints(l.in_time, fact));
  component_log reader(l.hdfs, one_log::directory);
  CHECK(reader.read(l.in_time)->checkpoints.at(2).external_path == fact.external_path);
  CHECK(l.opened([&] { REQUIRE(reader.read(l.in_time)); }) == 0);
  const std::string file = std::string(one_log::directory) + "/log/2-checkpoints.json";
  const auto before = l.node.files().status(file).status.modified_ms;
  fact.checkpoint_id = 7;
  while (l.node.files().status(file).status.modified_ms == before)
    REQUIRE(l.log.write_checkpoints(l.in_time, fact));
  CHECK(reader.read(l.in_time)->checkpoints.at(2).checkpoint_id == 7);
}

TEST_CASE("what is offered is not asked for again, and what was not offered is") {
  one_log l;
  l.add(record_kind::run);
  l.add(record_kind::incarnation);
  l.end(2);
  l.add(record_kind::stop);
  log_reader reader(l.hdfs, one_log::directory);
  auto listing = l.hdfs.list(l.in_time, reader.listed_directory());
  REQUIRE(listing);
  reader.offer_listing(*listing);
  const std::vector<std::string> wanted = reader.wanted_files(true);
  CHECK(wanted == std::vector<std::string>{"2.json", "2-end.json", "3.json"});
  const bool all = GENERATE(true, false);
  for (const std::string& name : wanted) {
    if (!all && name == "3.json") continue;
    auto content =
        l.hdfs.read(l.in_time, reader.listed_directory() + "/" + name, std::size_t{1} << 20);
    REQUIRE(content);
    reader.offer_file(name, *content);
  }
  l.node.server().forget_requests();
  const auto seen = reader.read_newest(l.in_time);
  REQUIRE(seen);
  CHECK(l.node.server().request_count() == (all ? 0u : 1u));
  CHECK(seen->newest_number() == 3);
  CHECK_FALSE(seen->wanted());
  CHECK(seen->ends.at(2).outcome == outcome::completed);
}

TEST_CASE("what the newest does not hold is read when it is asked for, and only that") {
  one_log l;
  l.add(record_kind::run);
  l.add(record_kind::incarnation);
  application_fact seen;
  seen.epoch = 2;
  seen.application_id = "application_1_0001";
  REQUIRE(l.log.write_application(l.in_time, seen));
  l.end(2);
  l.add(record_kind::stop);
  l.add(record_kind::run);
  l.add(record_kind::incarnation);
  fail_to_stop(l, 4);
  l.add(record_kind::stop);
  component_log reader(l.hdfs, one_log::directory);
  const auto newest = reader.read_newest(l.in_time);
  REQUIRE(newest);
  CHECK(newest->newest_incarnation()->number == 5);
  CHECK_FALSE(newest->records.contains(7));
  CHECK(newest->applications.empty());

  SECTION("the application of an older epoch") {
    CHECK(l.opened([&] {
      const auto found = reader.application_of(l.in_time, 2);
      REQUIRE(found);
      REQUIRE(*found);
      CHECK((*found)->application_id == "application_1_0001");
      CHECK_FALSE(reader.application_of(l.in_time, 5)->has_value());
    }) == 1);
  }
  SECTION("one that HDFS does not give out is not one that is not there (INV-10)") {
    refuse(l, "2-app.json");
    CHECK_FALSE(reader.application_of(l.in_time, 2));
  }
  SECTION("all records since an incarnation") {
    CHECK(l.opened([&] {
      const auto since = reader.read_after(l.in_time, 5);
      REQUIRE(since);
      for (const std::uint64_t number : {6, 7, 8}) CHECK(since->records.contains(number));
      CHECK_FALSE(since->records.contains(3));
    }) == 2);
  }
  SECTION("of which one cannot be read") {
    refuse(l, "7.json");
    CHECK_FALSE(reader.read_after(l.in_time, 5));
  }
}

TEST_CASE("a claim repeats what older records say, though only the newest was read") {
  one_log l;
  log_record gone = one_log::of_kind(record_kind::stop);
  gone.stop_cause = destroyed;
  gone.state_disposed = true;
  SECTION("of an earlier version: they are read for it") {
    l.put(1, one_log::of_kind(record_kind::run));
    l.put(2, one_log::of_kind(record_kind::incarnation));
    l.put(3, gone);
    l.put(4, one_log::of_kind(record_kind::run));
    l.put(5, one_log::of_kind(record_kind::incarnation));
  }
  SECTION("of today: each repeats it, so nothing is read") {
    l.add(record_kind::run);
    l.add(record_kind::incarnation);
    l.add(gone);
    l.add(record_kind::run);
    l.add(record_kind::incarnation);
    component_log once(l.hdfs, one_log::directory);
    REQUIRE(once.read_newest(l.in_time));
    CHECK(l.opened([&] {
      REQUIRE(once.claim(l.in_time, one_log::of_kind(record_kind::stop), 5));
    }) == 0);
  }
  component_log writer(l.hdfs, one_log::directory);
  const auto seen = writer.read_newest(l.in_time);
  REQUIRE(seen);
  const std::uint64_t newest = seen->newest_number();
  REQUIRE(writer.claim(l.in_time, one_log::of_kind(record_kind::stop), newest));
  const log_record written = l.read_afresh().records.at(newest + 1);
  CHECK(written.life == 3);
  CHECK(written.state_ended == 3);
  CHECK(written.last_epoch == 5);
}
