// Figures of components, and what they were, for people.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/output.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dmctl {

void show_figures(const json::value& told, output& out);

/// By the unit at the end of its name: "3 min 5 s", "1.2 MB", "12 %", "4.5M".
std::string shown_figure(std::string_view name, double value);
/// "▁▃▅█": at most `most` characters, the newest at the end; a gap where nothing was known.
std::string spark_line(const std::vector<std::optional<double>>& points, std::size_t most);

}  // namespace dmctl
