// Jars by libarchive. Sources: JAR File Specification (manifest); Flink's PackagedProgram
// (program-class, nested jars).
// SPDX-License-Identifier: Apache-2.0
#include "package/jar_file.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <set>

#include <fmt/format.h>

namespace dm::package {

namespace {

constexpr std::size_t largest_manifest = std::size_t{1} << 20;
constexpr std::size_t most_entries = 1'000'000;
constexpr std::size_t block_size = std::size_t{128} << 10;

using archive_handle = std::unique_ptr<archive, int (*)(archive*)>;

tl::unexpected<error> not_a_jar(std::string_view name, archive* reader) {
  const char* said = archive_error_string(reader);
  return fail(status_code::failed_precondition,
              fmt::format("{} is no readable zip file: {}", name,
                          said == nullptr ? "unexpected format" : first_line(said, 200)),
              "build the jar again; an upload in text mode or one that was cut off damages it");
}

std::string name_of(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return name == nullptr ? std::string() : std::string(name);
}

result<std::string> read_manifest(archive* reader, std::string_view name) {
  std::string text;
  std::string block(std::size_t{16} << 10, '\0');
  for (;;) {
    const la_ssize_t size = archive_read_data(reader, block.data(), block.size());
    if (size < 0) return not_a_jar(name, reader);
    if (size == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(size));
    if (text.size() > largest_manifest) {
      return fail(status_code::failed_precondition,
                  fmt::format("the manifest of {} has more than {} bytes", name, largest_manifest));
    }
  }
}

bool same_attribute(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::string class_file(std::string_view class_name) {
  std::string path(class_name);
  std::replace(path.begin(), path.end(), '.', '/');
  return path + ".class";
}

}  // namespace

std::string manifest_attribute(std::string_view manifest, std::string_view attribute) {
  std::vector<std::string> lines;
  while (!manifest.empty()) {
    const std::size_t end = std::min(manifest.find_first_of("\r\n"), manifest.size());
    const std::string_view line = manifest.substr(0, end);
    manifest.remove_prefix(end);
    if (manifest.starts_with("\r\n")) manifest.remove_prefix(1);
    if (!manifest.empty()) manifest.remove_prefix(1);
    if (line.empty()) break;  // the main section ends
    if (line.front() == ' ' && !lines.empty()) {
      lines.back() += line.substr(1);
    } else {
      lines.emplace_back(line);
    }
  }
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos ||
        !same_attribute(std::string_view(line).substr(0, colon), attribute))
      continue;
    std::string_view value = std::string_view(line).substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    value = value.substr(0, value.find_last_not_of(" \t") + 1);
    return std::string(value);
  }
  return {};
}

result<jar_contents> read_jar(const io::operation& op, int descriptor, std::string_view name,
                              std::string_view wanted_class) {
  const archive_handle reader(archive_read_new(), archive_read_free);
  if (!reader) return fail(status_code::resource_exhausted, "no memory to open a jar");
  // By its directory at the end, as Java reads it: what stands before the first entry does not
  // matter.
  if (archive_read_support_format_zip_seekable(reader.get()) != ARCHIVE_OK ||
      archive_read_open_fd(reader.get(), descriptor, block_size) != ARCHIVE_OK) {
    return not_a_jar(name, reader.get());
  }
  jar_contents contents;
  std::set<std::string> classes;
  std::string manifest;
  for (std::size_t count = 0;; ++count) {
    if (auto going_on = op.check("reading a jar"); !going_on)
      return fail(std::move(going_on.error()));
    archive_entry* entry = nullptr;
    const int outcome = archive_read_next_header(reader.get(), &entry);
    if (outcome == ARCHIVE_EOF) break;
    // A warning is about a name that this process's locale cannot show, for instance.
    if (outcome != ARCHIVE_OK && outcome != ARCHIVE_WARN) return not_a_jar(name, reader.get());
    if (count >= most_entries) {
      return fail(status_code::failed_precondition,
                  fmt::format("{} has more than {} entries", name, most_entries));
    }
    std::string path = name_of(entry);
    if (path == "META-INF/MANIFEST.MF") {
      auto text = read_manifest(reader.get(), name);
      if (!text) return fail(std::move(text.error()));
      manifest = std::move(*text);
    } else if (path.starts_with("lib/") && path.ends_with(".jar")) {
      contents.has_nested_jars = true;
    } else if (path.ends_with(".class")) {
      classes.insert(std::move(path));
    }
  }
  contents.main_class = manifest_attribute(manifest, "program-class");
  if (contents.main_class.empty()) contents.main_class = manifest_attribute(manifest, "Main-Class");
  const std::string_view asked =
      wanted_class.empty() ? std::string_view(contents.main_class) : wanted_class;
  contents.has_class = !asked.empty() && classes.contains(class_file(asked));
  return contents;
}

}  // namespace dm::package
