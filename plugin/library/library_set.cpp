// Reads the libraries of a Flink installation.
// SPDX-License-Identifier: Apache-2.0
#include "library/library_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "flink/installation.h"
#include "io/hash.h"
#include "io/json.h"

namespace dm::library {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 2000;
constexpr int deepest = 8;  // a link that leads back up must end
constexpr int schema = 1;
constexpr std::size_t digits_in_name = 16;

// What stands in a YARN resource's name and in a path of HDFS without meaning anything else there.
bool is_plain_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '+' || c == '@' || c == '=' || c == '~';
  });
}

result<void> add_files(const io::operation& op, const fs::path& directory, const std::string& name,
                       int depth, local_digests& digests, std::vector<library_file>& files) {
  std::error_code problem;
  std::vector<fs::path> entries;
  for (fs::directory_iterator one(directory, problem), end; !problem && one != end;
       one.increment(problem))
    entries.push_back(one->path());
  if (problem) {
    return fail(status_code::failed_precondition,
                fmt::format("cannot list {}: {}", directory.string(), problem.message()));
  }
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) {
    const std::string file_name = entry.filename().string();
    if (!is_plain_name(file_name)) {
      return fail(status_code::failed_precondition,
                  fmt::format("{} has a name that cannot be a YARN resource's",
                              (directory / file_name).string()),
                  "rename or remove it: A-Z a-z 0-9 . _ - + @ = ~");
    }
    const std::string full_name = name + "/" + file_name;
    if (fs::is_directory(entry, problem)) {
      if (depth >= deepest)
        return fail(status_code::failed_precondition, entry.string() + " lies too deep");
      if (auto added = add_files(op, entry, full_name, depth + 1, digests, files); !added)
        return added;
      continue;
    }
    auto opened = digests.open(op, entry.string());
    if (!opened) return fail(std::move(opened.error()));
    files.push_back({full_name, entry.string(), opened->bytes, std::move(opened->sha256)});
    if (files.size() > most_files) {
      return fail(status_code::failed_precondition,
                  fmt::format("{} has more than {} files", directory.string(), most_files));
    }
  }
  return {};
}

}  // namespace

std::int64_t library_set::bytes() const {
  std::int64_t sum = 0;
  for (const library_file& file : files) sum += file.bytes;
  return sum;
}

std::string library_set::digest() const {
  io::sha256 digest;
  for (const library_file& file : files)
    digest.update(fmt::format("{}\n{}\n{}\n", file.name, file.bytes, file.sha256));
  return digest.hex();
}

std::string library_set::name() const {
  return fmt::format("{}-{}", version, digest().substr(0, digits_in_name));
}

std::vector<std::string> library_set::directories() const {
  std::set<std::string> found;
  for (const library_file& file : files) {
    std::string above = file.name;
    while (above.find('/') != std::string::npos) {
      above.resize(above.rfind('/'));
      found.insert(above);
    }
  }
  return {found.begin(), found.end()};
}

std::string library_set::manifest() const {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", schema);
  io::put(writer, "version", version);
  io::put(writer, "digest", digest());
  io::key(writer, "files");
  writer.StartArray();
  for (const library_file& file : files) {
    writer.StartObject();
    io::put(writer, "name", file.name);
    io::put(writer, "bytes", file.bytes);
    io::put(writer, "sha256", file.sha256);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return std::string(io::text(buffer)) + "\n";
}

result<library_set> read_library_set(const io::operation& op, const std::string& flink_home,
                                     local_digests& digests) {
  const auto version = flink::installed_version(flink_home);
  if (!version) return fail(version.error());
  library_set set;
  set.version = version->text;
  for (const char* name : {"lib", "plugins"}) {
    const fs::path directory = fs::path(flink_home) / name;
    std::error_code problem;
    if (!fs::exists(directory, problem)) continue;
    if (auto added = add_files(op, directory, name, 1, digests, set.files); !added)
      return fail_while("reading the libraries of " + flink_home, std::move(added.error()));
  }
  std::sort(set.files.begin(), set.files.end(),
            [](const auto& one, const auto& other) { return one.name < other.name; });
  return set;
}

}  // namespace dm::library
