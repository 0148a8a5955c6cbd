// clean, killed at every deletion: before it is carried out, and when it is and nobody has been
// told. Repeated it removes the rest, and nothing else (INV-5).
// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"
#include "support/killed_run.h"

using namespace dm;
using dm::test::planted;
using dm::test::planted_everything;
using housekeeping::kind;

namespace {

constexpr int most_deletions = 200;

// The files of the process.
struct scene {
  planted_everything all;
  std::string environment = all.p.d.edge.path() + "/environment.json";
  std::string request = all.p.d.edge.path() + "/request.json";

  explicit scene(const std::vector<kind>& kinds) {
    planted& p = all.p;
    test::write_text(
        environment,
        p.d.edge.document("'flink_history_server':'127.0.0.1:1'",
                          fmt::format("'history_archive_dir':'{}','library_directory':'{}',"
                                      "'temporary_directories':['{}'],"
                                      "'client_temporary_directory':'{}'",
                                      p.settings.history_archive_dir, p.settings.library_directory,
                                      p.settings.temporary_directories.front(),
                                      p.settings.client_temporary_directory)));
    io::json_buffer buffer;
    io::json_writer writer(buffer);
    writer.StartObject();
    io::put(writer, "schema", 1);
    io::put(writer, "namespace", "prod");
    io::put(writer, "resource_manager", p.d.resource_manager.address());
    io::put(writer, "name_node", p.d.name_node.address());
    io::put(writer, "all", true);
    io::put(writer, "dry_run", false);
    io::key(writer, "kinds");
    writer.StartArray();
    for (const kind one : kinds) io::string(writer, housekeeping::to_string(one));
    writer.EndArray();
    io::key(writer, "records");
    writer.StartArray();
    for (const housekeeping::host_record& record : p.records) {
      writer.StartObject();
      io::put(writer, "application", record.name.application);
      io::put(writer, "component", record.name.component);
      io::key(writer, "data");
      input::write(writer, *record.data);
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
    test::write_text(request, std::string(io::text(buffer)));
  }

  // Whether all of it is gone, and what must stay is there.
  void check_converged(const std::vector<kind>& kinds) {
    const auto again = all.p.clean(kinds);
    if (again.failure) FAIL(again.failure->text());
    for (const housekeeping::entry& one : again.entries) {
      INFO(one.path);
      if (one.failure) FAIL(one.failure->text());
      CHECK(one.cleanable == one.removed.has_value());
    }
    const auto last = all.p.clean(kinds);
    CHECK_FALSE(last.changed);
    for (const housekeeping::entry& one : last.entries) CHECK_FALSE(one.cleanable);
    const auto log = all.p.d.log();
    CHECK(log.wanted());
    CHECK(all.p.d.live_ids().size() == 1);
    CHECK(all.p.d.resource_manager.kills_asked() == 0);
    const auto& files = all.p.d.name_node.files();
    CHECK(files.exists(all.p.d.state_directory() + "/savepoints/sp-3"));
    CHECK(files.exists(fmt::format("{}/checkpoints/{}", all.p.d.state_directory(),
                                   log.newest_incarnation()->number)));
    CHECK(files.exists("/pnda/lib/beam/1.2"));
    CHECK(std::filesystem::exists(all.p.d.data.directory + "/package"));
    CHECK(std::filesystem::exists(all.p.d.data.program_file));
  }
};

// Runs the process until the NameNode gets its deletion number `deletion`, and kills it then.
// False: it ended before.
bool kill_at(scene& s, int deletion, bool carried_out) {
  std::atomic<pid_t> child{0};
  std::atomic<int> seen{0};
  std::atomic<bool> killed{false};
  s.all.p.d.name_node.server().disturb(
      [&](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.method != "DELETE" || seen++ != deletion) return std::nullopt;
        while (child == 0) ::usleep(1000);
        ::kill(child, SIGKILL);
        killed = true;
        fake::disturbance lost;
        lost.what = fake::disturbance::kind::close;
        lost.carried_out = carried_out;
        return lost;
      });
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::execl(DM_CLEAN_ONCE, DM_CLEAN_ONCE, s.environment.c_str(), s.request.c_str(), nullptr);
    ::_exit(98);
  }
  child = pid;
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  s.all.p.d.name_node.server().disturb(nullptr);
  if (!killed) {
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
  return killed;
}

// Every `step`th one.
void kill_at_deletions(bool carried_out, int step) {
  const std::vector<kind> kinds = {kind::archived_job,
                                   kind::staging,
                                   kind::temporary,
                                   kind::library,
                                   kind::incident,
                                   kind::checkpoint,
                                   kind::ledger_without_files,
                                   kind::files_without_ledger};
  int deletion = 0;
  for (; deletion < most_deletions; deletion += step) {
    INFO("killed at deletion " << deletion << (carried_out ? ", carried out" : ""));
    scene s(kinds);
    const bool killed = kill_at(s, deletion, carried_out);
    s.check_converged(kinds);
    if (!killed) break;
  }
  CHECK(deletion > 20);
  CHECK(deletion < most_deletions);
}

}  // namespace

TEST_CASE("clean killed before a deletion on HDFS goes on when it is repeated (INV-5)") {
  kill_at_deletions(false, 6);
}

TEST_CASE("clean killed after a deletion on HDFS goes on when it is repeated (INV-5)") {
  kill_at_deletions(true, 6);
}

// Some minutes: ask for it by its tag.
TEST_CASE("clean killed before and after each deletion on HDFS goes on (INV-5)", "[.matrix]") {
  kill_at_deletions(false, 1);
  kill_at_deletions(true, 1);
}

TEST_CASE("clean killed at points all over the removal of files of the node goes on (INV-5)") {
  const std::vector<kind> kinds = {kind::client_log, kind::program_without_component,
                                   kind::files_without_component};
  constexpr int points = 10;
  constexpr int most_effects = 4'000;
  int effects = 64;
  while (effects < most_effects) {
    scene s(kinds);
    const auto run = test::run_and_kill({DM_CLEAN_ONCE, s.environment, s.request}, effects);
    if (!run.killed) {
      CHECK(run.exit_code == 0);
      break;
    }
    effects *= 2;
  }
  CHECK(effects < most_effects);
  for (int point = 0; point < points; ++point) {
    const int effect = effects * point / points;
    INFO("killed before effect " << effect << " of about " << effects);
    scene s(kinds);
    const auto run = test::run_and_kill({DM_CLEAN_ONCE, s.environment, s.request}, effect);
    s.check_converged(kinds);
    if (!run.killed) break;
  }
}
