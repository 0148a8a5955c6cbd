// A part of a log as it is shown.
// SPDX-License-Identifier: Apache-2.0
#include "logs/log_text.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "io/utf8.h"

namespace dm::logs {

namespace {

constexpr std::string_view mask = "***";
constexpr std::string_view no_character = "\xEF\xBF\xBD";

// The character at `at` as it is shown; `at` is moved behind it.
void show_character(std::string_view text, std::size_t& at, std::size_t end, std::string& shown) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x20 || byte == 0x7F) {
    ++at;
    if (byte == '\t' || byte == '\n') {
      shown += static_cast<char>(byte);
    } else {
      shown += fmt::format("\\x{:02x}", byte);
    }
    return;
  }
  const std::size_t length = io::character_length(text.substr(0, end), at);
  if (length == 0) {
    ++at;
    shown += no_character;
    return;
  }
  const auto second = length == 2 ? static_cast<unsigned char>(text[at + 1]) : 0xFF;
  if (byte == 0xC2 && second < 0xA0) {  // U+0080 ... U+009F, which terminals obey as well
    shown += fmt::format("\\x{:02x}", second);
  } else {
    shown += text.substr(at, length);
  }
  at += length;
}

// A line of the window, with its end where it has one.
struct line_place {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool whole = false;
};

struct shown_place {
  std::string text;
  std::size_t begin = 0;
  std::size_t end = 0;
};

class shaping {
 public:
  shaping(const log_window& window, const line_filter& filter, const log_shape& shape)
      : window_(window),
        bytes_(window.bytes),
        filter_(filter),
        shape_(shape),
        secrets_(io::secret_ranges(bytes_)) {}

  shown_text forwards() {
    std::size_t at = std::min(bytes_.size(), static_cast<std::size_t>(std::max<std::int64_t>(
                                                 0, shape_.start - window_.offset)));
    shown_text result;
    result.offset = offset_of(at);
    bool passing = passes_at_first(at);
    while (at < bytes_.size()) {
      const line_place line = line_at(at);
      if (held_back(line)) break;
      std::string text = shown(line);
      const bool wanted = is_wanted(line, text, passing);
      if (wanted && result.text.size() + text.size() > shape_.max_bytes) {
        if (!result.text.empty()) {
          result.left_out = true;
          break;
        }
        const std::size_t end = cut(at, line.end);
        text = shown({at, end, false});
        result.left_out = result.left_out || end < bytes_.size();
        result.text = std::move(text);
        at = end;
        break;
      }
      if (wanted) result.text += text;
      at = line.end;
    }
    result.next_offset = offset_of(at);
    result.left_out = result.left_out || !window_.reaches_end();
    return result;
  }

  shown_text backwards() {
    std::size_t at = first_line();
    bool passing = passes_at_first(at);
    std::deque<shown_place> kept;
    std::size_t size = 0;
    bool dropped = window_.offset > 0 || at > 0;
    std::size_t end = at;
    const std::size_t most_lines = shape_.tail_lines == 0 ? bytes_.size() + 1 : shape_.tail_lines;
    for (; at < bytes_.size(); at = end) {
      const line_place line = line_at(at);
      if (held_back(line)) break;
      end = line.end;
      std::string text = shown(line);
      if (!is_wanted(line, text, passing)) continue;
      size += text.size();
      kept.push_back({std::move(text), line.begin, line.end});
      while (kept.size() > most_lines || (size > shape_.max_bytes && kept.size() > 1)) {
        size -= kept.front().text.size();
        kept.pop_front();
        dropped = true;
      }
    }
    if (size > shape_.max_bytes) dropped = shorten(kept.front()) || dropped;
    shown_text result;
    result.offset = offset_of(kept.empty() ? end : kept.front().begin);
    for (const shown_place& one : kept) result.text += one.text;
    result.next_offset = offset_of(end);
    result.left_out = dropped;
    return result;
  }

 private:
  std::int64_t offset_of(std::size_t at) const {
    return window_.offset + static_cast<std::int64_t>(at);
  }

  line_place line_at(std::size_t at) const {
    const std::size_t end = bytes_.find('\n', at);
    if (end == std::string_view::npos) return {at, bytes_.size(), false};
    return {at, end + 1, true};
  }

