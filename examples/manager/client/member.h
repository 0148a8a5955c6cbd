// Members of documents from the server, as texts: what is not there, or of another type, is "".
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace dmctl {

namespace json = manager::json;

std::string text_member(const json::value& object, std::string_view name);
/// Words for people, with commands in the place of routes, and times as tables have them.
std::string words_member(const json::value& object, std::string_view name);
std::string words_of(const json::value& text);
/// Numbers, flags and texts as one reads them.
std::string any_member(const json::value& object, std::string_view name);
std::string any_text(const json::value& value);
std::optional<double> number_member(const json::value& object, std::string_view name);
std::string bytes_member(const json::value& object, std::string_view name);
std::string duration_member(const json::value& object, std::string_view name);
std::string time_member(const json::value& object, std::string_view name);
bool flag_member(const json::value& object, std::string_view name);

/// Each element of the list; nothing where there is none.
void each_of(const json::value& object, std::string_view name,
             const std::function<void(const json::value&)>& take);
/// Each member of the object; nothing where there is none.
void each_member(const json::value& object,
                 const std::function<void(const std::string&, const json::value&)>& take);

}  // namespace dmctl
