// Inspect and clean as a whole: everything that was planted is told, and nothing else; it is
// removed, and nothing else; and what a silent service would have to say something about stays.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/inspect.h"

#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using dm::test::planted_everything;
using housekeeping::kind;

namespace {

std::string text_of(const housekeeping::inspect_reply& reply) {
  std::string text;
  for (const housekeeping::entry& one : reply.entries) {
    text += one.id + " " + one.path + ": " + one.what + "; " + one.why;
    if (one.failure) text += " FAILED " + one.failure->text();
    text += "\n";
  }
  for (const housekeeping::withheld_kind& one : reply.withheld)
    text += "withheld " + std::string(to_string(one.kind)) + ": " + one.because + "\n";
  if (reply.failure) text += reply.failure->text();
  return text;
}

bool below_any(const std::string& path, const std::set<std::string>& roots) {
  return std::any_of(roots.begin(), roots.end(), [&](const std::string& root) {
    return path == root || path.starts_with(root + "/");
  });
}

// Documents that the ledger itself writes while it reads or marks are not what was planted.
bool of_the_ledger(const std::string& path) {
  return path.find("/savepoints/") != std::string::npos && path.ends_with(".json");
}

std::set<std::string> local_tree(const planted& p) {
  std::set<std::string> all;
  for (const auto& one : std::filesystem::recursive_directory_iterator(p.d.edge.path()))
    all.insert(one.path());
  return all;
}

std::set<std::string> hdfs_tree(planted& p) {
  std::set<std::string> all;
  for (const std::string& path : p.d.name_node.files().all_files()) {
    if (!of_the_ledger(path)) all.insert(path);
  }
  return all;
}

}  // namespace

TEST_CASE("forty planted leftovers and more of every kind are told exactly, and nothing changes") {
  planted_everything all;
  const auto before = hdfs_tree(all.p);
  const auto local_before = local_tree(all.p);
  const auto reply = all.p.inspect();
  INFO(text_of(reply));
  CHECK_FALSE(reply.failure);
  CHECK(reply.withheld.empty());
  CHECK(reply.more.empty());
  CHECK(planted::counts_of(reply) == all.counts);
  CHECK(reply.entries.size() >= 40);
  std::set<std::string> cleanable;
  for (const housekeeping::entry& one : reply.entries) {
    CHECK_FALSE(one.what.empty());
    CHECK_FALSE(one.why.empty());
    CHECK_FALSE(one.breaks.empty());
    CHECK_FALSE(one.removed);
    if (one.cleanable && one.kind != kind::ledger_without_files && !one.path.empty())
      cleanable.insert(one.path);
  }
  std::set<std::string> expected = all.on_hdfs;
  expected.insert(all.on_node.begin(), all.on_node.end());
  CHECK(cleanable == expected);
  // A clean that is not told otherwise removes nothing either.
  const auto dry = all.p.clean({}, true);
  CHECK_FALSE(dry.changed);
  CHECK(planted::counts_of(dry) == all.counts);
  CHECK(hdfs_tree(all.p) == before);
  CHECK(local_tree(all.p) == local_before);
  CHECK(all.p.d.resource_manager.kills_asked() == 0);
}

TEST_CASE("what was planted is removed exactly, and a second clean finds nothing to do") {
  planted_everything all;
  const auto before = hdfs_tree(all.p);
  const auto local_before = local_tree(all.p);
  const auto reply = all.p.clean();
  INFO(text_of(reply));
  CHECK_FALSE(reply.failure);
  CHECK(reply.changed);
  for (const housekeeping::entry& one : reply.entries) {
    CHECK_FALSE(one.failure);
    CHECK(one.removed.value_or(false) == one.cleanable);
  }
  std::set<std::string> left;
  for (const std::string& path : before) {
    if (!below_any(path, all.on_hdfs)) left.insert(path);
  }
  CHECK(hdfs_tree(all.p) == left);
  std::set<std::string> local_left;
  for (const std::string& path : local_before) {
    if (!below_any(path, all.on_node)) local_left.insert(path);
  }
  CHECK(local_tree(all.p) == local_left);
  CHECK(all.p.d.resource_manager.kills_asked() == 0);
  CHECK_FALSE(all.p.d.edge.supervisord().process("flink.prod.old.shade"));

  const auto again = all.p.clean();
  INFO(text_of(again));
  CHECK_FALSE(again.changed);
  CHECK(std::none_of(again.entries.begin(), again.entries.end(),
                     [](const auto& one) { return one.cleanable; }));
}

