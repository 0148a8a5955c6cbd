// What came of a clean-up.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/housekeeping_report.h"

#include "base/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace manager {
namespace {

constexpr std::size_t most_texts = 5;
constexpr std::size_t longest_text = 300;

std::string shown_bytes(std::int64_t bytes) {
  constexpr std::array<std::string_view, 5> units = {"bytes", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} bytes", bytes)
                   : fmt::format("{:.1f} {}", value, units.at(unit));
}

const json::value* array_in(const json::value& object, std::string_view name) {
  const json::value* found = json::find(object, name);
  return found != nullptr && found->IsArray() ? found : nullptr;
}

}  // namespace

void housekeeping_report::note(std::vector<std::string>& into, std::string text) {
  if (into.size() < most_texts && std::find(into.begin(), into.end(), text) == into.end()) {
    into.push_back(std::move(text));
  }
}

void housekeeping_report::add_entry(const json::value& entry) {
  const std::string id = printable(json::text_of(entry, "id"));
  if (const json::value* error = json::find(entry, "error");
      error != nullptr && error->IsObject()) {
    ++failed_;
    note(failures_,
         fmt::format("{}: {}", id, printable(json::text_of(*error, "message"), longest_text)));
    return;
  }
  if (!json::flag_of(entry, "cleanable", false)) {
    ++left_;
    return;
  }
  if (!dry_run_ && !json::flag_of(entry, "removed", false)) return;
  ++counts_[printable(json::text_of(entry, "kind"))];
  const json::value* size = json::find(entry, "size_bytes");
  if (size != nullptr && size->IsInt64()) bytes_ += size->GetInt64();
}

void housekeeping_report::add(const json::value& reply) {
  if (const json::value* entries = array_in(reply, "entries")) {
    for (const auto& entry : entries->GetArray()) {
      if (entry.IsObject()) add_entry(entry);
    }
  }
  if (const json::value* withheld = array_in(reply, "withheld")) {
    for (const auto& one : withheld->GetArray()) {
      if (!one.IsObject()) continue;
      note(withheld_, fmt::format("{}: {}", printable(json::text_of(one, "kind")),
                                  printable(json::text_of(one, "because"), longest_text)));
    }
  }
}

void housekeeping_report::add_problem(const std::string& type, std::string_view why) {
  note(problems_, fmt::format("{}: {}", type, printable(why, longest_text)));
}

std::string housekeeping_report::text() const {
  std::int64_t count = 0;
  std::vector<std::string> kinds;
  for (const auto& [kind, number] : counts_) {
    count += number;
    kinds.push_back(fmt::format("{} {}", kind, number));
  }
  std::string text = fmt::format("{} {}", dry_run_ ? "Would remove" : "Removed", count);
  if (count > 0) text += fmt::format(" ({}), {}", fmt::join(kinds, ", "), shown_bytes(bytes_));
  if (failed_ > 0) {
    text += fmt::format("; not removed {} ({})", failed_, fmt::join(failures_, "; "));
  }
  if (left_ > 0) text += fmt::format("; for people to decide {}", left_);
  if (gone_ > 0) text += fmt::format("; gone, or never there {}", gone_);
  if (!withheld_.empty()) {
    text += fmt::format("; not looked at for sure, and left: {}", fmt::join(withheld_, "; "));
  }
  if (!problems_.empty()) text += fmt::format("; {}", fmt::join(problems_, "; "));
  return text;
}

}  // namespace manager
