// What was found to be left over, and what could not be looked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "housekeeping/kind.h"
#include "io/operation.h"

namespace dm::housekeeping {

struct entry {
  std::string id;  // see entry_id; add() makes it
  enum kind kind = kind::staging;
  std::string key;   // what it is told from others of its kind by: a path, an application's id
  std::string what;  // one clause for people
  std::string path;  // empty: it is none
  std::string application;
  std::string component;
  std::string application_id;
  std::int64_t size_bytes = -1;  // -1: not known
  std::int64_t modified_ms = 0;  // 0: not known
  std::string why;               // why it may go; where it may not, why it is told and what to do
  std::string breaks;            // empty: as of its kind
  std::optional<bool> removed;   // by clean; false: it was gone already
  std::optional<error> failure;
  // Looks at it once more and removes it. false: it was gone. FAILED_PRECONDITION: it is needed by
  // now. None: it is not for this plugin to remove.
  std::function<result<bool>(const io::operation&)> remove;
  std::string measured_as;  // the user who may sum up the HDFS directory at `path`; empty: nobody
  bool cleanable = false;   // it had one; add() tells
};

// "staging-3f0a9c2e71b45d18": the same thing has the same id whoever asks, and nothing leads back
// from the id to a place, so that only what is found again can be removed by it (INV-8).
std::string entry_id(kind of, std::string_view name_space, std::string_view key);

struct withheld_kind {
  enum kind kind;
  std::string because;
};

class inventory {
 public:
  static constexpr std::size_t most_entries = 1000;  // of a kind

  // kinds: empty for all. ids: only these are kept; nullopt: all.
  inventory(std::string name_space, const std::vector<kind>& kinds,
            std::optional<std::set<std::string>> ids);

  bool wants(kind one) const { return wanted_.at(index_of(one)); }
  // Beyond most_entries it is only noted that there are more.
  void add(entry one);
  // The kind, or a part of it, could not be looked at for sure: nothing that depends on it was
  // added. Each reason once.
  void withhold(kind one, const std::string& because);

  std::vector<entry>& entries() { return entries_; }
  const std::vector<entry>& entries() const { return entries_; }
  const std::vector<withheld_kind>& withheld() const { return withheld_; }
  std::vector<kind> more() const;
  // By kind, then by path and id.
  void sort();

 private:
  std::string name_space_;
  std::array<bool, kind_count> wanted_{};
  std::optional<std::set<std::string>> ids_;
  std::array<std::size_t, kind_count> counts_{};
  std::array<bool, kind_count> more_{};
  std::vector<entry> entries_;
  std::vector<withheld_kind> withheld_;
};

}  // namespace dm::housekeeping
