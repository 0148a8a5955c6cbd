// At most N submissions at once on a node, in the order in which they were asked for: a flink
// client is a JVM of hundreds of MB, and after a reboot all components start.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/file.h"

namespace dm::guard {

// A slot that is held; given back when it is destroyed. Its submission_slots outlive it.
class submission_slot {
 public:
  submission_slot() = default;
  explicit submission_slot(int descriptor) : descriptor_(descriptor) {}
  submission_slot(submission_slot&& other) noexcept : descriptor_(other.descriptor_) {
    other.descriptor_ = -1;
  }
  submission_slot& operator=(submission_slot&& other) noexcept;
  ~submission_slot() { give_back(); }
  void give_back();

 private:
  int descriptor_ = -1;
};

// The node's slots: locked files that nobody but root, or the supervisor's own user, can open
// (D-31), so that no local account can take them. A guard opens them before it becomes its
// component's user.
class submission_slots {
 public:
  // None: whoever asks gets one at once. A slot bounds the load of a node and proves nothing, so
  // missing files hold no component up.
  submission_slots() = default;

  // Opens submission-0 … submission-(count-1) of the directory, or slot-0 … as an earlier version
  // made them. An error names the file that could not be opened.
  static result<submission_slots> open(const std::string& directory, int count);

  // nullopt: all are taken, or somebody has waited longer. Whoever asks again keeps its place; it
  // is lost with this object, and with the process.
  std::optional<submission_slot> try_take();
  std::size_t count() const { return files_.size(); }

 private:
  void draw_turn();
  bool somebody_is_before() const;

  std::vector<io::unique_fd> files_;
  // A file with the number of the next turn; who waits holds a lock on the byte of its own. Absent,
  // and in a directory that an earlier version made: slots are taken as they come.
  io::unique_fd turns_;
  std::int64_t turn_ = -1;  // -1: none is held
};

inline constexpr std::string_view turns_file = "turns";

}  // namespace dm::guard
