// Names that come from outside and end up in paths, table rows and plugins: what is allowed in
// them. All checks are exact matches of the whole text, so a trailing newline is refused.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace manager {

/// Application, component and component type: [A-Za-z0-9_][A-Za-z0-9_-]*, at most 100 characters.
bool is_name(std::string_view text);
inline constexpr std::string_view name_rule =
    "letters, digits, '_' and '-', not beginning with '-', at most 100 characters";

/// What a savepoint is asked for under: [A-Za-z0-9_][A-Za-z0-9_-]{0,63}.
bool is_operation_id(std::string_view text);
inline constexpr std::string_view operation_id_rule =
    "letters, digits, '_' and '-', not beginning with '-', at most 64 characters";

/// An operating system account as it may appear in user.name; whether it exists is another
/// question.
bool is_account_name(std::string_view text);

/// A package: "<name>-<version>", cut at the last hyphen; the version has at least three parts.
struct package_name {
  std::string name;
  std::string version;

  std::string full() const { return name + "-" + version; }
  std::string file() const { return full() + ".tar.gz"; }
};
std::optional<package_name> parse_package_name(std::string_view full);
/// The same for "<name>-<version>.tar.gz".
std::optional<package_name> parse_package_file(std::string_view file);
inline constexpr std::string_view package_name_rule =
    "<name>-<version>, cut at the last hyphen; name: letters, digits, '_', '.', '-'; version: at "
    "least "
    "three parts of letters, digits, '_', '+', '~' between dots";

/// What a package is called without its version.
bool is_package_title(std::string_view text);
inline constexpr std::string_view package_title_rule =
    "a package's name without its version: letters, digits, '_', '.', '-'";

/// Order of versions, part by part, numbers as numbers: 1.9.0 is before 1.10.0.
bool version_before(std::string_view left, std::string_view right);

/// A property: 1 to 200 bytes of UTF-8 without control characters. Whose property it is, and what
/// is allowed in it, is its plugin's.
bool is_property_name(std::string_view text);
inline constexpr std::string_view property_name_rule =
    "1 to 200 bytes of UTF-8 without control characters";

/// Whether the whole text is well-formed UTF-8: no overlong forms, no surrogates.
bool is_utf8(std::string_view text);

/// The text with \xff in the place of every byte that is no UTF-8.
std::string valid_utf8(std::string_view text);

/// Text that may be shown in a message, always valid UTF-8: cut at a character after at most
/// `limit` bytes; what a terminal obeys and bytes that are no UTF-8 become \x1b, \u202e, \xff.
std::string printable(std::string_view text, std::size_t limit = 200);

}  // namespace manager
