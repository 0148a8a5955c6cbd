// application.properties, generated. Source of the escapes: java.util.Properties.load (ISO-8859-1
// with \uXXXX).
// SPDX-License-Identifier: Apache-2.0
#include "package/application_properties.h"

#include <algorithm>

#include <fmt/format.h>

#include "input/text_rules.h"
#include "io/utf8.h"

namespace dm::package {

namespace {

char32_t code_point(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  switch (character.size()) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    case 3:
      return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    default:
      return (byte(0) & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U |
             (byte(3) & 0x3FU);
  }
}

void append_unicode(std::string& out, char32_t point) {
  const auto unit = [&](unsigned value) {
    fmt::format_to(std::back_inserter(out), "\\u{:04X}", value);
  };
  if (point < 0x10000) {
    unit(static_cast<unsigned>(point));
  } else {  // Java's escapes are UTF-16
    const auto above = static_cast<unsigned>(point) - 0x10000U;
    unit(0xD800U + (above >> 10U));
    unit(0xDC00U + (above & 0x3FFU));
  }
}

// The text as a value, or, with in_key, as (part of) a key, at the beginning of the value or key it
// belongs to.
std::string escaped(std::string_view text, bool in_key, bool at_start) {
  std::string out;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t length = std::max<std::size_t>(io::character_length(text, offset), 1);
    const char c = text[offset];
    const bool first = offset == 0 && at_start;
    if (length > 1) {
      append_unicode(out, code_point(text.substr(offset, length)));
    } else if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\f') {
      out += "\\f";
    } else if (c == ' ' && (in_key || first)) {
      out += "\\ ";
    } else if (in_key && (c == '=' || c == ':' || (first && (c == '#' || c == '!')))) {
      out += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F) {
      append_unicode(out, static_cast<unsigned char>(c));
    } else {
      out += c;
    }
    offset += length;
  }
  return out;
}

// Whether the place in the file stands in a key, and at the start of its key or value.
struct place {
  bool in_key = false;
  bool at_start = false;
};

// Goes through the file once: the places it is asked for come in ascending order.
class line_cursor {
 public:
  explicit line_cursor(std::string_view file) : file_(file) { begin_line(0); }

  std::size_t number_at(std::size_t offset) {
    go_to(offset);
    return number_;
  }

  place place_at(std::size_t offset) {
    go_to(offset);
    if (offset <= key_) return {true, true};
    if (offset <= separator_) return {true, false};
    return {false, offset <= value_};
  }

 private:
  void go_to(std::size_t offset) {
    while (end_ < offset) {
      if (file_[end_] == '\n') ++number_;
      begin_line(end_ + 1);
    }
  }

  void begin_line(std::size_t start) {
    const auto or_end = [&](std::size_t found) { return std::min(found, end_); };
    end_ = std::min(file_.find_first_of("\n\r", start), file_.size());
    const std::string_view to_end = file_.substr(0, end_);
    key_ = or_end(to_end.find_first_not_of(" \t\f", start));
    separator_ = or_end(to_end.find_first_of("=: \t", key_));
    value_ = or_end(to_end.find_first_not_of("=: \t", separator_));
  }

  std::string_view file_;
  std::size_t number_ = 1;
  std::size_t key_ = 0;        // where the line's key begins,
  std::size_t separator_ = 0;  // the key ends,
  std::size_t value_ = 0;      // the value begins,
  std::size_t end_ = 0;        // and the line ends
};

std::string key_of(std::string_view name) {
  std::string key(name);
  if (const std::size_t underscore = key.find('_'); underscore != std::string::npos)
    key[underscore] = '.';
  return escaped(key, true, true);
}

void note_references(application_properties& result, std::string_view file, const substituted& done,
                     references references) {
  line_cursor secrets(file);
  for (const reference& secret : done.secret) {
    result.problems.push_back(
        {fmt::format("application.properties:{}", secrets.number_at(secret.offset)),
         fmt::format("${{{}}}, which holds a secret", secret.name),
         "no reference to a secret: it would be written to files that others read; let the "
         "program read it from a place that only its user can read"});
  }
  line_cursor lines(file);
  for (const reference& unknown : done.unknown) {
    const std::string path =
        fmt::format("application.properties:{}", lines.number_at(unknown.offset));
    if (!unknown.braced) {
      add_warning(result.warnings,
                  {path, fmt::format("${} is no known property and stays as it is", unknown.name)});
    } else if (references == references::complete) {
      result.problems.push_back(
          {path, fmt::format("${{{}}}, which is no known property", unknown.name),
           "references to properties that exist; $${…} for a text that is no reference"});
    }
  }
}

// What comes between the package's file and the lines that are generated. A backslash at the end of
// the file would make the first of them a part of its last line; an empty line ends that one.
std::string_view separator_after(std::string_view file) {
  if (file.ends_with("\r\n")) {
    file.remove_suffix(2);
  } else if (file.ends_with('\n') || file.ends_with('\r')) {
    file.remove_suffix(1);
  }
  const std::size_t last = file.find_last_not_of('\\');
  const std::size_t backslashes = file.size() - (last == std::string_view::npos ? 0 : last + 1);
  return backslashes % 2 == 0 ? "\n" : "\n\n";
}

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// java.util.Properties reads bytes as ISO-8859-1, a file of two-byte characters as nonsense.
bool is_utf16(std::string_view file) {
  return file.starts_with("\xFF\xFE") || file.starts_with("\xFE\xFF");
}

}  // namespace

application_properties render_application_properties(const std::optional<std::string>& package_file,
                                                     const property_map& properties, bool generate,
                                                     references references) {
  constexpr std::string_view resource = "application.properties";
  application_properties result;
  std::string_view file = package_file ? std::string_view(*package_file) : std::string_view();
  if (file.starts_with(byte_order_mark)) {
    file.remove_prefix(byte_order_mark.size());
    add_warning(result.warnings,
                {std::string(resource),
                 "begins with a byte order mark, which is left out: Java would read it as a part "
                 "of the first key"});
  }
  if (is_utf16(file)) {
    result.problems.push_back({std::string(resource), "a file in UTF-16",
                               "UTF-8 (or ISO-8859-1), as java.util.Properties reads it"});
    return result;
  }
  if (!io::is_valid_utf8(file)) {
    result.text = file;
    add_warning(result.warnings,
                {std::string(resource), "is not UTF-8, so its references are left as they are"});
  } else {
    line_cursor lines(file);
    const encoder encode = [&](std::string_view value, std::size_t offset) {
      const place at = lines.place_at(offset);
      return escaped(value, at.in_key, at.at_start);
    };
    substituted done = substitute(file, properties, encode);
    note_references(result, file, done, references);
    result.text = std::move(done.text);
  }
  if (!generate) return result;
  result.text += separator_after(result.text);
  for (const property& property : properties) {
    if (find_property(properties, property.name) != &property)
      continue;  // given again further down
    if (holds_secret(property)) {
      if (property.name.starts_with("component_")) {
        add_warning(result.warnings, {property_path(property.name),
                                      "holds a secret and gets no line in application.properties"});
      }
      continue;
    }
    // Unknown references in a component's own values are found when these are read; in other values
    // they are the administrator's, whom nobody could tell here, and stay as they are. One to a
    // secret stays as it is, too.
    const substituted value = substitute(property.text, properties);
    result.text += fmt::format("{}={}\n", key_of(property.name), escaped(value.text, false, true));
  }
  return result;
}

}  // namespace dm::package
