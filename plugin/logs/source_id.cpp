// The ids of log sources.
// SPDX-License-Identifier: Apache-2.0
#include "logs/source_id.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "cluster/container_id.h"

namespace dm::logs {

namespace {

constexpr std::size_t longest_id = 200;
constexpr std::string_view guard_log = "guard.log";
constexpr std::string_view client_output = "client-";     // client-17.log: its output
constexpr std::string_view client_log = "flink-epoch-";   // flink-epoch-17-client-<host>.log
constexpr std::string_view diagnostics = "diagnostics-";  // diagnostics-17
constexpr std::string_view history = "history-";

// The number that the text begins with, which is cut off.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || number == 0 || text.front() == '0') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// "", ".1", ".2": what a rolled file's name ends with.
bool is_roll(std::string_view text) {
  if (text.empty()) return true;
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return take_number(text) && text.empty();
}

std::optional<source_id> parse_client(std::string_view id) {
  source_id read{source_kind::client, 0, {}, std::string(id)};
  const bool output = id.starts_with(client_output);
  if (!output && !id.starts_with(client_log)) return std::nullopt;
  id.remove_prefix(output ? client_output.size() : client_log.size());
  const auto epoch = take_number(id);
  if (!epoch) return std::nullopt;
  read.epoch = *epoch;
  if (output) return id == ".log" ? std::optional(read) : std::nullopt;
  const std::size_t end = id.rfind(".log");
  if (!id.starts_with("-client-") || end == std::string_view::npos ||
      !is_roll(id.substr(end + std::string_view(".log").size())))
    return std::nullopt;
  return read;
}

std::optional<source_id> parse_container(std::string_view id) {
  const std::size_t dot = id.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto container = cluster::parse_container_id(id.substr(0, dot));
  const std::string_view file = id.substr(dot + 1);
  if (!container || !is_log_of_container(file)) return std::nullopt;
  return source_id{container->number == 1 ? source_kind::jobmanager : source_kind::taskmanager, 0,
                   std::string(id.substr(0, dot)), std::string(file)};
}

}  // namespace

std::string_view to_string(source_kind kind) {
  constexpr std::array<std::string_view, 6> words = {"guard",       "client",      "jobmanager",
                                                     "taskmanager", "diagnostics", "history"};
  return words.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(source_state state) {
  constexpr std::array<std::string_view, 3> words = {"living", "ended", "unavailable"};
  return words.at(static_cast<std::size_t>(state));
}

bool may_be_source_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

bool is_log_of_container(std::string_view file) {
  constexpr std::array<std::string_view, 2> no_logs = {"launch_container.sh", "directory.info"};
  constexpr std::size_t longest = 99;  // an id has a container's before it
  return may_be_source_id(file) && file.size() <= longest && !file.starts_with('.') &&
         std::find(no_logs.begin(), no_logs.end(), file) == no_logs.end();
}

std::optional<source_id> parse_source_id(std::string_view id) {
  if (!may_be_source_id(id)) return std::nullopt;
  if (id.starts_with(guard_log)) {
    if (!is_roll(id.substr(guard_log.size()))) return std::nullopt;
    return source_id{source_kind::guard, 0, {}, std::string(id)};
  }
  if (id.starts_with("container_")) return parse_container(id);
  for (const auto& [prefix, kind] : {std::pair(diagnostics, source_kind::diagnostics),
                                     std::pair(history, source_kind::history)}) {
    if (!id.starts_with(prefix)) continue;
    std::string_view rest = id.substr(prefix.size());
    const auto epoch = take_number(rest);
    if (!epoch || !rest.empty()) return std::nullopt;
    return source_id{kind, *epoch, {}, {}};
  }
  return parse_client(id);
}

std::string to_string(const source_id& id) {
  switch (id.kind) {
    case source_kind::guard:
    case source_kind::client:
      return id.file;
    case source_kind::jobmanager:
    case source_kind::taskmanager:
      return id.container_id + "." + id.file;
    case source_kind::diagnostics:
      return fmt::format("{}{}", diagnostics, id.epoch);
    case source_kind::history:
      break;
  }
  return fmt::format("{}{}", history, id.epoch);
}

}  // namespace dm::logs
