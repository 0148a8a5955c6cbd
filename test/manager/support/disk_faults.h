// A program whose process ends, or whose disk is full, at a step that the test names: a step is a
// call that changes a file. Done by a library that is loaded before the C library
// (disk_faults.cpp), so the program itself knows nothing of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/temporary_directory.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace manager_test {

/// The first step is number 1; 0: never.
struct disk_fault {
  int kill_at = 0;              // SIGKILL before this step
  int full_at = 0;              // no place for this step and all after it until free()
  bool once = false;            // no place for this step only
  bool from_the_start = false;  // steps count from the program's start, not from arm()
};

class disk_faults {
 public:
  /// Its own files are in `directory`. Steps are changes below `roots`, and of `marks`, for which
  /// there is always place. All absolute, files or directories.
  disk_faults(std::filesystem::path directory, const std::vector<std::filesystem::path>& roots,
              const std::vector<std::filesystem::path>& marks)
      : directory_(std::move(directory)) {
    std::filesystem::create_directories(directory_);
    for (const auto& one : roots) roots_ += (roots_.empty() ? "" : ":") + one.string();
    for (const auto& one : marks) marks_ += (marks_.empty() ? "" : ":") + one.string();
  }

  /// For manager_fixture::start_program; what an earlier program has left is forgotten.
  std::vector<std::string> environment(const disk_fault& fault) const {
    for (const char* file : {"armed", "freed", "steps"}) {
      std::filesystem::remove(directory_ / file);
    }
    const auto number = [](const char* name, int value) {
      return std::string(name) + "=" + std::to_string(value);
    };
    const auto file = [&](const char* name, const char* in) {
      return std::string(name) + "=" + (directory_ / in).string();
    };
    // Address sanitizer wants to be the first library, but works as the second.
    const char* sanitizer = std::getenv("ASAN_OPTIONS");
    return {std::string("LD_PRELOAD=") + DISK_FAULTS_LIBRARY,
            "ASAN_OPTIONS=verify_asan_link_order=0" +
                (sanitizer == nullptr ? std::string() : std::string(":") + sanitizer),
            "DM_DISK_ROOTS=" + roots_,
            "DM_DISK_MARKS=" + marks_,
            number("DM_DISK_KILL", fault.kill_at),
            number("DM_DISK_FULL", fault.full_at),
            number("DM_DISK_FULL_ONCE", fault.once ? 1 : 0),
            fault.from_the_start ? "DM_DISK_ARMED=" : file("DM_DISK_ARMED", "armed"),
            file("DM_DISK_FREED", "freed"),
            file("DM_DISK_STEPS", "steps")};
  }

  /// Steps count from here.
  void arm() const { write_file(directory_ / "armed", "x"); }
  /// There is place again.
  void free() const { write_file(directory_ / "freed", "x"); }

  /// What was done so far: "flush /…/data/registry.sqlite-wal".
  std::vector<std::string> steps() const {
    std::ifstream stream(directory_ / "steps");
    std::vector<std::string> result;
    for (std::string line; std::getline(stream, line);) result.push_back(line);
    return result;
  }

 private:
  std::filesystem::path directory_;
  std::string roots_;
  std::string marks_;
};

}  // namespace manager_test
