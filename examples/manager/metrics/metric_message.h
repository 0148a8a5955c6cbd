// What the platform's data logger is told: metrics of applications in its own format.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace manager::metrics {

struct metric_item {
  std::string application;
  std::string component;
  std::string name;  // the metric's own, behind the component's prefix
  std::variant<double, std::string> value;
};

/// "application.kpi.<application>.<component>.<name>", all that a console looks for.
std::string metric_name(const metric_item& item);

/// The receiver takes 100 KiB.
inline constexpr std::size_t largest_message = 100'000;

/// {"data":[{"source","metric","value","causes","timestamp"}],"timestamp"}, as many as it takes for
/// none to be larger than `most` bytes; an item that alone is larger is left out.
std::vector<std::string> metric_messages(const std::vector<metric_item>& items, std::int64_t at,
                                         std::size_t most = largest_message);

}  // namespace manager::metrics
