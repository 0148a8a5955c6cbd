// A Deployment Manager with packages, applications and an HDFS, in which every operation can be
// begun any number of times from the same beginning and looked at as a whole afterwards: the
// general rule that nothing is lost, doubled, or there without being listed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fake/name_node.h"
#include "support/disk_faults.h"
#include "support/ending_table.h"
#include "support/manager_fixture.h"
#include "support/small_file_system.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace manager_test {

/// What application "one" is when an operation begins. app-1.0.0 and app-2.0.0 are deployed,
/// app-3.0.0 is in the repository, "bystander" is created; a started one has a savepoint "before",
/// a stopped one another one of its stop.
enum class beginning { absent, created, started, stopped };

struct scene {
  std::string name;
  beginning from;
  /// Asks for it, and returns the answer; of status 0 when nobody answered.
  std::function<answer(manager_fixture&)> act;
  /// What goes before, when the program runs already.
  std::function<void(manager_fixture&)> before = nullptr;
  /// The name of a script with which it ends in a third way, by going back.
  std::string back_by = {};
};

/// Every verb that changes something.
const std::vector<scene>& all_scenes();
/// The test case is run for each of them.
const scene& every_scene();
const scene& scene_named(const std::string& name);

/// How the world may look afterwards, from runs that nobody disturbs.
struct endings {
  std::string as_before;  // nobody has heard of it
  std::string carried_out;
  std::optional<std::string> back;
  std::vector<std::string> effects;  // of what is carried out, in the plugin
  std::vector<std::string> steps;    // see disk_faults
  std::size_t hdfs_steps = 0;        // requests to HDFS that change something
};

class operations_world {
 public:
  /// With `small` the data is on a file system of its own of that size ("4m"), which needs root.
  explicit operations_world(const std::string& small = "");
  ~operations_world();
  operations_world(const operations_world&) = delete;
  operations_world& operator=(const operations_world&) = delete;

  manager_fixture& dm() { return dm_; }
  dm::fake::name_node& hdfs() { return hdfs_; }
  const disk_faults& faults() const { return faults_; }
  /// nullptr where none was asked for, or it could not be mounted.
  const small_file_system* disk() const { return disk_ && disk_->mounted() ? &*disk_ : nullptr; }

  /// Back to the beginning; no program runs then.
  void begin(const scene& played);
  /// Begins, starts the program, does what goes before, and arms.
  void start(const scene& played, const disk_fault& fault);

  endings undisturbed(const scene& played);

  /// Whether the journal has anything.
  bool under_way();
  /// All that there is: registry, files, the plugin's components, HDFS. Without times and words.
  std::string picture();
  std::vector<std::string> effects();
  /// Waits until the world looks like one of the endings; fails the test with the difference when
  /// it does not. What was accepted must be carried out, unless it may fail.
  ending judge(const endings& allowed, bool accepted, bool may_fail);
  /// The newest operation's information.
  std::string information();

 private:
  struct memory {
    std::map<std::string, std::string> hdfs;  // path -> owner
  };
  std::filesystem::path saved(beginning which);
  void save(beginning which);
  std::map<std::string, std::string> hdfs_tree();
  std::string settled();

  manager_fixture dm_;
  dm::fake::name_node hdfs_;
  disk_faults faults_;
  std::optional<small_file_system> disk_;
  std::map<beginning, memory> beginnings_;
};

}  // namespace manager_test
