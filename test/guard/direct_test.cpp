// A guard that submits by itself: whatever is lost, refused or killed, an incarnation is one
// application, of the id on record (INV-1, INV-4, INV-5).
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>
#include <mutex>
#include <thread>

#include "direct_surroundings.h"
#include "fake/oozie.h"
#include "guard/client_lock.h"

using namespace dm::test;
using dm::component::guard_exit_done;
using dm::component::guard_exit_failed;
using dm::component::outcome;
using dm::component::record_kind;
namespace component = dm::component;
namespace fake = dm::fake;

namespace {

struct batch : direct_surroundings {
  batch() {
    spec.job_type = component::job_type::batch;  // what has completed must not run again
    want();
  }
  bool lives(std::size_t count = 1) {
    return eventually([&] { return live_ids().size() == count; });
  }
  // The newest incarnation's.
  component::direct_submission on_record() {
    const auto seen = log();
    REQUIRE(seen.newest_incarnation() != nullptr);
    REQUIRE(seen.newest_incarnation()->direct);
    return *seen.newest_incarnation()->direct;
  }
  std::size_t incarnations() {
    const auto seen = log();
    return static_cast<std::size_t>(
        std::count_if(seen.records.begin(), seen.records.end(),
                      [](const auto& one) { return one.second.kind == record_kind::incarnation; }));
  }
  // What an earlier guard left that had prepared and claimed, and died before it could send.
  std::string left_unsent() {
    start();
    REQUIRE(lives());
    terminate();
    join();
    const std::string unsent = live_ids().front();
    const std::string app_fact =
        "/state/prod/app/job/log/" + std::to_string(log().newest_number()) + "-app.json";
    if (name_node.files().exists(app_fact)) name_node.files().remove(app_fact, false);
    yarn().forget(unsent);
    return unsent;
  }
  bool logged(const std::string& text) {
    return eventually([&] { return guard_log().find(text) != std::string::npos; });
  }
};

}  // namespace

TEST_CASE("a guard submits by itself, once, and follows the application to its end") {
  batch s;
  s.start();
  REQUIRE(s.lives());
  const std::string id = s.live_ids().front();
  CHECK(s.on_record().application_id == id);
  REQUIRE(eventually([&] { return s.noted(id); }));
  s.end_in_order(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submitted_ids() == std::vector<std::string>{id});
  CHECK(s.submissions() == 0);  // no client
  const auto end = s.end_of(s.log().newest_incarnation()->number);
  REQUIRE(end);
  CHECK(end->outcome == outcome::completed);
  CHECK(end->application_id == id);
  CHECK(s.stagings().empty());
}

