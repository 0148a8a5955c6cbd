// What holds for the choice of the restore point after any sequence of events: INV-2, and that a
// resume from an older point is never jumped over. The histories are random and the same in every
// run.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "io/hash.h"
#include "one_ledger.h"
#include "state/restore_choice.h"

using namespace dm::state;
using dm::component::log_record;
using dm::component::record_kind;
using dm::component::state_policy;
using dm::test::one_ledger;

namespace {

// What the state of a job is made of, kept apart from the log and the ledger.
struct state_version {
  std::uint64_t epoch = 0;
  std::int64_t checkpoint_id = 0;
  std::set<std::string> before;  // every point on the way to this one
  bool intact = true;
  bool disposed = false;
  bool ledger = false;
};

class world {
 public:
  world(unsigned seed, state_policy policy) : random_(seed), policy_(policy) {}

  void event() {
    switch (pick(14)) {
      case 0:
        return start();
      case 1:
        return resume();
      case 2:
        return failed_stop();
      case 3:
        return burn();
      case 4:
      case 5:
        return make_checkpoint();
      case 6:
      case 7:
        return make_savepoint();
      case 8:
      case 9:
        return damage();
      case 10:
        return dispose();
      default:
        return submit();
    }
  }
  int chosen() const { return chosen_; }
  int refused() const { return refused_; }
  int empty() const { return empty_; }

 private:
  std::size_t pick(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }
  log_record& append(record_kind kind) {
    const std::uint64_t number = l_.log.newest_number() + 1;
    log_record& record = l_.log.records[number];
    record.number = number;
    record.kind = kind;
    return record;
  }
  const std::string* any_point() {
    if (versions_.empty()) return nullptr;
    auto it = versions_.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(pick(versions_.size())));
    return &it->first;
  }

  void start() {
    if (pick(2) == 0) append(record_kind::stop);
    append(record_kind::run).accept_state_loss = pick(2) == 0;
    named_.clear();
    accepted_ = l_.log.newest_intent()->accept_state_loss;
    completed_in_run_ = false;
  }
  void resume() {
    const std::string* path = any_point();
    if (path == nullptr) return;
    log_record& record = append(record_kind::run);
    record.restore_path = *path;
    record.claim_mode = "no_claim";
    named_ = *path;
    accepted_ = false;
    completed_in_run_ = false;
  }
  void failed_stop() {
    if (!l_.log.wanted()) return;
    const std::uint64_t run = l_.log.newest_intent()->number;
    append(record_kind::stop);
    append(record_kind::run).continues = run;
    accepted_ = false;
  }
  void burn() {
    if (!l_.log.wanted()) return;
    const auto before = choice_text();
    log_record& record = append(record_kind::incarnation);
    if (const std::string* path = any_point()) record.restore_path = *path;
    l_.log.ends[record.number].counts = false;
    CHECK(choice_text() == before);
  }

  void make_checkpoint() {
    if (epoch_ == 0) return;
    const std::string path = l_.ledger.checkpoints_directory(epoch_) + "/" + job_id() + "/chk-" +
                             std::to_string(++count_);
    l_.files().put(path + "/_metadata", dm::fake::metadata_bytes(count_));
    made(path, false);
  }
  void make_savepoint() {
    if (epoch_ == 0) return;
    ++count_;
    if (pick(3) == 0) {  // by hand
      const std::string path = l_.savepoints() + "/savepoint-" + job_id().substr(0, 6) + "-" +
                               std::to_string(100000 + versions_.size());
      l_.put_savepoint(path, count_);
      return made(path, false);
    }
    const std::string operation = "op" + std::to_string(versions_.size());
    l_.job_id = job_id();
    const std::string path = l_.complete(operation, epoch_, count_);
    made(path, true);
  }
  void made(const std::string& path, bool ledger) {
    versions_[path] = {epoch_, count_, history_, true, false, ledger};
    history_.insert(path);
    made_.insert(path);
    completed_in_run_ = true;
  }

  void damage() {
    const std::string* path = any_point();
    // What the job was started from is where a choice can go wrong.
    if (!origin_.empty() && pick(2) == 0) path = &origin_;
    if (path == nullptr || versions_[*path].disposed) return;
    l_.files().put(*path + "/_metadata", "damaged");
    versions_[*path].intact = false;
  }
  void dispose() {
    const std::string* path = any_point();
    if (path == nullptr || !versions_[*path].ledger) return;
    const std::string operation =
        path->substr(l_.savepoints().size() + 1, path->rfind('/') - l_.savepoints().size() - 1);
    disposal_record record;
    record.path = *path;
    REQUIRE(l_.ledger.begin_disposal(l_.in_time, operation, record));
    l_.files().remove(*path, true);
    REQUIRE(l_.ledger.finish_disposal(l_.in_time, operation));
    versions_[*path].intact = false;
    versions_[*path].disposed = true;
  }

