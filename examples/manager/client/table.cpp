// Tables that line up and fit the terminal.
// SPDX-License-Identifier: Apache-2.0
#include "client/table.h"

#include "client/text.h"

#include <algorithm>

namespace dmctl {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t indent = 4;       // of a row's further lines
constexpr std::size_t least_text = 20;  // less of a text says nothing

}  // namespace

void table::add(const std::vector<std::string>& cells) {
  std::vector<std::string> row;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string text = i < cells.size() ? harmless(cells[i]) : "";
    row.push_back(text.empty() ? "-" : text);
  }
  rows_.push_back(std::move(row));
}

std::vector<table::place> table::in_one_line() const {
  std::vector<place> places;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t wide = columns(columns_[i].title);
    bool empty = i != 0;  // the first one is always shown
    for (const auto& row : rows_) {
      wide = std::max(wide, columns(row[i]));
      empty = empty && row[i] == "-";
    }
    if (!empty) places.push_back({i, wide, 0});
  }
  return places;
}

// Whether they fit with shorter texts; the widest one gives first.
bool table::shrunk(std::vector<place>& places, std::size_t room, const std::vector<column>& of) {
  std::size_t taken = gap * (places.size() - 1);
  for (const place& one : places) taken += one.width;
  while (taken > room) {
    place* widest = nullptr;
    for (place& one : places) {
      const bool can = of[one.column].gives && one.width > least_text;
      if (can && (widest == nullptr || one.width > widest->width)) widest = &one;
    }
    if (widest == nullptr) return false;
    --widest->width;
    --taken;
  }
  return true;
}

std::vector<table::place> table::laid_out(std::size_t width) const {
  const std::vector<place> natural = in_one_line();
  std::vector<place> places = natural;
  if (width == 0 || places.empty() || shrunk(places, width, columns_)) return places;
  places = natural;
  std::size_t line = 0;
  std::size_t used = 0;
  for (place& one : places) {
    const std::size_t own_line = width > indent ? width - indent : 1;
    const std::size_t needs =
        columns_[one.column].gives ? std::min({one.width, least_text, own_line}) : one.width;
    if (used != 0 && used + gap + needs > width) {
      ++line;
      used = 0;
    }
    const std::size_t begin = used != 0 ? used + gap : line == 0 ? 0 : indent;
    if (columns_[one.column].gives && begin + one.width > width)
      one.width = std::max<std::size_t>(width > begin ? width - begin : 1, 1);
    one.line = line;
    used = begin + one.width;
  }
  return places;
}

std::string table::text(const terminal& where) const {
  if (rows_.empty()) return {};
  const std::vector<place> places = laid_out(where.width);
  std::string result;
  const auto add_row = [&](const std::vector<std::string>& cells, bool head) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto& [at, width, line] = places[i];
      const bool ends = i + 1 == places.size() || places[i + 1].line != line;
      const bool begins = i == 0 || places[i - 1].line != line;
      if (begins && line != 0) result += std::string(indent, ' ');
      const std::string fits = cut(cells[at], width);
      const std::string blanks(width - std::min(width, columns(fits)), ' ');
      const tone how = head                 ? tone::bold
                       : columns_[at].state ? tone_of_state(cells[at])
                                            : tone::plain;
      if (columns_[at].right) result += blanks;
      result += where.toned(how, fits);
      if (!columns_[at].right && !ends) result += blanks;
      result += ends ? "\n" : std::string(gap, ' ');
    }
  };
  std::vector<std::string> titles;
  for (const column& one : columns_) titles.push_back(one.title);
  add_row(titles, true);
  for (const auto& row : rows_) add_row(row, false);
  return result;
}

}  // namespace dmctl
