// The property map as the host hands it over: looked up, and its references replaced.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/json.h"

namespace dm::package {

// The property map as the host hands it over: ordered, values as JSON text-or-scalar turned into
// text; objects and arrays keep their JSON form.
struct property {
  std::string name;
  std::string text;  // as Python's str() shows a scalar; compact JSON for objects and arrays
  const io::json_value* value;  // borrowed from the request; never null
};
using property_map = std::vector<property>;

// An object of the request as an ordered property map.
property_map read_properties(const io::json_value& object);

// The property of that name, nullptr when there is none. Of several the last one counts, as in the
// host's merge.
const property* find_property(const property_map& properties, std::string_view name);

// Whether the property's name, or the name of a member at any depth of its value, tells of a secret
// (D-10).
bool holds_secret(const property& property);

// A reference in a text: ${name} or $name, where a name is [A-Za-z_][A-Za-z0-9_]*.
struct reference {
  std::string name;
  std::size_t offset = 0;  // in the text it was found in
  bool braced = false;
};

struct substituted {
  std::string text;
  std::vector<reference> unknown;  // no such property: left as they are
  std::vector<reference> secret;   // the property holds a secret (D-10): left as they are
};

// Replaces ${name} and $name by the property's text, and $$ by $, in one pass: what is put in is
// not looked at again. Everything else with a $ in it stays as it is. `encode` makes a property's
// text fit for the place (its offset in `text`) it goes to; without one it goes in as it is.
using encoder = std::function<std::string(std::string_view value, std::size_t offset)>;
substituted substitute(std::string_view text, const property_map& properties,
                       const encoder& encode = {});

}  // namespace dm::package
