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

place place_of(std::string_view file, std::size_t offset) {
  const std::size_t line_end =
      offset == 0 ? std::string_view::npos : file.find_last_of("\n\r", offset - 1);
  std::string_view line = file.substr(line_end == std::string_view::npos ? 0 : line_end + 1);
  line = line.substr(0, file.data() + offset - line.data());
  line.remove_prefix(std::min(line.find_first_not_of(" \t\f"), line.size()));
  if (line.empty()) return {true, true};
  const std::size_t separator = line.find_first_of("=: \t");
  if (separator == std::string_view::npos) return {true, false};
  return {false, line.find_first_not_of("=: \t", separator) == std::string_view::npos};
}

std::string key_of(std::string_view name) {
  std::string key(name);
  if (const std::size_t underscore = key.find('_'); underscore != std::string::npos)
    key[underscore] = '.';
  return escaped(key, true, true);
}

std::size_t line_of(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(std::count(
                 text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

void note_references(application_properties& result, std::string_view file, const substituted& done,
                     references references) {
  for (const reference& secret : done.secret) {
    result.problems.push_back(
        {fmt::format("application.properties:{}", line_of(file, secret.offset)),
         fmt::format("${{{}}}, which holds a secret", secret.name),
         "no reference to a secret: it would be written to files that others read; let the "
         "program read it from a place that only its user can read"});
  }
  for (const reference& unknown : done.unknown) {
    const std::string path =
        fmt::format("application.properties:{}", line_of(file, unknown.offset));
    if (!unknown.braced) {
      result.warnings.push_back(
          {path, fmt::format("${} is no known property and stays as it is", unknown.name)});
    } else if (references == references::complete) {
      result.problems.push_back(
          {path, fmt::format("${{{}}}, which is no known property", unknown.name),
           "references to properties that exist; $${…} for a text that is no reference"});
    }
  }
}

}  // namespace

application_properties render_application_properties(const std::optional<std::string>& package_file,
                                                     const property_map& properties, bool generate,
                                                     references references) {
  application_properties result;
  if (package_file && !io::is_valid_utf8(*package_file)) {
    result.text = *package_file;
    result.warnings.push_back(
        {"application.properties", "is not UTF-8, so its references are left as they are"});
  } else if (package_file) {
    const encoder encode = [&](std::string_view value, std::size_t offset) {
      const place at = place_of(*package_file, offset);
      return escaped(value, at.in_key, at.at_start);
    };
    substituted done = substitute(*package_file, properties, encode);
    note_references(result, *package_file, done, references);
    result.text = std::move(done.text);
  }
  if (!generate) return result;
  result.text += '\n';
  for (const property& property : properties) {
    if (find_property(properties, property.name) != &property)
      continue;  // given again further down
    if (holds_secret(property)) {
      if (property.name.starts_with("component_")) {
        result.warnings.push_back({property_path(property.name),
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
