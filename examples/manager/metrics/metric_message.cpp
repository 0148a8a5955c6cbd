// What the platform's data logger is told.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/metric_message.h"

#include "base/json.h"

#include <fmt/format.h>

#include <cmath>

namespace manager::metrics {
namespace {

std::string value_text(const metric_item& item) {
  if (const auto* text = std::get_if<std::string>(&item.value)) return json::quote(*text);
  const double value = std::get<double>(item.value);
  constexpr double largest_whole = 9'007'199'254'740'992.0;
  if (std::nearbyint(value) == value && std::abs(value) < largest_whole) {
    return fmt::to_string(static_cast<std::int64_t>(value));
  }
  return fmt::format("{}", value);
}

bool tellable(const metric_item& item) {
  const double* value = std::get_if<double>(&item.value);
  return value == nullptr || std::isfinite(*value);
}

}  // namespace

std::string metric_name(const metric_item& item) {
  return fmt::format("application.kpi.{}.{}.{}", item.application, item.component, item.name);
}

std::vector<std::string> metric_messages(const std::vector<metric_item>& items, std::int64_t at,
                                         std::size_t most) {
  const std::string begin = R"({"data":[)";
  const std::string end = fmt::format(R"(],"timestamp":{}}})", at);
  std::vector<std::string> messages;
  std::string body;
  for (const metric_item& item : items) {
    if (!tellable(item)) continue;
    // The causes are a list as a text: that is how the receiver's own senders write it.
    const std::string entry =
        fmt::format(R"({{"source":{},"metric":{},"value":{},"causes":"[]","timestamp":{}}})",
                    json::quote("application." + item.application), json::quote(metric_name(item)),
                    value_text(item), at);
    if (begin.size() + entry.size() + end.size() > most) continue;
    if (!body.empty() && begin.size() + body.size() + 1 + entry.size() + end.size() > most) {
      messages.push_back(begin + body + end);
      body.clear();
    }
    if (!body.empty()) body += ',';
    body += entry;
  }
  if (!body.empty()) messages.push_back(begin + body + end);
  return messages;
}

}  // namespace manager::metrics
