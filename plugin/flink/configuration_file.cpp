// Reads the keys of Flink's configuration files, line by line.
// SPDX-License-Identifier: Apache-2.0
#include "flink/configuration_file.h"
#include "io/trimmed.h"

#include <algorithm>
#include <utility>

namespace dm::flink {
namespace {

constexpr std::size_t most_keys = 10'000;
constexpr int deepest_flow = 32;

std::string_view trim(std::string_view text) { return io::trimmed(text, io::line_blanks); }

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

// Where a quoted word at the beginning ends, behind its quote; npos: it is not closed.
std::size_t quoted_length(std::string_view text) {
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return std::string_view::npos;
}

bool quoted(std::string_view text) {
  return !text.empty() && (text.front() == '"' || text.front() == '\'');
}

std::string unquoted(std::string_view text) {
  return std::string(quoted(text) && text.size() > 1 ? text.substr(1, text.size() - 2) : text);
}

struct scalar {
  std::string text;
  bool whole = true;
};

// What YAML takes for no value, unless it is in quotes.
bool null(std::string_view text) {
  return text == "~" || text == "null" || text == "Null" || text == "NULL";
}

// A value on one line, with the escapes of its quotes undone.
scalar scalar_of(std::string_view text) {
  scalar read{unquoted(text), !null(text)};
  if (!quoted(text)) return read;
  read.whole = text.size() > 1 && quoted_length(text) == text.size();
  const char quote = text.front();
  const char escape = quote == '"' ? '\\' : '\'';
  std::string undone;
  for (std::size_t i = 0; i < read.text.size(); ++i) {
    if (read.text[i] != escape || i + 1 >= read.text.size()) {
      undone += read.text[i];
      continue;
    }
    const char next = read.text[++i];
    if (quote == '"' && next != '"' && next != '\\' && next != '/') read.whole = false;
    undone += next;
  }
  read.text = std::move(undone);
  return read;
}

// Without the comment that a '#' after a blank begins, outside of quotes.
std::string_view without_comment(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\' && quote == '"') ++i;
      if (c == quote) quote = 0;
    } else if ((c == '"' || c == '\'') && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '{' ||
                                           text[i - 1] == ',' || text[i - 1] == '[')) {
      quote = c;
    } else if (c == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) {
      return text.substr(0, i);
    }
  }
  return text;
}

// "key: value" of a mapping; false when the text is none.
bool divide(std::string_view text, std::string& key, std::string_view& value) {
  std::size_t colon = std::string_view::npos;
  if (quoted(text)) {
    const std::size_t end = quoted_length(text);
    if (end == std::string_view::npos) return false;
    const std::string_view rest = trim(text.substr(end));
    if (!rest.starts_with(':')) return false;
    key = unquoted(text.substr(0, end));
    value = trim(rest.substr(1));
    return true;
  }
  for (std::size_t i = 0; i < text.size() && colon == std::string_view::npos; ++i) {
    if (text[i] == ':' && (i + 1 == text.size() || text[i + 1] == ' ')) colon = i;
  }
  if (colon == std::string_view::npos) return false;
  key = std::string(trim(text.substr(0, colon)));
  value = trim(text.substr(colon + 1));
  return !key.empty();
}

class yaml_reader {
 public:
  explicit yaml_reader(std::string_view text) : rest_(without_mark(text)) {}

  configuration_file read() {
    while (!rest_.empty() && file_.keys.size() < most_keys && !over_) {
      ++line_;
      read_line(take_line(rest_));
    }
    if (!rest_.empty() && !over_) not_understood(line_ + 1);
    return std::move(file_);
  }

 private:
  struct level {
    std::size_t indent;
    std::string prefix;  // of the keys below it: "execution."
  };