TEST_CASE("what is read for its digest once is not read again by the next start") {
  batch s;
  s.spec.flink_libraries_root = "/libs";
  std::filesystem::create_directories(s.home + "/lib");
  std::ofstream(s.home + "/lib/flink-dist-1.20.5.jar") << "dist";
  std::ofstream(s.home + "/conf/config.yaml") << "jobmanager.memory.process.size: 1600m\n";
  // Files that were changed a moment ago are read again (local_digests).
  const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  for (const std::string& file : {s.home + "/lib/flink-dist-1.20.5.jar", s.jar})
    std::filesystem::last_write_time(file, long_ago);
  std::this_thread::sleep_for(std::chrono::milliseconds(2'100));  // of its inode's change
  s.start();
  REQUIRE(s.lives());
  s.terminate();
  s.join();
  std::string kept;
  for (const auto& entry : std::filesystem::directory_iterator(s.spec.work_directory)) {
    if (entry.path().filename().string().ends_with("digests.json"))
      kept += file_content(entry.path());
  }
  CAPTURE(kept);
  CHECK(kept.find("flink-dist-1.20.5.jar") != std::string::npos);
  CHECK(kept.find("app.jar") != std::string::npos);
}

TEST_CASE("the id is on record before YARN hears of it") {
  batch s;
  std::atomic<bool> before{false};
  s.resource_manager.on_submission([&](fake::yarn_application& one) {
    for (const std::string& file : s.name_node.files().all_files()) {
      if (file.starts_with("/state/prod/app/job/log/") &&
          s.name_node.files().get(file)->find(one.id) != std::string::npos)
        before = true;
    }
    one.state = "FINISHED";
    one.final_status = "SUCCEEDED";
  });
  CHECK(s.run() == guard_exit_done);
  CHECK(before);
}

TEST_CASE("the tags and the name are the incarnation's") {
  batch s;
  s.start();
  REQUIRE(s.lives());
  const auto application = s.yarn().find(s.live_ids().front());
  CHECK(application->name == "app-job");
  const std::uint64_t epoch = s.log().newest_incarnation()->number;
  CHECK(application->tags == std::vector<std::string>{component::component_tag(s.id),
                                                      component::epoch_tag(s.id, epoch),
                                                      component::fleet_tag("prod")});
}

TEST_CASE("an answer that is lost makes no second application") {
  const bool taken = GENERATE(false, true);
  CAPTURE(taken);
  batch s;
  spoil(s.resource_manager.server(), "POST", "/cluster/apps?", closed(taken));
  s.start();
  REQUIRE(s.lives());
  const std::string id = s.live_ids().front();
  CHECK(s.on_record().application_id == id);
  REQUIRE(eventually([&] { return s.noted(id); }));
  s.end_in_order(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.yarn().applications().size() == 1);
  CHECK(s.incarnations() == 1);
}

TEST_CASE("a ResourceManager that restarts between id and submission gets the recorded id") {
  batch s;
  std::atomic<int> posts{0};
  s.resource_manager.server().disturb(
      [&](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.method != "POST" || asked.target.find("/cluster/apps?") == std::string::npos)
          return std::nullopt;
        if (posts++ > 0) return std::nullopt;
        s.yarn().set_cluster_timestamp(1'795'999'999'999);
        return closed(false);
      });
  s.start();
  REQUIRE(s.lives());
  CHECK(s.live_ids().front() == s.on_record().application_id);
  CHECK(s.live_ids().front().find("1795999999999") == std::string::npos);
  CHECK(s.resource_manager.ids_given() == 1);
}

TEST_CASE("what an earlier guard could not send is sent by the next, under the same id") {
  batch s;
  const std::string id = s.left_unsent();
  s.start();
  REQUIRE(s.lives());
  CHECK(s.live_ids() == std::vector<std::string>{id});
  CHECK(s.incarnations() == 1);
  CHECK(s.resource_manager.ids_given() == 1);
}

TEST_CASE("what is unsent is not sent once what it starts from has gone") {
  batch s;
  s.spec.job_type = component::job_type::streaming;
  s.spec.state = component::state_policy::optional;
  const std::uint64_t before = s.claim();
  s.put_application(before, "application_1795438290778_1002", s.job_manager.job().id);
  component::end_fact end;
  end.epoch = before;
  end.outcome = outcome::failed;
  end.failure_class = "cluster_lost";
  end.application_id = "application_1795438290778_1002";
  end.ended_at = dm::io::now();
  end.decision = component::decision::restart;
  end.restart_at = end.ended_at;
  s.put_end(end);
  const std::string older = s.put_checkpoint(before, 9);
  const std::string newest = s.put_checkpoint(before, 10);
  const std::string unsent = s.left_unsent();
  const std::uint64_t epoch = s.log().newest_incarnation()->number;
  REQUIRE(s.log().newest_incarnation()->restore_path == newest);
  SECTION("it is there") {
    s.start();
    REQUIRE(s.lives());
    CHECK(s.live_ids().front() == unsent);
  }
  SECTION("it is not") {
    s.name_node.files().remove(newest, true);
    s.start();
    REQUIRE(s.lives());
    CHECK(s.live_ids().front() != unsent);
    CHECK(s.log().newest_incarnation()->restore_path == older);
    REQUIRE(s.end_of(epoch));
    CHECK_FALSE(s.end_of(epoch)->counts);
    CHECK(s.stagings() == s.live_ids());
  }
}

TEST_CASE("what was prepared is gone, or altered: nothing is submitted a second time") {
  const bool altered = GENERATE(false, true);
  CAPTURE(altered);
  batch s;
  const std::string id = s.left_unsent();
  if (altered) {
    s.name_node.files().put(s.staging(id) + "/submission.json", "{}");
  } else {
    s.name_node.files().remove(s.staging(id), true);
  }
  const std::size_t before = s.resource_manager.submissions().size();
  CHECK(s.run() == guard_exit_failed);  // how a batch run ended is not known: it is not run again
  CHECK(s.resource_manager.submissions().size() == before);
  CHECK(s.yarn().applications().empty());
  const auto end = s.end_of(s.log().newest_incarnation()->number);
  REQUIRE(end);
  CHECK(end->outcome == outcome::unknown);
  CHECK(end->application_id == id);
}

TEST_CASE("a batch job that has ended in order between two guards is not run again") {
  const bool forgotten = GENERATE(false, true);
  CAPTURE(forgotten);
  batch s;
  s.start();
  REQUIRE(s.lives());
  s.terminate();
  s.join();
  const std::string id = s.live_ids().front();
  s.end_in_order(id, "SUCCEEDED");
  if (forgotten) s.yarn().forget(id);
  s.run();
  CHECK(s.submitted_ids() == std::vector<std::string>{id});
  const auto end = s.end_of(s.log().newest_incarnation()->number);
  REQUIRE(end);
  CHECK(end->outcome == (forgotten ? outcome::unknown : outcome::completed));
}

TEST_CASE("the id of an application that has ended is concluded, not sent for ever") {
  batch s;
  const std::string id = s.left_unsent();
  // It ran, and was killed, while no guard was there to note it.
  fake::yarn_application one;
  one.id = id;
  one.user = "pnda";
  one.state = "KILLED";
  one.final_status = "KILLED";
  const std::uint64_t epoch = s.log().newest_incarnation()->number;
  SECTION("as the listing shows it") {
    one.tags = {component::fleet_tag("prod"), component::component_tag(s.id),
                component::epoch_tag(s.id, epoch)};
  }
  SECTION("as only its id tells") {}
  s.yarn().submit(one);
  const std::size_t before = s.resource_manager.submissions().size();
  s.spec.respawn = component::respawn::never;
  s.run();
  CHECK(s.resource_manager.submissions().size() == before);
  REQUIRE(s.end_of(epoch));
  CHECK(s.end_of(epoch)->application_id == id);
}

TEST_CASE("an id that somebody else has taken is given up for another one") {
  batch s;
  const std::string id = s.left_unsent();
  fake::yarn_application one;
  one.id = id;
  one.user = "mallory";
  s.yarn().submit(one);
  s.start();
  REQUIRE(s.lives());
  CHECK(s.live_ids().front() != id);
  CHECK(s.yarn().find(id)->state == "RUNNING");  // and left alone
  CHECK(s.incarnations() == 2);
}

TEST_CASE("a definite no of YARN's to the submission is its end, and nothing stays on HDFS") {
  batch s;
  spoil(s.resource_manager.server(), "POST", "/cluster/apps?",
        answered(remote_exception(400, "BadRequestException", "java.lang.Exception: no")), 100);
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.yarn().applications().empty());
  CHECK(s.stagings().empty());
  const auto end = s.end_of(s.log().newest_incarnation()->number);
  REQUIRE(end);
  CHECK(end->outcome == outcome::failed);
  CHECK(end->failure_class == "program_invalid");
  CHECK_FALSE(end->counts);
}

