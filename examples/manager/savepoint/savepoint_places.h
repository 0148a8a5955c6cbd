// Where a page of an application's restore points ended: ids are a component's own, so there is one
// of each component.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/application_store.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace manager {

/// {type, component} -> the id that was shown last. Who has shown none yet is not in it.
using savepoint_places = std::map<std::pair<std::string, std::string>, std::string>;

/// As a query parameter: "fake.first.nightly~fake.second.weekly".
std::string to_text(const savepoint_places& places);

/// nullopt: it is no such text.
std::optional<savepoint_places> savepoint_places_from(std::string_view text);

/// The id in that component; empty: from the beginning.
std::string place_in(const savepoint_places& places, const component_record& component);

}  // namespace manager
