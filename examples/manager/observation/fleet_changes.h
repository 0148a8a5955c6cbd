// What has changed in a set of named texts since somebody looked: each has the number of the look
// at which it became what it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace manager {

class fleet_changes {
 public:
  /// What is gone is remembered for so many names; who comes from before gets everything anew.
  explicit fleet_changes(std::size_t most_gone = 1000);

  struct answer {
    std::string revision;  // what to ask with the next time
    bool whole = false;    // it is everything, not what has changed
    std::vector<std::string> texts;
    std::vector<std::string> gone;  // names
  };
  /// Notes what is there now, and answers what is other than at `since`: an earlier answer's
  /// revision; anything else is answered with everything. [any-thread]
  answer update(const std::map<std::string, std::string>& now, std::string_view since);

 private:
  struct entry {
    std::string text;
    std::uint64_t changed = 0;
  };
  bool knows(std::string_view since, std::uint64_t& number) const;

  const std::size_t most_gone_;
  const std::string process_;  // revisions of another process are none of this one's
  std::mutex mutex_;
  std::uint64_t revision_ = 0;            // guarded by mutex_
  std::uint64_t forgotten_ = 0;           // guarded by mutex_; what was gone by then
  std::map<std::string, entry> entries_;  // guarded by mutex_
  std::deque<std::pair<std::uint64_t, std::string>> gone_;  // guarded by mutex_; the oldest first
};

}  // namespace manager