  void read_line(std::string_view line) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const std::string_view text = trim(without_comment(line.substr(indent)));
    if (in_text_ && (indent > text_indent_ || text.empty())) {
      if (!text.empty() && !file_.keys.empty()) file_.keys.back().whole = false;
      return;
    }
    in_text_ = false;
    if (text.empty()) return;
    if (text.starts_with("---") || text.starts_with("...") || text.front() == '%') {
      // What Flink would make of a second document is not known; a mark before the first is none.
      if (!file_.keys.empty()) {
        not_understood(line_);
        over_ = true;
      }
      return;
    }
    if (line.substr(indent).front() == '\t' || text.front() == '&' || text.front() == '!' ||
        text.front() == '?' || text.front() == '*') {
      not_understood(line_);
      return;
    }
    // An entry of a list; what is nested in it is no key of Flink's.
    if (text == "-" || text.starts_with("- ")) {
      add_list();
      in_text_ = true;
      text_indent_ = indent;
      return;
    }
    while (!levels_.empty() && levels_.back().indent >= indent) levels_.pop_back();
    read_entry(text, indent);
  }

  void read_entry(std::string_view text, std::size_t indent) {
    const std::string prefix = levels_.empty() ? std::string() : levels_.back().prefix;
    if (text.front() == '{') {
      read_flow(whole_flow(text), prefix, 0);
      return;
    }
    std::string key;
    std::string_view value;
    if (!divide(text, key, value) || key == "<<") {
      not_understood(line_);
      return;
    }
    key = prefix + key;
    if (value.empty()) {
      levels_.push_back({indent, key + "."});
    } else if (value.front() == '&' || value.front() == '*' || value.front() == '!') {
      add(key, {"", false});
      not_understood(line_);
    } else if (value.front() == '{') {
      read_flow(whole_flow(value), key + ".", 0);
    } else {
      const bool goes_on = value.front() == '|' || value.front() == '>' || value.front() == '[' ||
                           (quoted(value) && quoted_length(value) == std::string_view::npos);
      add(key, goes_on ? scalar{"", false} : scalar_of(value));
      // A value in lines of its own, all of them deeper than its key.
      in_text_ = true;
      text_indent_ = indent;
    }
  }

  // A flow mapping to its closing brace, which may stand some lines below.
  std::string whole_flow(std::string_view text) {
    std::string flow(text);
    while (depth_of(flow) > 0 && !rest_.empty() && flow.size() < 65'536) {
      ++line_;
      (flow += ' ') += trim(without_comment(take_line(rest_)));
    }
    if (depth_of(flow) != 0) not_understood(line_);
    return flow;
  }

  static int depth_of(std::string_view flow) {
    int depth = 0;
    for (std::size_t i = 0; i < flow.size(); ++i) {
      if (quoted(flow.substr(i))) {
        const std::size_t length = quoted_length(flow.substr(i));
        if (length == std::string_view::npos) return 1;
        i += length - 1;
      } else if (flow[i] == '{' || flow[i] == '[') {
        ++depth;
      } else if (flow[i] == '}' || flow[i] == ']') {
        --depth;
      }
    }
    return depth;
  }

  void read_flow(std::string_view flow, const std::string& prefix, int depth) {
    if (depth > deepest_flow || flow.size() < 2 || !flow.ends_with('}')) {
      not_understood(line_);
      return;
    }
    flow = trim(flow.substr(1, flow.size() - 2));
    while (!flow.empty() && file_.keys.size() < most_keys) {
      std::size_t end = 0;
      while (end < flow.size() && (flow[end] != ',' || depth_of(flow.substr(0, end)) > 0)) {
        ++end;
      }
      const std::string_view entry = trim(flow.substr(0, end));
      flow = end < flow.size() ? trim(flow.substr(end + 1)) : std::string_view();
      if (entry.empty()) continue;
      std::string key;
      std::string_view value;
      if (!divide(entry, key, value)) {
        not_understood(line_);
      } else if (value.starts_with('{')) {
        read_flow(value, prefix + key + ".", depth + 1);
      } else {
        add(prefix + key, value.starts_with('[') ? scalar{"", false} : scalar_of(value));
      }
    }
  }

  void add(std::string key, scalar value) {
    file_.keys.push_back({std::move(key), std::move(value.text), line_, value.whole});
  }

  // The list of the key above it, once.
  void add_list() {
    if (levels_.empty()) return;
    std::string key = levels_.back().prefix;
    key.pop_back();
    if (file_.keys.empty() || file_.keys.back().key != key) add(std::move(key), {"", false});
  }

  void not_understood(int line) {
    if (file_.not_understood.empty() || file_.not_understood.back() != line)
      file_.not_understood.push_back(line);
  }

  std::string_view rest_;
  configuration_file file_;
  std::vector<level> levels_;  // from the outermost
  int line_ = 0;
  bool over_ = false;
  bool in_text_ = false;  // lines deeper than text_indent_ belong to a value
  std::size_t text_indent_ = 0;
};

}  // namespace

configuration_file read_flat_configuration(std::string_view text) {
  configuration_file file;
  text = without_mark(text);
  for (int line = 1; !text.empty() && file.keys.size() < most_keys; ++line) {
    std::string_view content = take_line(text);
    content = trim(content.substr(0, content.find('#')));
    const auto colon = content.find(": ");
    if (colon == std::string_view::npos) continue;
    const std::string_view key = trim(content.substr(0, colon));
    const std::string_view value = trim(content.substr(colon + 2));
    if (!key.empty() && !value.empty())
      file.keys.push_back({std::string(key), std::string(value), line, true});
  }
  return file;
}

configuration_file read_yaml_configuration(std::string_view text) {
  return yaml_reader(text).read();
}

}  // namespace dm::flink