TEST_CASE("ids name what is removed: one, and nothing else; an id that is none is told as gone") {
  planted_everything all;
  const auto found = all.p.inspect();
  const auto chosen = std::find_if(found.entries.begin(), found.entries.end(),
                                   [](const auto& one) { return one.kind == kind::staging; });
  REQUIRE(chosen != found.entries.end());
  housekeeping::clean_request asked;
  asked.what = all.p.request();
  asked.ids = {chosen->id, "staging-0000000000000000"};
  asked.dry_run = false;
  const auto op = io::operation::within(std::chrono::seconds(60));
  const auto reply = housekeeping::clean(all.p.session(), op, asked);
  INFO(text_of(reply));
  REQUIRE(reply.entries.size() == 1);
  CHECK(reply.entries.front().id == chosen->id);
  CHECK(reply.entries.front().removed == true);
  CHECK(reply.gone == std::vector<std::string>{"staging-0000000000000000"});
  CHECK_FALSE(all.p.d.name_node.files().exists(chosen->path));
  const auto again = housekeeping::clean(all.p.session(), op, asked);
  CHECK_FALSE(again.changed);
  CHECK(again.gone.size() == 2);
  CHECK(planted::counts_of(all.p.inspect())["staging"] == all.counts["staging"] - 1);
}

TEST_CASE("with the ResourceManager away nothing is removed that depends on its word (INV-4)") {
  planted_everything all;
  const int variant = GENERATE(0, 1, 2);
  INFO("0: away, 1: a standby, 2: just started");
  if (variant == 0) all.p.d.resource_manager.server().stop();
  if (variant == 1) all.p.d.resource_manager.set_standby("");
  if (variant == 2) {
    for (const auto& one : all.p.d.resource_manager.cluster().applications()) {
      if (one.terminal()) all.p.d.resource_manager.cluster().forget(one.id);
    }
    all.p.d.resource_manager.set_started_on(io::now().time_since_epoch().count());
  }
  const auto reply = all.p.clean();
  INFO(text_of(reply));
  CHECK_FALSE(reply.failure);
  auto counts = planted::counts_of(reply);
  for (const kind one : {kind::staging, kind::checkpoint}) {
    CHECK(counts[std::string(to_string(one))] == 0);
    CHECK(std::any_of(reply.withheld.begin(), reply.withheld.end(),
                      [&](const auto& held) { return held.kind == one; }));
  }
  const std::string base = "/user/" + all.p.d.data.user + "/.flink/";
  CHECK(all.p.d.name_node.files().names("/user/" + all.p.d.data.user + "/.flink").size() == 7);
  for (const std::string& path : all.on_hdfs) {
    if (path.find("/checkpoints/") != std::string::npos || path.starts_with(base))
      CHECK(all.p.d.name_node.files().exists(path));
  }
  CHECK(std::filesystem::exists(all.p.d.edge.install_root() + "/prod/app/orphan"));
  // What does not depend on it goes.
  CHECK(counts["archived-job"] == all.counts["archived-job"]);
}

TEST_CASE("with the NameNode or supervisord away nothing of what depends on them is removed") {
  planted_everything all;
  const auto before = hdfs_tree(all.p);
  SECTION("the NameNode") {
    all.p.d.name_node.server().stop();
    const auto reply = all.p.clean();
    INFO(text_of(reply));
    CHECK_FALSE(reply.failure);
    for (const kind one : {kind::archived_job, kind::staging, kind::temporary, kind::library,
                           kind::client_log, kind::incident, kind::checkpoint,
                           kind::ledger_without_files, kind::files_without_ledger}) {
      INFO(to_string(one));
      CHECK(std::any_of(reply.withheld.begin(), reply.withheld.end(),
                        [&](const auto& held) { return held.kind == one; }));
      CHECK(std::none_of(reply.entries.begin(), reply.entries.end(), [&](const auto& entry) {
        return entry.kind == one && entry.removed && entry.path.starts_with("/pnda");
      }));
    }
    all.p.d.name_node.server().start();
    CHECK(hdfs_tree(all.p) == before);
  }
  SECTION("supervisord") {
    all.p.d.edge.supervisord().server().stop();
    const auto reply = all.p.clean();
    INFO(text_of(reply));
    CHECK_FALSE(reply.failure);
    CHECK(std::any_of(reply.withheld.begin(), reply.withheld.end(), [](const auto& held) {
      return held.kind == kind::program_without_component;
    }));
    CHECK(std::filesystem::exists(all.p.d.edge.config_dir() + "/flink.prod.old.ghost.conf"));
    CHECK(std::filesystem::exists(all.p.d.edge.install_root() + "/prod/app/orphan"));
  }
}

TEST_CASE("another namespace's session, a cancelled and a late operation are refused as a whole") {
  planted p;
  housekeeping::inspect_request other = p.request();
  other.name_space = "test";
  const auto op = io::operation::within(std::chrono::seconds(60));
  const auto reply = housekeeping::inspect(p.session(), op, other);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  const auto late =
      housekeeping::inspect(p.session(), io::operation::within(io::milliseconds(0)), p.request());
  REQUIRE(late.failure);
  CHECK(late.failure->code == status_code::deadline_exceeded);
  io::cancellation cancel;
  cancel.cancel();
  const auto cancelled = housekeeping::inspect(
      p.session(), io::operation(io::steady_time::max(), &cancel), p.request());
  REQUIRE(cancelled.failure);
  CHECK(cancelled.failure->code == status_code::cancelled);
}