TEST_CASE("a cluster that takes no submissions by REST is told as the cause") {
  const bool from_the_beginning = GENERATE(true, false);
  CAPTURE(from_the_beginning);
  batch s;
  s.spec.restart_attempts = 0;
  if (from_the_beginning) {
    s.resource_manager.set_takes_submissions(false);
  } else {
    spoil(s.resource_manager.server(), "POST", "/cluster/apps?",
          answered(fake::json(403, "App submission via REST is disabled.")), 100);
  }
  s.start();
  REQUIRE(eventually([&] {
    const auto log = s.log();
    return !log.ends.empty();
  }));
  s.terminate();
  s.join();
  const auto log = s.log();
  CHECK(log.ends.begin()->second.failure_class == "start_refused");
  CHECK(log.ends.begin()->second.cause.find("REST") != std::string::npos);
  CHECK(s.stagings().empty());
  CHECK(s.yarn().applications().empty());
}

TEST_CASE("what only Flink's client can do is left to it where either may submit") {
  batch s;
  s.spec.restart_attempts = 0;
  s.spec.submission_auto = GENERATE(true, false);
  CAPTURE(s.spec.submission_auto);
  SECTION("a key of the node's file that was set since") {
    s.configure("high-availability.type: zookeeper\n");
  }
  SECTION("Flink's libraries are not on HDFS") {
    std::ofstream(s.home + "/conf/config.yaml") << "jobmanager.memory.process.size: 1600m\n";
  }
  SECTION("a cluster that takes no submissions by REST") {
    s.resource_manager.set_takes_submissions(false);
  }
  const std::string ran = s.directory / "ran";
  std::ofstream(s.home + "/bin/flink") << "#!/bin/sh\necho \"$@\" > " << ran << "\nexit 1\n";
  std::filesystem::permissions(s.home + "/bin/flink", std::filesystem::perms::owner_all);
  s.start();
  REQUIRE(eventually([&] { return !s.log().ends.empty(); }));
  s.terminate();
  s.join();
  CHECK(std::filesystem::exists(ran) == s.spec.submission_auto);
  CHECK(s.resource_manager.submissions().empty());
  CHECK(s.stagings().empty());
  if (!s.spec.submission_auto) {
    CHECK_FALSE(s.log().ends.begin()->second.counts);
  } else {
    std::string words;
    std::getline(std::ifstream(ran) >> std::ws, words);
    CHECK(words.starts_with("run-application -t yarn-application"));
  }
}

