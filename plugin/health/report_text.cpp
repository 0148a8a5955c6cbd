// A report as people and programs read it.
// SPDX-License-Identifier: Apache-2.0
#include "health/report_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "health/shown_text.h"
#include "io/json.h"

namespace dm::health {

namespace {

std::string word(level value, bool colour) {
  const std::string padded = fmt::format("{:<5}", to_string(value));
  if (!colour) return padded;
  const int number = value == level::ok ? 32 : value == level::warn ? 33 : 31;
  return fmt::format("\x1b[{}m{}\x1b[0m", number, padded);
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& one : list) text += (text.empty() ? "" : ", ") + one;
  return text;
}

void write_finding(io::json_writer& writer, const finding& one) {
  writer.StartObject();
  io::put(writer, "subject", one.subject);
  io::put(writer, "health", to_string(one.severity()));
  if (one.took_ms >= 0) io::put(writer, "took_ms", one.took_ms);
  io::key(writer, "says");
  writer.StartArray();
  for (const std::string& text : one.says) io::string(writer, text);
  writer.EndArray();
  io::key(writer, "causes");
  writer.StartArray();
  for (const cause& why : one.causes) {
    writer.StartObject();
    io::put(writer, "health", to_string(why.severity));
    io::put(writer, "text", why.text);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

}  // namespace

std::string as_table(const report& all, bool colour) {
  std::string text = fmt::format("{} {}  {}  {} ms\n\n", word(all.severity(), colour), all.metric,
                                 io::to_rfc3339(all.at), all.took_ms);
  std::size_t width = 0;
  for (const finding& one : all.findings) width = std::max(width, columns(one.subject));
  for (const finding& one : all.findings) {
    const std::string took = one.took_ms < 0 ? "-" : fmt::format("{} ms", one.took_ms);
    std::string line =
        fmt::format("{} {}{:{}}  {:>8}  {}", word(one.severity(), colour), one.subject, "",
                    width - columns(one.subject), took, joined(one.says));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  bool first = true;
  for (const level severity : {level::error, level::warn}) {
    for (const finding& one : all.findings) {
      for (const cause& why : one.causes) {
        if (why.severity != severity) continue;
        if (std::exchange(first, false)) text += '\n';
        text += fmt::format("{} {}\n", word(severity, colour), why.text);
      }
    }
  }
  return text;
}

std::string as_json(const report& all) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", 1);
  io::put(writer, "metric", all.metric);
  io::put(writer, "health", to_string(all.severity()));
  io::put(writer, "observed_at", io::to_rfc3339(all.at));
  io::put(writer, "took_ms", all.took_ms);
  io::key(writer, "causes");
  writer.StartArray();
  for (const std::string& text : all.causes()) io::string(writer, text);
  writer.EndArray();
  io::key(writer, "findings");
  writer.StartArray();
  for (const finding& one : all.findings) write_finding(writer, one);
  writer.EndArray();
  io::key(writer, "figures");
  writer.StartObject();
  for (const finding& one : all.findings) {
    for (const figure& each : one.figures)
      std::visit([&](const auto& value) { io::put(writer, each.metric, value); }, each.value);
  }
  writer.EndObject();
  writer.EndObject();
  return std::string(io::text(buffer)) + '\n';
}

}  // namespace dm::health
