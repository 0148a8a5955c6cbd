// A package's archive: its layout, and its safe unpacking.
// SPDX-License-Identifier: Apache-2.0
#include "package/package_archive.h"

#include "base/digest.h"
#include "base/disk_space.h"
#include "base/failure.h"
#include "base/file.h"
#include "base/names.h"
#include "package/archive_reader.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>

namespace manager {
namespace {

constexpr std::string_view heading = "Unexpected error parsing the package contents";

// <package>/<type>/<component>/<file...>
constexpr std::size_t component_depth = 3;

void check_top(const archive_member& member, const std::string& package) {
  if (member.parts.front() == package) return;
  throw failure::invalid(
      heading, {{printable(member.path()), "top-level \"" + printable(member.parts.front()) + "\"",
                 "one top-level directory \"" + package + "\"", ""}});
}

// tar on macOS adds "._<name>" for a file's attributes, Finder's zip a folder "__MACOSX": at the
// top of the archive they are no second package. (COPYFILE_DISABLE=1 tar … leaves them out.)
bool of_macos(const archive_member& member) {
  return member.parts.front().starts_with("._") || member.parts.front() == "__MACOSX";
}

// As file systems do it; a directory or an empty file takes one, too.
std::uint64_t in_blocks(std::uint64_t bytes) {
  constexpr std::uint64_t block = 4096;
  return (bytes / block + 1) * block;
}

// Files above the components' level have no meaning and are ignored.
bool belongs_to_component(const archive_member& member) {
  return member.parts.size() > component_depth ||
         (member.parts.size() == component_depth && member.directory);
}

std::string below_component(const archive_member& member) {
  std::string path;
  for (std::size_t i = component_depth; i < member.parts.size(); ++i) {
    path += (path.empty() ? "" : "/") + member.parts[i];
  }
  return path;
}

packaged_component& component_of(const archive_member& member,
                                 std::vector<packaged_component>& components,
                                 std::vector<problem>& problems) {
  const std::string& type = member.parts[1];
  const std::string& name = member.parts[2];
  const auto found = std::find_if(components.begin(), components.end(), [&](const auto& known) {
    return known.type == type && known.name == name;
  });
  if (found != components.end()) return *found;
  if (!is_name(type)) {
    problems.push_back({member.parts[0] + "/" + printable(type),
                        "component type \"" + printable(type) + "\"", std::string(name_rule), ""});
  }
  if (!is_name(name)) {
    problems.push_back({member.parts[0] + "/" + type + "/" + printable(name),
                        "component \"" + printable(name) + "\"", std::string(name_rule), ""});
  }
  components.push_back({type, name, {}, {}, "", "", 0});
  return components.back();
}

std::string below_top(const archive_member& member) {
  const std::string path = member.path();
  return path.substr(std::min(path.find('/') + 1, path.size()));
}

// Whether its text is wanted or not, all of it is read: the limits hold for what is really in it.
package_file read_file(archive_reader& reader, const archive_member& member,
                       const archive_limits& limits, std::string* text) {
  package_file file{below_top(member), 0, static_cast<int>(member.mode), ""};
  sha256_stream digest;
  reader.read([&](std::string_view piece) {
    file.size += static_cast<std::int64_t>(piece.size());
    digest.update(piece);
    if (text == nullptr) return;
    *text += piece;
    if (text->size() > limits.descriptor_bytes) {
      throw failure::invalid(
          heading, {{member.path(), "more", fmt::format("{} bytes", limits.descriptor_bytes), ""}});
    }
  });
  file.sha256 = digest.finish();
  return file;
}

// "a" and "a/b": neither can be unpacked beside the other.
void check_files_are_no_directories(const std::set<std::string>& files,
                                    std::vector<problem>& problems) {
  for (const std::string& file : files) {
    const auto below = files.lower_bound(file + "/");
    if (below == files.end() || !below->starts_with(file + "/")) continue;
    problems.push_back(
        {printable(file), "also a directory: " + printable(*below), "a file or a directory", ""});
  }
}

void refuse_unsupported(const archive_member& member, const std::string& path,
                        std::vector<problem>& problems) {
  if (path == "hbase.json" || path == "opentsdb.json") {
    problems.push_back({member.path(), path, "hdfs.json",
                        "UNIMPLEMENTED: this Deployment Manager does not create HBase tables or "
                        "OpenTSDB metrics; create them beforehand and remove the descriptor"});
  }
}

void write_file(archive_reader& reader, const archive_member& member,
                const std::filesystem::path& path, const archive_limits& limits) {
  const mode_t mode = member.executable ? 0755 : 0644;
  const file_descriptor made(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!made.valid()) {
    throw std::system_error(errno, std::generic_category(),
                            fmt::format("cannot unpack {}", printable(member.path())));
  }
  reader.read([&](std::string_view piece) {
    require_space(path.parent_path(), piece.size(), limits.reserve_bytes);
    write_all(made.get(), piece, path);
  });
}

}  // namespace

package_content read_package(const std::filesystem::path& archive, const std::string& package,
                             const archive_limits& limits, cancellation& cancel) {
  archive_reader reader(archive, limits, cancel);
  package_content content;
  auto& components = content.components;
  std::vector<problem> problems;
  std::set<std::string> files;
  archive_member member;
  while (reader.next(member)) {
    if (of_macos(member)) {
      if (!member.directory) reader.read([](std::string_view) {});
      continue;
    }
    check_top(member, package);
    std::string text;
    std::uint64_t bytes = 0;
    const std::string path = belongs_to_component(member) ? below_component(member) : "";
    if (!member.directory) {
      if (!files.insert(member.path()).second) {
        problems.push_back({printable(member.path()), "", "each file once", "occurs twice"});
      }
      const bool descriptor = path == "properties.json" || path == "hdfs.json";
      content.files.push_back(read_file(reader, member, limits, descriptor ? &text : nullptr));
      bytes = static_cast<std::uint64_t>(content.files.back().size);
    }
    if (!belongs_to_component(member)) continue;
    packaged_component& component = component_of(member, components, problems);
    if (path.empty()) continue;
    component.members.push_back(path);
    component.disk_bytes += in_blocks(bytes);
    if (member.directory) continue;
    component.files.push_back(path);
    refuse_unsupported(member, path, problems);
    if (path == "properties.json") component.properties = std::move(text);
    if (path == "hdfs.json") component.hdfs = std::move(text);
  }
  check_files_are_no_directories(files, problems);
  std::erase_if(components, [](const auto& component) { return component.members.empty(); });
  if (components.empty() && problems.empty()) {
    problems.push_back({package, "no component", "<package>/<type>/<component>/<file>", ""});
  }
  if (!problems.empty()) throw failure::invalid(heading, std::move(problems));
  return content;
}

void unpack_package(const std::filesystem::path& archive, const std::string& package,
                    const archive_limits& limits, const std::filesystem::path& destination,
                    cancellation& cancel) {
  archive_reader reader(archive, limits, cancel);
  archive_member member;
  while (reader.next(member)) {
    if (of_macos(member)) continue;
    check_top(member, package);
    if (!belongs_to_component(member)) continue;
    std::filesystem::path path = destination;
    for (const std::string& part : member.parts) path /= part;
    if (member.directory) {
      std::filesystem::create_directories(path);
    } else {
      std::filesystem::create_directories(path.parent_path());
      write_file(reader, member, path, limits);
    }
  }
}

}  // namespace manager
