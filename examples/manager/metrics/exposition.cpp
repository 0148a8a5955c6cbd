// The text format of Prometheus.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/exposition.h"

#include <fmt/format.h>

namespace manager::metrics {
namespace {

std::string escaped(std::string_view text, bool quotes) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\\' || (quotes && c == '"')) {
      result += '\\';
      result += c;
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

void histogram::observe(double seconds) {
  ++count_;
  sum_ += seconds;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (seconds <= bounds.at(i)) ++counts_.at(i);
  }
}

void exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(help, false), name, type);
}

void exposition::sample(const labels& of, double value) { line("", of, value); }

void exposition::sample(const labels& of, const histogram& value) {
  for (std::size_t i = 0; i < histogram::bounds.size(); ++i) {
    labels with_bound = of;
    with_bound.emplace_back("le", fmt::format("{}", histogram::bounds.at(i)));
    line("_bucket", with_bound, static_cast<double>(value.at_most(i)));
  }
  labels all = of;
  all.emplace_back("le", "+Inf");
  line("_bucket", all, static_cast<double>(value.count()));
  line("_sum", of, value.sum());
  line("_count", of, static_cast<double>(value.count()));
}

void exposition::line(std::string_view suffix, const labels& of, double value) {
  std::string shown;
  for (const auto& [name, text] : of) {
    shown += fmt::format("{}{}=\"{}\"", shown.empty() ? "{" : ",", name, escaped(text, true));
  }
  if (!shown.empty()) shown += '}';
  text_ += fmt::format("{}{}{} {}\n", name_, suffix, shown, value);
}

}  // namespace manager::metrics
