// SHA-256 of files of this node, kept in a file between two runs, so that hundreds of megabytes are
// not read at each start.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "io/file.h"
#include "io/operation.h"

namespace dm::library {

struct local_file {
  io::unique_fd descriptor;  // at the file's beginning
  std::int64_t bytes = 0;
  std::string sha256;  // 64 hex digits
};

// A digest is believed while the file has the same inode, size, time of change of its content and
// of its inode: so a file that was replaced is read anew even when its time was set back. One that
// was changed a moment ago is read again the next time: its clock may not tell two changes apart.
class local_digests {
 public:
  local_digests() = default;  // kept nowhere
  // file: absolute, in a directory that only whoever runs this may write. One that is not there, or
  // that nobody understands, is an empty one. It has what was asked for in one run: whoever asks
  // for others has a file of his own, or each drives out what the other one knows.
  explicit local_digests(std::string file);

  // Opens the file and tells its digest. Links are followed. FAILED_PRECONDITION: no regular file.
  result<local_file> open(const io::operation& op, const std::string& path);
  // A number that was noted under this name, by an earlier run or this one; nullopt: none was.
  std::optional<std::int64_t> noted(const std::string& name);
  void note(const std::string& name, std::int64_t number);
  // Writes the file, of what was asked for in this run alone, if there is anything new.
  result<void> keep();

  std::size_t read_count() const { return read_count_; }  // files that were read to the end

 private:
  struct entry {
    std::int64_t inode = 0;
    std::int64_t bytes = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    std::string sha256;
  };
  static entry seen(const struct stat& now);
  static bool same(const entry& one, const entry& other);
  void read();

  std::string file_;
  std::map<std::string, entry, std::less<>> known_;  // by path, from the file
  std::map<std::string, entry, std::less<>> asked_;
  std::map<std::string, std::int64_t> known_notes_;  // from the file
  std::map<std::string, std::int64_t> notes_;        // asked for in this run
  bool changed_ = false;
  std::size_t read_count_ = 0;
};

}  // namespace dm::library