TEST_CASE("HDFS without a DataNode is waited out, and leaves nothing behind") {
  batch s;
  std::atomic<int> refused{0};
  std::atomic<bool> full{true};
  s.name_node.data_node().disturb(
      [&](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.method != "PUT" || !full) return std::nullopt;
        ++refused;
        return answered(
            remote_exception(403, "IOException", "could only be written to 0 of the 1"));
      });
  s.start();
  REQUIRE(eventually([&] { return refused >= 3; }));
  CHECK(s.resource_manager.submissions().empty());
  full = false;
  REQUIRE(s.lives());
  CHECK(s.stagings() == s.live_ids());
}

TEST_CASE("a record that somebody else has claimed: what was prepared is removed") {
  batch s;
  std::atomic<bool> once{true};
  s.name_node.server().disturb([&](const fake::request& asked) -> std::optional<fake::disturbance> {
    // The claim's rename, just before which a stop is recorded under its number.
    if (asked.argument("op") == "RENAME" && asked.path.find("/log/") != std::string::npos &&
        once.exchange(false)) {
      component::log_record stop;
      stop.kind = record_kind::stop;
      stop.node = "edge1";
      stop.nonce = "00112233445566778899aabbccddeeff";
      stop.written_at = dm::io::now();
      s.name_node.files().put(asked.argument("destination"), to_json(stop));
    }
    return std::nullopt;
  });
  CHECK(s.run() == guard_exit_done);
  CHECK(s.resource_manager.submissions().empty());
  CHECK(s.stagings().empty());
}

TEST_CASE("a stop while a submission is unsent: it is never sent") {
  batch s;
  std::atomic<bool> away{true};
  std::atomic<int> refused{0};
  s.resource_manager.server().disturb(
      [&](const fake::request& asked) -> std::optional<fake::disturbance> {
        const bool post =
            asked.method == "POST" && asked.target.find("/cluster/apps?") != std::string::npos;
        if (post && away) ++refused;
        return post && away ? std::optional(answered(fake::text(503, "away"))) : std::nullopt;
      });
  s.start();
  // Once it was tried: what is sent after that is sent again, which looks at the log.
  REQUIRE(eventually([&] { return refused > 0; }));
  const std::uint64_t epoch = s.log().newest_incarnation()->number;
  SECTION("a stop") { s.unwant(); }
  SECTION("a run on another node") { s.want("edge2"); }
  away = false;
  CHECK(s.join() == guard_exit_done);
  // It may have been sent just before.
  for (const std::string& id : s.submitted_ids()) CHECK(id == s.yarn().applications().front().id);
  CHECK(s.yarn().applications().size() <= 1);
  if (s.yarn().applications().empty()) {
    CHECK(s.stagings().empty());
    REQUIRE(s.end_of(epoch));
    CHECK_FALSE(s.end_of(epoch)->counts);
  }
}

