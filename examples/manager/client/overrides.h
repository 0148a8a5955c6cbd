// The body of a creation, an upgrade or a plan: package, and properties of components from a file
// and from --set.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/problem.h"
#include "client/server.h"

#include <functional>
#include <string>
#include <vector>

namespace dmctl {

struct override_options {
  std::string package;
  std::string file;               // a JSON object, as the body; "-": the standard input
  std::vector<std::string> sets;  // [type/]component.property=value
};

/// {"package", "<type>": {"<component>": {"<property>": value}}}. Of --set without a type it is the
/// one that has such a component in `defaults_of(package)`, {"<type>": {"<component>": …}}, which
/// is asked at most once. Throws problem (usage), all at once.
json::document make_body(const override_options& given,
                         const std::function<json::document(const std::string&)>& defaults_of);

/// What the package's components have by default, {"<type>": {"<component>": {…}}}.
json::document defaults_of(server& manager, const std::string& package);

/// A number, true, false or null is that; everything else is a text. A number whose text would not
/// come back (1e3, 007, one beyond 64 bits) is a text, as written.
json::value value_of(const std::string& property, const std::string& text, json::allocator& memory);

}  // namespace dmctl