  // The guard's step: choose, and be started from what was chosen.
  void submit() {
    if (!l_.log.wanted()) return;
    const auto selected = selection_now();
    const auto* made_choice = std::get_if<choice>(&selected);
    if (made_choice == nullptr) {
      check_refusal();
      ++refused_;
      return;
    }
    log_record record;
    if (made_choice->point) {
      check_point(made_choice->point->path);
      record.restore_path = made_choice->point->path;
      const state_version& version = versions_.at(record.restore_path);
      history_ = version.before;
      history_.insert(record.restore_path);
      count_ = version.checkpoint_id;
      ++chosen_;
    } else {
      check_empty();
      history_.clear();
      count_ = 0;
      ++empty_;
    }
    log_record& incarnation = append(record_kind::incarnation);
    incarnation.restore_path = record.restore_path;
    origin_ = record.restore_path;
    epoch_ = incarnation.number;
    jobs_[epoch_] = dm::io::sha256_hex(std::to_string(epoch_)).substr(0, 32);
    l_.log.applications[epoch_] = {epoch_, "application_1_1", "", jobs_[epoch_], {}};
    made_.clear();
    named_.clear();
    if (pick(2) == 0) {
      for (std::size_t i = pick(4); i > 0; --i) make_checkpoint();
    }
  }

  void check_point(const std::string& path) {
    CAPTURE(path);
    REQUIRE(versions_.contains(path));
    CHECK(versions_[path].intact);
    if (!named_.empty()) {
      CHECK(path == named_);
      return;
    }
    // Of the state that the newest incarnation had, or of what led to it: never of another line.
    CHECK(history_.contains(path));
    // Nothing newer that is intact is passed over.
    for (const std::string& other : made_) {
      if (versions_[other].intact)
        CHECK(versions_[path].checkpoint_id >= versions_[other].checkpoint_id);
    }
  }
  void check_empty() {
    CHECK(named_.empty());
    if (policy_ == state_policy::none) return;
    const bool allowed = accepted_ && !completed_in_run_;
    if (policy_ == state_policy::required) CHECK(allowed);
    for (const std::string& path : history_) {
      CAPTURE(path);
      if (!allowed) CHECK(versions_[path].disposed);  // on purpose, and nobody was started from it
      CHECK_FALSE(versions_[path].intact);
    }
  }
  // It is refused for want of state, not for want of looking.
  void check_refusal() {
    if (!named_.empty()) {
      CHECK_FALSE(versions_[named_].intact);
      return;
    }
    for (const std::string& path : history_) CHECK_FALSE(versions_[path].intact);
  }

  selection selection_now() {
    auto selected = select_restore_point(l_.in_time, l_.hdfs, l_.ledger, l_.log, policy_);
    if (!selected) FAIL(selected.error().text());
    return std::move(*selected);
  }
  std::string choice_text() {
    const auto selected = selection_now();
    const auto* made_choice = std::get_if<choice>(&selected);
    if (made_choice == nullptr) return std::get<no_choice>(selected).reason.text();
    return made_choice->point ? made_choice->point->path : "without state";
  }
  const std::string& job_id() { return jobs_.at(epoch_); }

  one_ledger l_;
  std::mt19937 random_;
  state_policy policy_;
  std::map<std::string, state_version> versions_;  // by path
  std::map<std::uint64_t, std::string> jobs_;
  // Of the newest incarnation that was submitted:
  std::uint64_t epoch_ = 0;
  std::int64_t count_ = 0;
  std::string origin_;             // what it was started from
  std::set<std::string> history_;  // points that its state goes back to, its own included
  std::set<std::string> made_;     // its own
  // Of the newest run:
  std::string named_;
  bool accepted_ = false;
  bool completed_in_run_ = false;
  int chosen_ = 0, refused_ = 0, empty_ = 0;
};

}  // namespace

TEST_CASE("INV-2: no sequence of events starts a component without the state that it must have") {
  const auto policy = GENERATE(state_policy::required, state_policy::optional);
  int chosen = 0, refused = 0, empty = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    world w(seed, policy);
    for (int i = 0; i < 60; ++i) w.event();
    chosen += w.chosen();
    refused += w.refused();
    empty += w.empty();
  }
  // The histories are worth something: all three happen.
  CHECK(chosen > 20);
  CHECK(refused > 3);
  CHECK(empty > 3);
}
