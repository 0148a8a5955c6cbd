// Walks over the entries of an untrusted tar archive, by libarchive.
// SPDX-License-Identifier: Apache-2.0
#include "package/archive_reader.h"

#include "base/failure.h"
#include "base/names.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sys/stat.h>
#include <algorithm>
#include <cerrno>
#include <exception>
#include <new>

namespace manager {
namespace {

constexpr std::size_t longest_path = 1024;
constexpr std::size_t longest_part = 255;
constexpr std::size_t most_parts = 32;
constexpr std::size_t read_block = 1U << 16;

std::string why_of(archive* opened) {
  const char* text = archive_error_string(opened);
  return text != nullptr ? printable(text) : "unknown error";
}

// Called by libarchive, through which no exception may pass.
la_ssize_t read_xz(archive* opened, void* from, const void** bytes) {
  try {
    const std::string_view piece = static_cast<xz_file*>(from)->read();
    *bytes = piece.data();
    return static_cast<la_ssize_t>(piece.size());
  } catch (const std::exception& problem) {
    archive_set_error(opened, EINVAL, "%s", problem.what());
    return -1;
  }
}

}  // namespace

std::string archive_member::path() const { return fmt::format("{}", fmt::join(parts, "/")); }

void archive_reader::closer::operator()(archive* opened) const { archive_read_free(opened); }

archive_reader::archive_reader(const std::filesystem::path& file, const archive_limits& limits,
                               cancellation& cancel)
    : file_(file), limits_(limits), cancel_(cancel), archive_(archive_read_new()) {
  if (!archive_) throw std::bad_alloc();
  // Not "all": libarchive would also run external programs for rare compressions. xz has a bound of
  // memory only here.
  archive_read_support_filter_gzip(archive_.get());
  archive_read_support_filter_bzip2(archive_.get());
  archive_read_support_filter_zstd(archive_.get());
  archive_read_support_format_tar(archive_.get());
  int opened = ARCHIVE_FATAL;
  int filters = 2;  // libarchive counts the file itself
  if (xz_file::is_one(file_)) {
    xz_ = std::make_unique<xz_file>(file_);
    opened = archive_read_open(archive_.get(), xz_.get(), nullptr, read_xz, nullptr);
    filters = 1;
  } else {
    opened = archive_read_open_filename(archive_.get(), file_.c_str(), read_block);
  }
  if (opened != ARCHIVE_OK) {
    throw failure(
        failure_kind::failed_validation,
        fmt::format("the file is no readable package archive (tar, compressed by gzip, bzip2, xz "
                    "or zstd): {}",
                    why_of(archive_.get())));
  }
  // Each one more would have its own memory, and a few bytes are enough to make it.
  if (archive_filter_count(archive_.get()) > filters) refuse("", "it is compressed more than once");
}

void archive_reader::refuse(std::string_view member, std::string_view why) const {
  throw failure(failure_kind::failed_validation,
                fmt::format("Unexpected error parsing the package contents: {}{}{}", why,
                            member.empty() ? "" : ": ", printable(member)));
}

void archive_reader::check_type(archive_entry* entry, std::string_view path) const {
  if (archive_entry_hardlink(entry) != nullptr) refuse(path, "hard links are not allowed");
  const auto type = archive_entry_filetype(entry);
  if (type == AE_IFLNK) refuse(path, "symbolic links are not allowed");
  if (type != AE_IFREG && type != AE_IFDIR) {
    refuse(path, "only files and directories are allowed, no devices, pipes or sockets");
  }
}

std::vector<std::string> archive_reader::check_path(std::string_view path) const {
  if (path.empty() || path.size() > longest_path) {
    refuse(path, fmt::format("a path must have 1 to {} bytes", longest_path));
  }
  if (!is_utf8(path)) refuse(path, "a path is not valid UTF-8");
  if (path.front() == '/') refuse(path, "absolute paths are not allowed");
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= path.size(); ++i) {
    if (i < path.size() && path[i] != '/') continue;
    const std::string_view part = path.substr(begin, i - begin);
    begin = i + 1;
    if (part == "..") refuse(path, "\"..\" is not allowed in a path");
    if (part.empty() || part == ".") continue;
    const bool controls = std::any_of(part.begin(), part.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (controls) refuse(path, "control characters are not allowed in a path");
    if (part.size() > longest_part) {
      refuse(path, fmt::format("a part of a path may have {} bytes", longest_part));
    }
    parts.emplace_back(part);
  }
  if (parts.size() > most_parts) {
    refuse(path, fmt::format("a path may have {} parts", most_parts));
  }
  return parts;
}

bool archive_reader::next(archive_member& member) {
  for (;;) {
    cancel_.check();
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(archive_.get(), &entry);
    if (code == ARCHIVE_EOF) return false;
    // Warnings are refused too: what cannot be represented cannot be checked.
    if (code != ARCHIVE_OK) refuse("", why_of(archive_.get()));
    if (++entries_ > limits_.entries) {
      refuse("", fmt::format("more than limits.entries = {} entries", limits_.entries));
    }
    const char* path = archive_entry_pathname(entry);
    if (path == nullptr) refuse("", "a path is not valid UTF-8");
    current_ = path;
    check_type(entry, current_);
    member.parts = check_path(current_);
    member.directory = archive_entry_filetype(entry) == AE_IFDIR;
    member.mode = archive_entry_perm(entry);
    member.executable = (member.mode & S_IXUSR) != 0;
    file_bytes_ = 0;
    const auto announced = static_cast<std::uint64_t>(std::max<std::int64_t>(
        0, archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0));
    if (announced > limits_.file_bytes) {
      refuse(current_, fmt::format("larger than limits.file_bytes = {}", limits_.file_bytes));
    }
    if (bytes_ + announced > limits_.unpacked_bytes) {
      refuse(current_, fmt::format("unpacked larger than limits.unpacked_bytes = {}",
                                   limits_.unpacked_bytes));
    }
    if (member.parts.empty()) {
      if (member.directory) continue;  // "./", the archive's own top
      refuse(current_, "a file needs a name");
    }
    return true;
  }
}

void archive_reader::count(std::uint64_t bytes) {
  bytes_ += bytes;
  file_bytes_ += bytes;
  if (file_bytes_ > limits_.file_bytes) {
    refuse(current_, fmt::format("larger than limits.file_bytes = {}", limits_.file_bytes));
  }
  if (bytes_ > limits_.unpacked_bytes) {
    refuse(current_,
           fmt::format("unpacked larger than limits.unpacked_bytes = {}", limits_.unpacked_bytes));
  }
}

void archive_reader::read(const std::function<void(std::string_view)>& receive) {
  static const std::string zeroes(read_block, '\0');
  for (;;) {
    cancel_.check();
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int code = archive_read_data_block(archive_.get(), &data, &size, &offset);
    if (code == ARCHIVE_EOF) return;
    if (code != ARCHIVE_OK) refuse(current_, why_of(archive_.get()));
    if (offset < 0 || static_cast<std::uint64_t>(offset) < file_bytes_) {
      refuse(current_, "a sparse file's pieces overlap");
    }
    std::uint64_t hole = static_cast<std::uint64_t>(offset) - file_bytes_;
    while (hole > 0) {
      const auto piece = std::min<std::uint64_t>(hole, zeroes.size());
      count(piece);
      receive(std::string_view(zeroes).substr(0, static_cast<std::size_t>(piece)));
      hole -= piece;
    }
    count(size);
    receive({static_cast<const char*>(data), size});
  }
}

}  // namespace manager
