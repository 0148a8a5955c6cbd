// A zip as java.util.zip reads it: by the directory at its end, whatever stands before the first
// entry; of several entries of one name the last one counts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "io/error.h"
#include "io/operation.h"

namespace dm::package {

struct zip_entry {
  std::string name;
  int method = 0;  // 0: stored, 8: deflated
  bool encrypted = false;
  std::uint64_t compressed_bytes = 0;
  std::uint64_t size_bytes = 0;
  std::uint64_t offset = 0;  // of its local header in the file
};

class zip_file {
 public:
  // descriptor: of the whole file; borrowed, used as long as this object is. `name` is for
  // messages. FAILED_PRECONDITION: no zip, a damaged one, or one that java.util.zip refuses to
  // open: an entry that is encrypted or compressed by another method than deflate. Other errors are
  // those of reading the file, and of the operation.
  static result<zip_file> open(const io::operation& op, int descriptor, std::string_view name);

  const std::vector<zip_entry>& entries() const { return entries_; }
  const zip_entry* find(const std::string& name) const;  // nullptr: there is none
  // The content of an entry. FAILED_PRECONDITION: damaged, or larger than `limit`.
  result<std::string> read(const io::operation& op, const zip_entry& entry,
                           std::size_t limit) const;

 private:
  zip_file(int descriptor, std::string_view name) : descriptor_(descriptor), name_(name) {}

  int descriptor_;
  std::string name_;
  std::vector<zip_entry> entries_;  // in the directory's order
  std::unordered_map<std::string, std::size_t> last_of_name_;
};

}  // namespace dm::package
