// Tables that line up and fit the terminal.
// SPDX-License-Identifier: Apache-2.0
#include "client/table.h"

#include "client/text.h"

#include <algorithm>
#include <numeric>

namespace dmctl {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_text = 12;
constexpr std::size_t least_name = 6;

}  // namespace

void table::add(const std::vector<std::string>& cells) {
  std::vector<std::string> row;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string text = i < cells.size() ? harmless(cells[i]) : "";
    row.push_back(text.empty() ? "-" : text);
  }
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> table::widths(const terminal& where,
                                       const std::vector<bool>& shown) const {
  std::vector<std::size_t> wide(columns_.size(), 0);
  std::size_t gaps = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!shown[i]) continue;
    gaps += gap;
    wide[i] = columns(columns_[i].title);
    for (const auto& row : rows_) wide[i] = std::max(wide[i], columns(row[i]));
  }
  if (where.width == 0) return wide;
  const std::size_t room = where.width + gap > gaps ? where.width + gap - gaps : 1;
  const auto all = [&] { return std::accumulate(wide.begin(), wide.end(), std::size_t{0}); };
  // The widest one gives first; texts before names.
  const auto shrink = [&](bool texts, std::size_t least, bool all_columns = false) {
    while (all() > room) {
      std::size_t best = wide.size();
      for (std::size_t i = 0; i < wide.size(); ++i) {
        if (!shown[i] || wide[i] <= least || (texts && !columns_[i].gives)) continue;
        if ((columns_[i].whole || columns_[i].state) && !all_columns) continue;
        if (best == wide.size() || wide[i] > wide[best]) best = i;
      }
      if (best == wide.size()) return;
      --wide[best];
    }
  };
  shrink(true, least_text);
  shrink(false, least_name);
  shrink(false, 1, true);
  return wide;
}

std::string table::text(const terminal& where) const {
  if (rows_.empty()) return {};
  std::vector<bool> shown(columns_.size(), false);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    shown[i] =
        std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) { return row[i] != "-"; });
  }
  if (!columns_.empty()) shown[0] = true;
  const std::vector<std::size_t> wide = widths(where, shown);
  std::size_t last = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (shown[i]) last = i;
  }
  std::string result;
  const auto add_line = [&](const std::vector<std::string>& cells, bool head) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!shown[i]) continue;
      const std::string fits = cut(cells[i], wide[i]);
      const bool ends = i == last && !columns_[i].right;
      const std::string blanks(wide[i] - std::min(wide[i], columns(fits)), ' ');
      const tone how = head                ? tone::bold
                       : columns_[i].state ? tone_of_state(cells[i])
                                           : tone::plain;
      if (columns_[i].right) line += blanks;
      line += where.toned(how, fits);
      if (!columns_[i].right && !ends) line += blanks;
      if (i != last) line += std::string(gap, ' ');
    }
    result += line + "\n";
  };
  std::vector<std::string> titles;
  for (const column& one : columns_) titles.push_back(one.title);
  add_line(titles, true);
  for (const auto& row : rows_) add_line(row, false);
  return result;
}

}  // namespace dmctl