  std::string shown(const line_place& line) const {
    return shown_line(bytes_, line.begin, line.end, secrets_);
  }

  // Its end is not there yet, or not in this window: it is for the next one.
  bool held_back(const line_place& line) const {
    if (line.whole || window_.broken_off || line.end - line.begin >= shape_.max_bytes) return false;
    return shape_.may_grow || !window_.reaches_end();
  }

  // Lines without a time belong to the event before them. What stands before the first event of the
  // window is the rest of one that is older than it, or of a log without times.
  bool passes_at_first(std::size_t at) const {
    if (!filter_.since_given()) return true;
    while (at < bytes_.size()) {
      const line_place line = line_at(at);
      if (const auto time = time_of_line(bytes_.substr(line.begin, line.end - line.begin)))
        return filter_.wants(*time);
      at = line.end;
    }
    return true;
  }

  bool is_wanted(const line_place& line, std::string_view text, bool& passing) const {
    if (filter_.since_given()) {
      if (const auto time = time_of_line(bytes_.substr(line.begin, line.end - line.begin)))
        passing = filter_.wants(*time);
    }
    return passing && filter_.matches(text.substr(0, text.find('\n')));
  }

  // Behind the last character of the part of a long line that a text can hold.
  std::size_t cut(std::size_t begin, std::size_t end) const {
    std::size_t length = std::min(end - begin, shape_.max_bytes);
    // What is shown may be several times as long as what is read.
    while (length > 1 && shown({begin, begin + length, false}).size() > shape_.max_bytes)
      length /= 2;
    const std::string_view part = bytes_.substr(begin, end - begin);
    const std::size_t whole = io::character_boundary(part, length);
    return begin + (whole == 0 ? length : whole);
  }

  // The end of a line that is longer than the text; false: it need not be shorter.
  bool shorten(shown_place& line) const {
    std::size_t length = std::min(line.end - line.begin, shape_.max_bytes);
    std::string text = shown({line.end - length, line.end, false});
    while (length > 1 && text.size() > shape_.max_bytes) {
      length /= 2;
      text = shown({line.end - length, line.end, false});
    }
    const bool shorter = line.end - length > line.begin;
    line.begin = line.end - length;
    line.text = std::move(text);
    return shorter;
  }

  // The first line that is whole: the window begins within one, unless it begins the log.
  std::size_t first_line() const {
    if (window_.offset == 0) return 0;
    const std::size_t end = bytes_.find('\n');
    return end == std::string_view::npos ? 0 : end + 1;
  }

  const log_window& window_;
  std::string_view bytes_;
  const line_filter& filter_;
  const log_shape& shape_;
  std::vector<io::secret_range> secrets_;
};

}  // namespace

std::string shown_line(std::string_view text, std::size_t begin, std::size_t end,
                       const std::vector<io::secret_range>& secrets) {
  std::string shown;
  auto secret = std::upper_bound(
      secrets.begin(), secrets.end(), begin,
      [](std::size_t at, const io::secret_range& range) { return at < range.end; });
  for (std::size_t at = begin; at < end;) {
    if (secret != secrets.end() && at >= secret->begin) {
      shown += mask;
      at = std::min(secret->end, end);
      if (secret->end >= end && text[end - 1] == '\n') shown += '\n';
      ++secret;
      continue;
    }
    const std::size_t next =
        secret == secrets.end() ? end : std::min(end, std::max(secret->begin, at + 1));
    while (at < next) show_character(text, at, next, shown);
  }
  return shown;
}

shown_text shape_text(const log_window& window, const line_filter& filter, const log_shape& shape) {
  shaping one(window, filter, shape);
  return shape.from_end ? one.backwards() : one.forwards();
}

log_window window_of(const std::string& text, std::int64_t from, std::size_t limit) {
  log_window window;
  window.size_bytes = static_cast<std::int64_t>(text.size());
  window.offset = from < 0 ? std::max<std::int64_t>(0, window.size_bytes + from)
                           : std::min(from, window.size_bytes);
  window.bytes = text.substr(static_cast<std::size_t>(window.offset), limit);
  return window;
}

}  // namespace dm::logs
