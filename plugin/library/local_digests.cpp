// SHA-256 of files of this node, kept in a file between two runs.
// SPDX-License-Identifier: Apache-2.0
#include "library/local_digests.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <ctime>
#include <filesystem>

#include "io/hash.h"
#include "io/json.h"

namespace dm::library {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;
constexpr int schema = 1;
constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t settling_ns = 2 * ns_per_s;

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * ns_per_s + time.tv_nsec;
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

local_digests::local_digests(std::string file) : file_(std::move(file)) { read(); }

local_digests::entry local_digests::seen(const struct stat& now) {
  entry one;
  one.inode = static_cast<std::int64_t>(now.st_ino);
  one.bytes = now.st_size;
  one.modified_ns = nanoseconds(now.st_mtim);
  one.changed_ns = nanoseconds(now.st_ctim);
  return one;
}

bool local_digests::same(const entry& one, const entry& other) {
  return one.inode == other.inode && one.bytes == other.bytes &&
         one.modified_ns == other.modified_ns && one.changed_ns == other.changed_ns;
}

void local_digests::read() {
  const auto text = io::read_file(file_, largest_file);
  if (!text) return;
  const auto document = io::parse_json(*text, file_);
  if (!document || io::integer_member(*document, "schema") != schema) return;
  if (const io::json_value* notes = io::member(*document, "notes");
      notes != nullptr && notes->IsObject()) {
    for (const auto& member : notes->GetObject()) {
      if (member.value.IsInt64())
        known_notes_.emplace(io::view(member.name), member.value.GetInt64());
    }
  }
  const io::json_value* files = io::member(*document, "files");
  if (files == nullptr || !files->IsObject()) return;
  for (const auto& member : files->GetObject()) {
    entry one;
    one.inode = io::integer_member(member.value, "inode").value_or(-1);
    one.bytes = io::integer_member(member.value, "bytes").value_or(-1);
    one.modified_ns = io::integer_member(member.value, "modified_ns").value_or(-1);
    one.changed_ns = io::integer_member(member.value, "changed_ns").value_or(-1);
    one.sha256 = io::string_member_or(member.value, "sha256", "");
    if (is_sha256(one.sha256)) known_.emplace(io::view(member.name), std::move(one));
  }
}

result<local_file> local_digests::open(const io::operation& op, const std::string& path) {
  local_file opened;
  // Without O_NONBLOCK a pipe in its place would be waited for.
  opened.descriptor =
      io::unique_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!opened.descriptor) return fail(io::errno_error(errno, "open", path));
  struct stat now {};
  if (::fstat(opened.descriptor.get(), &now) != 0)
    return fail(io::errno_error(errno, "look at", path));
  if (!S_ISREG(now.st_mode))
    return fail(status_code::failed_precondition, path + " is no regular file");
  opened.bytes = now.st_size;
  entry one = seen(now);
  const auto known = known_.find(path);
  if (known != known_.end() && same(known->second, one)) {
    opened.sha256 = known->second.sha256;
    asked_[path] = known->second;
    return opened;
  }
  auto digest = io::sha256_hex_of_file(op, opened.descriptor.get());
  if (!digest) return fail_while("reading " + path, std::move(digest.error()));
  ++read_count_;
  ::lseek(opened.descriptor.get(), 0, SEEK_SET);
  struct stat after {};
  if (::fstat(opened.descriptor.get(), &after) != 0 || !same(one, seen(after))) {
    return fail(status_code::unavailable, path + " is being changed",
                "try again when what changes it is done");
  }
  opened.sha256 = one.sha256 = *digest;
  timespec clock{};
  ::clock_gettime(CLOCK_REALTIME, &clock);
  if (nanoseconds(clock) - one.changed_ns > settling_ns) {
    asked_[path] = known_[path] = one;
    changed_ = true;
  }
  return opened;
}

std::optional<std::int64_t> local_digests::noted(const std::string& name) {
  if (const auto found = notes_.find(name); found != notes_.end()) return found->second;
  const auto known = known_notes_.find(name);
  if (known == known_notes_.end()) return std::nullopt;
  notes_.insert(*known);
  return known->second;
}

void local_digests::note(const std::string& name, std::int64_t number) {
  if (noted(name) == number) return;
  notes_[name] = number;
  changed_ = true;
}

result<void> local_digests::keep() {
  if (file_.empty() || !changed_) return {};
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", schema);
  io::key(writer, "files");
  writer.StartObject();
  for (const auto& [path, one] : asked_) {
    io::key(writer, path);
    writer.StartObject();
    io::put(writer, "inode", one.inode);
    io::put(writer, "bytes", one.bytes);
    io::put(writer, "modified_ns", one.modified_ns);
    io::put(writer, "changed_ns", one.changed_ns);
    io::put(writer, "sha256", one.sha256);
    writer.EndObject();
  }
  writer.EndObject();
  io::key(writer, "notes");
  writer.StartObject();
  for (const auto& [name, number] : notes_) io::put(writer, name, number);
  writer.EndObject();
  writer.EndObject();
  const std::filesystem::path file(file_);
  auto directory = io::open_directory(file.parent_path().string());
  if (!directory) return fail(std::move(directory.error()));
  auto written =
      io::write_file(directory->get(), file.filename().string(), io::text(buffer), 0640, {});
  if (written) changed_ = false;
  return written;
}

}  // namespace dm::library