TEST_CASE("a stop that is on record before the next guard comes is obeyed") {
  batch s;
  const std::string id = s.left_unsent();
  s.unwant();
  const std::size_t before = s.resource_manager.submissions().size();
  CHECK(s.run() == guard_exit_done);
  CHECK(s.resource_manager.submissions().size() == before);
}

TEST_CASE("a stop and a start since: the new run has an id of its own") {
  batch s;
  const std::string id = s.left_unsent();
  s.unwant();
  s.want();
  s.start();
  REQUIRE(s.lives());
  CHECK(s.live_ids().front() != id);
  CHECK(s.yarn().applications().size() == 1);
}

TEST_CASE("a job that fails is restarted with an id of its own, and its files are removed") {
  batch s;
  s.start();
  REQUIRE(s.lives());
  const std::string first = s.live_ids().front();
  REQUIRE(eventually([&] { return s.noted(first); }));
  s.finish(first, "FAILED", "container lost");
  REQUIRE(eventually([&] { return !s.live_ids().empty(); }));
  const std::string second = s.live_ids().front();
  CHECK(second != first);
  REQUIRE(eventually([&] { return s.noted(second); }));
  CHECK(s.stagings() == std::vector<std::string>{second});
  CHECK(s.on_record().application_id == second);
}

TEST_CASE("an application that is there is adopted, and nothing is sent") {
  batch s;
  s.start();
  REQUIRE(s.lives());
  const std::string id = s.live_ids().front();
  s.terminate();
  s.join();
  s.start();
  REQUIRE(s.logged("adopting the live application"));
  s.end_in_order(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submitted_ids() == std::vector<std::string>{id});
}

TEST_CASE("no client's lock is held while an application is followed") {
  batch s;
  const bool adopted = GENERATE(false, true);
  CAPTURE(adopted);
  if (adopted) s.left_unsent();
  s.start();
  REQUIRE(s.lives());
  REQUIRE(eventually([&] { return s.noted(s.live_ids().front()); }));
  CHECK_FALSE(dm::guard::client_lives(s.spec.work_directory).value());
}

namespace {

struct scheduled_direct : direct_surroundings {
  fake::oozie there;
  std::string coordinator;

  scheduled_direct() {
    there.name_by("dm-" + id + "-");
    spec.oozie = component::guard_spec::oozie_part{there.url(), {}};
    spec.oozie->schedule.minutes = 60;
    spec.job_type = component::job_type::batch;
    spec.respawn = component::respawn::never;
    pace.wish_look = dm::io::milliseconds(50);
    pace.take_back_limit = dm::io::milliseconds(100);
    name_node.files().make_directories("/state/prod/app/job/oozie", spec.user, "750");
    coordinator = there.add_coordinator("dm-" + id + "-" + std::to_string(want()));
  }
  void run_of(const std::string& workflow) { run_name = dm::oozie::run_name{workflow, 0}; }
};

}  // namespace

TEST_CASE("a run of a schedule is submitted directly, once, whoever asks for it again") {
  scheduled_direct s;
  s.run_of(s.there.add_workflow(s.coordinator));
  s.start();
  REQUIRE(eventually([&] { return s.live_ids().size() == 1; }));
  const std::string id = s.live_ids().front();
  s.end_in_order(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.report.application_id == id);
  CHECK(s.run() == guard_exit_done);
  CHECK(s.submitted_ids() == std::vector<std::string>{id});
}

TEST_CASE("a run whose submission is unsent when a stop comes ends as stopped") {
  scheduled_direct s;
  s.run_of(s.there.add_workflow(s.coordinator));
  s.resource_manager.server().disturb(
      [&](const fake::request& asked) -> std::optional<fake::disturbance> {
        const bool post =
            asked.method == "POST" && asked.target.find("/cluster/apps?") != std::string::npos;
        return post ? std::optional(answered(fake::text(503, "away"))) : std::nullopt;
      });
  s.start();
  REQUIRE(eventually([&] { return !s.stagings().empty() && s.log().newest_incarnation(); }));
  s.unwant();
  CHECK(s.join() == component::guard_exit_ended);
  CHECK(s.yarn().applications().empty());
  CHECK(s.stagings().empty());
}
