// Figures of components.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_figures.h"

#include "client/measure.h"
#include "client/member.h"
#include "client/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace dmctl {
namespace {

constexpr std::size_t most_points = 40;
constexpr std::array<std::string_view, 8> steps = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

// The column of `history` that has this name; nothing where it has none.
std::vector<std::optional<double>> history_of(const json::value& component,
                                              const std::string& name) {
  std::vector<std::optional<double>> points;
  const json::value* history = json::find(component, "history");
  const json::value* names = history == nullptr ? nullptr : json::find(*history, "names");
  if (names == nullptr || !names->IsArray()) return points;
  const auto all = names->GetArray();
  const auto* const found = std::find_if(all.begin(), all.end(), [&](const json::value& one) {
    return one.IsString() && json::view(one) == name;
  });
  if (found == all.end()) return points;
  const auto index = static_cast<rapidjson::SizeType>(found - all.begin()) + 1;  // after the time
  each_of(*history, "points", [&](const json::value& point) {
    const bool known = point.IsArray() && index < point.Size() && point[index].IsNumber();
    points.push_back(known ? std::optional(point[index].GetDouble()) : std::nullopt);
  });
  return points;
}

// The newest ones that fit beside the figures.
std::size_t points_beside(std::size_t taken, std::size_t width) {
  constexpr std::size_t gaps = 4;
  constexpr std::size_t least_points = 6;
  if (width == 0 || taken + gaps + most_points <= width) return most_points;
  return taken + gaps + least_points <= width ? width - taken - gaps : 0;
}

}  // namespace

std::string shown_figure(std::string_view name, double value) {
  const bool whole = std::isfinite(value) && value >= 0 && value < 9e15;
  if (name.ends_with("_ms") && whole) {
    return shown_duration(std::chrono::milliseconds(static_cast<std::int64_t>(value)));
  }
  if (name.ends_with("_bytes") && whole) return shown_bytes(static_cast<std::uint64_t>(value));
  if (name.ends_with("_permille")) return fmt::format("{:.1f} %", value / 10);
  if (name.ends_with("_per_second")) return shown_number(value) + "/s";
  return shown_number(value);
}

std::string spark_line(const std::vector<std::optional<double>>& points, std::size_t most) {
  const std::size_t first = points.size() > most ? points.size() - most : 0;
  double least = INFINITY;
  double greatest = -INFINITY;
  for (std::size_t i = first; i < points.size(); ++i) {
    if (!points[i]) continue;
    least = std::min(least, *points[i]);
    greatest = std::max(greatest, *points[i]);
  }
  std::string line;
  for (std::size_t i = first; i < points.size(); ++i) {
    if (!points[i]) {
      line += " ";
      continue;
    }
    const double share = greatest > least ? (*points[i] - least) / (greatest - least) : 0;
    const auto step = static_cast<std::size_t>(share * static_cast<double>(steps.size() - 1) + 0.5);
    line += steps[std::min(step, steps.size() - 1)];
  }
  return line;
}

void show_figures(const json::value& told, output& out) {
  bool first = true;
  each_of(told, "components", [&](const json::value& component) {
    if (!first) out.made_line("");
    first = false;
    const std::string at = text_member(component, "observed_at");
    out.made_line(
        out.where().toned(tone::bold, harmless(text_member(component, "type") + "/" +
                                               text_member(component, "component"))) +
        (at.empty() ? "" : out.where().toned(tone::dim, "  " + harmless(shown_time(at)))));
    if (const std::string error = any_member(component, "error"); !error.empty()) {
      out.line("could not be asked: " + error, "  ");
    }
    const std::string not_yet = text_member(component, "information");
    if (!not_yet.empty()) out.line(not_yet, "  ");
    const json::value* figures = json::find(component, "figures");
    table shown({{"FIGURE"}, {"VALUE", true}, {"BEFORE"}});
    std::vector<std::pair<std::string, std::string>> rows;
    std::size_t name_width = 6;  // of its title
    std::size_t value_width = 5;
    if (figures != nullptr) {
      each_member(*figures, [&](const std::string& name, const json::value& value) {
        rows.emplace_back(
            name, value.IsNumber() ? shown_figure(name, value.GetDouble()) : any_text(value));
        name_width = std::max(name_width, columns(name));
        value_width = std::max(value_width, columns(rows.back().second));
      });
    }
    const std::size_t points = points_beside(name_width + value_width, out.where().width);
    for (const auto& [name, value] : rows)
      shown.add({name, value, spark_line(history_of(component, name), points)});
    if (shown.empty() && not_yet.empty()) out.line("no figures", "  ");
    out.rows(shown);
  });
}

}  // namespace dmctl
