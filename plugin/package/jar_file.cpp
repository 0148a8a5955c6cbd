// Jars. Sources: JAR File Specification (manifest, multi-release); OpenJDK 17's JarFile and
// Class.getMethod; Flink's PackagedProgram (program-class, nested jars, the main method).
// SPDX-License-Identifier: Apache-2.0
#include "package/jar_file.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "io/ascii_case.h"
#include "package/class_file.h"
#include "package/zip_file.h"

namespace dm::package {

namespace {

constexpr std::size_t largest_manifest = std::size_t{1} << 20;
constexpr std::size_t largest_class = std::size_t{16} << 20;
constexpr int most_superclasses = 64;
constexpr int first_multi_release = 9;
constexpr int newest_release = 1'000;  // above any that a directory of versions may name

bool same_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return io::lower_ascii(x) == io::lower_ascii(y); });
}

std::vector<std::string> main_section(std::string_view manifest) {
  std::vector<std::string> lines;
  while (!manifest.empty()) {
    const std::size_t end = std::min(manifest.find_first_of("\r\n"), manifest.size());
    const std::string_view line = manifest.substr(0, end);
    manifest.remove_prefix(end);
    if (manifest.starts_with("\r\n")) manifest.remove_prefix(1);
    if (!manifest.empty()) manifest.remove_prefix(1);
    if (line.empty()) break;
    if (line.front() == ' ' && !lines.empty()) {
      lines.back() += line.substr(1);
    } else {
      lines.emplace_back(line);
    }
  }
  return lines;
}

// The release that META-INF/versions/<release>/ names; nullopt: another path.
struct versioned {
  int release = 0;
  std::string_view path;  // below the release's directory
};
std::optional<versioned> versioned_path(std::string_view name) {
  constexpr std::string_view prefix = "META-INF/versions/";
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  versioned found;
  const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), found.release);
  const auto digits = static_cast<std::size_t>(end - name.data());
  if (code != std::errc() || digits >= name.size() || name[digits] != '/') return std::nullopt;
  found.path = name.substr(digits + 1);
  return found;
}

class jar {
 public:
  jar(const io::operation& op, zip_file zip, int java_release)
      : op_(op),
        zip_(std::move(zip)),
        java_release_(java_release == 0 ? newest_release : java_release) {}

  result<jar_contents> read(std::string_view wanted_class) {
    jar_contents contents;
    const zip_entry* manifest_entry = nullptr;
    for (const zip_entry& entry : zip_.entries()) {
      if (same_without_case(entry.name, "META-INF/MANIFEST.MF")) manifest_entry = &entry;
      contents.has_nested_jars =
          contents.has_nested_jars ||
          (entry.name.starts_with("lib/") && entry.name.ends_with(".jar") && entry.name.size() > 8);
      contents.hides_properties =
          contents.hides_properties || entry.name == "application.properties";
    }
    std::string manifest;
    if (manifest_entry != nullptr) {
      auto text = zip_.read(op_, *manifest_entry, largest_manifest);
      if (!text) return fail(std::move(text.error()));
      manifest = std::move(*text);
    }
    multi_release_ = same_without_case(manifest_attribute(manifest, "Multi-Release"), "true");
    contents.main_class = manifest_attribute(manifest, "program-class");
    if (contents.main_class.empty())
      contents.main_class = manifest_attribute(manifest, "Main-Class");
    const std::string asked(wanted_class.empty() ? contents.main_class : wanted_class);
    if (asked.empty()) return contents;
    std::string path = asked;
    std::replace(path.begin(), path.end(), '.', '/');
    const zip_entry* entry = find_class(path);
    // A name that is written with slashes finds a file, and no class.
    contents.has_class = entry != nullptr && asked.find('/') == std::string::npos;
    if (contents.has_class) {
      if (auto looked = look_into(*entry, contents); !looked) return fail(looked.error());
    }
    return contents;
  }

 private:
  // The file that the runtime would load for a class, whose name has slashes.
  const zip_entry* find_class(const std::string& path) const {
    const std::string file = path + ".class";
    const zip_entry* found = zip_.find(file);
    if (!multi_release_) return found;
    int newest = first_multi_release - 1;
    for (const zip_entry& entry : zip_.entries()) {
      const auto versioned = versioned_path(entry.name);
      if (!versioned || versioned->path != file || versioned->release <= newest ||
          versioned->release > java_release_)
        continue;
      newest = versioned->release;
      found = &entry;
    }
    return found;
  }

  result<void> look_into(const zip_entry& entry, jar_contents& contents) const {
    const zip_entry* next = &entry;
    for (int depth = 0; depth < most_superclasses && next != nullptr; ++depth) {
      const auto bytes = zip_.read(op_, *next, largest_class);
      if (!bytes) return fail(bytes.error());
      const auto file = read_class_file(*bytes);
      if (!file) {
        contents.class_problem = fmt::format("{} is {}", next->name, file.error().message);
        return {};
      }
      contents.java_release = std::max(contents.java_release, java_release_of(file->major));
      if (file->main == main_method::not_known) return {};
      if (depth == 0 && !file->is_public) {
        contents.class_problem = "the class is not public";
        return {};
      }
      if (file->main == main_method::usable) return {};
      if (file->main == main_method::not_static) {
        contents.class_problem = "its main(String[]) is not static";
        return {};
      }
      if (file->superclass.empty() || file->superclass == "java/lang/Object") {
        contents.class_problem = "it has no public static main(String[]), and inherits none";
        return {};
      }
      next = find_class(file->superclass);
    }
    return {};
  }

  const io::operation& op_;
  zip_file zip_;
  int java_release_;
  bool multi_release_ = false;
};

}  // namespace

std::string manifest_attribute(std::string_view manifest, std::string_view attribute) {
  for (const std::string& line : main_section(manifest)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos ||
        !same_without_case(std::string_view(line).substr(0, colon), attribute))
      continue;
    std::string_view value = std::string_view(line).substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    return std::string(value);
  }
  return {};
}

result<jar_contents> read_jar(const io::operation& op, int descriptor, std::string_view name,
                              std::string_view wanted_class, int java_release) {
  auto zip = zip_file::open(op, descriptor, name);
  if (!zip) return fail(std::move(zip.error()));
  return jar(op, std::move(*zip), java_release).read(wanted_class);
}

}  // namespace dm::package
