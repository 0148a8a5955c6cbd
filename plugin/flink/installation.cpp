// Reads a Flink installation's version from the names of its jars; no process is started and no jar
// is opened.
// SPDX-License-Identifier: Apache-2.0
#include "flink/installation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <set>

namespace dm::flink {
namespace {

namespace fs = std::filesystem;

std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (code != std::errc() || length == 0 || length > 4 || number < 0) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

bool take_dot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

// What vendors append: "-vendor3", ".7.1.9.0-387", "-SNAPSHOT".
bool valid_suffix(std::string_view suffix) {
  if (suffix.empty()) return true;
  if (suffix.size() > 64 ||
      (suffix.front() != '-' && suffix.front() != '.' && suffix.front() != '+'))
    return false;
  return std::all_of(suffix.begin(), suffix.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_' || c == '+';
  });
}

// The version in "<artifact>-1.20.5.jar" or, until 1.14, "<artifact>_2.12-1.13.6.jar".
std::optional<version> version_in_jar_name(std::string_view name, std::string_view artifact) {
  constexpr std::string_view ending = ".jar";
  if (!name.starts_with(artifact) || !name.ends_with(ending)) return std::nullopt;
  name.remove_prefix(artifact.size());
  name.remove_suffix(ending.size());
  if (name.starts_with('_')) {
    const auto hyphen = name.find('-');
    if (hyphen == std::string_view::npos) return std::nullopt;
    name.remove_prefix(hyphen);
  }
  if (!name.starts_with('-')) return std::nullopt;
  const auto parsed = parse_version(name.substr(1));
  return parsed ? std::optional(*parsed) : std::nullopt;
}

result<std::vector<std::string>> names_in(const std::string& directory) {
  std::error_code code;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(directory, code), end; !code && entry != end;
       entry.increment(code)) {
    names.push_back(entry->path().filename().string());
  }
  if (code == std::errc::permission_denied) {
    return fail(status_code::permission_denied,
                fmt::format("cannot list {}: {}", directory, code.message()));
  }
  if (code) {
    return fail(status_code::not_found,
                fmt::format("cannot list {}: {}", directory, code.message()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

result<version> parse_version(std::string_view text) {
  std::string_view rest = text;
  version parsed;
  parsed.text = text;
  const auto invalid = [&] {
    return fail(status_code::invalid_argument,
                fmt::format("\"{}\" is not a Flink version", first_line(text, 80)),
                "write it like 1.20.5");
  };
  const auto major = take_number(rest);
  if (!major || !take_dot(rest)) return invalid();
  const auto minor = take_number(rest);
  if (!minor) return invalid();
  parsed.major = *major;
  parsed.minor = *minor;
  // Only nightly builds have two numbers: "1.20-SNAPSHOT".
  if (!rest.starts_with("-SNAPSHOT")) {
    if (!take_dot(rest)) return invalid();
    const auto patch = take_number(rest);
    if (!patch) return invalid();
    parsed.patch = *patch;
  }
  if (!valid_suffix(rest)) return invalid();
  return parsed;
}

result<version> installed_version(const std::string& flink_home) {
  const std::string lib = (fs::path(flink_home) / "lib").string();
  const std::string hint = "set flink_home to the directory that has Flink's bin, conf and lib";
  const auto names = names_in(lib);
  if (!names) {
    error e = names.error();
    e.message = fmt::format("no Flink installation at {}: {}", flink_home, e.message);
    e.hint = hint;
    return fail(std::move(e));
  }
  std::vector<std::string> jars;
  std::optional<version> found;
  for (const std::string& name : *names) {
    if (const auto parsed = version_in_jar_name(name, "flink-dist")) {
      jars.push_back(name);
      found = parsed;
    }
  }
  if (!found) {
    return fail(status_code::not_found,
                fmt::format("no Flink installation at {}: {} has no flink-dist-<version>.jar",
                            flink_home, lib),
                hint);
  }
  if (jars.size() > 1) {
    return fail(status_code::failed_precondition,
                fmt::format("the Flink installation at {} is ambiguous: {} has {}", flink_home, lib,
                            fmt::join(jars, " and ")),
                "keep one flink-dist jar in it");
  }
  return *found;
}

bool version_has_prefix(const version& installed, std::string_view prefix) {
  const std::string_view text = installed.text;
  if (prefix.empty() || !text.starts_with(prefix)) return false;
  if (text.size() == prefix.size()) return true;
  const char next = text[prefix.size()];
  // "1.2" is no prefix of 1.20: the next character must begin a new part.
  return next == '.' || next == '-' || next == '+';
}

std::string jar_in(const std::string& directory, std::string_view artifact) {
  const auto names = names_in(directory);
  if (!names) return {};
  const auto found = std::find_if(names->rbegin(), names->rend(), [&](const std::string& name) {
    return version_in_jar_name(name, artifact).has_value();
  });
  return found == names->rend() ? std::string() : (fs::path(directory) / *found).string();
}

result<std::string> python_jar(const std::string& flink_home) {
  for (const char* folder : {"opt", "lib"}) {
    auto jar = jar_in((fs::path(flink_home) / folder).string(), "flink-python");
    if (!jar.empty()) return jar;
  }
  return fail(
      status_code::not_found,
      fmt::format("the Flink installation at {} has no flink-python-<version>.jar in opt or lib",
                  flink_home),
      "Python programs need it: install the full distribution of Flink");
}

}  // namespace dm::flink
