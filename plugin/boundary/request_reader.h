// Members of a request, read with their types checked; everything that is wrong is remembered with
// its JSON path.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/component_name.h"
#include "io/json.h"
#include "io/problem_list.h"

namespace dm::boundary {

// The schema of the documents that this plugin reads and writes (DM-7).
inline constexpr int schema_version = 1;

// Reads one JSON object. An absent member and a null one are the same. After a problem a reading
// function returns an empty value, so that the rest is read too; look at problems() at the end.
class request_reader {
 public:
  // path: of the object, "$" for the whole document. The object outlives the reader.
  request_reader(const io::json_value& object, std::string path);

  std::string required_text(std::string_view name);  // may not be empty
  std::string text(std::string_view name);           // "" when absent
  bool flag(std::string_view name, bool fallback);
  std::optional<bool> optional_flag(std::string_view name);
  std::int64_t number(std::string_view name, std::int64_t fallback, std::int64_t least,
                      std::int64_t most);
  // One of `words`, the first when absent.
  std::string word(std::string_view name, const std::vector<std::string_view>& words);
  // One of `words`; "" when absent.
  std::string optional_word(std::string_view name, const std::vector<std::string_view>& words);
  // An array of them; empty when absent.
  std::vector<std::string> word_list(std::string_view name,
                                     const std::vector<std::string_view>& words);
  // Of a savepoint, as a caller may choose it; "" when absent.
  std::string operation_id(std::string_view name);
  std::vector<std::string> texts(std::string_view name);  // array of strings; empty when absent
  // nullptr, and a problem unless it may be absent.
  const io::json_value* required_object(std::string_view name);
  const io::json_value* required_array(std::string_view name);
  const io::json_value* object(std::string_view name);

  // "schema" must be there, and be one that this plugin understands (DM-7).
  void check_schema();
  // namespace, application and component; the application may be absent when that is said.
  component::component_name component_name(bool application_required = true);

  // Problems that others found in this object: their paths begin with "$", which becomes this
  // object's path.
  void add(std::vector<problem> problems);
  void add(std::string_view name, std::string found, std::string allowed);
  // Those of an object in this one, whose reader knows its path.
  void adopt(const request_reader& inner);
  const problem_list& problems() const { return problems_; }
  // INVALID_ARGUMENT with all problems, or nothing when there is none. `what`: "the start request".
  result<void> finish(std::string_view what);

 private:
  const io::json_value* typed(std::string_view name, bool required,
                              bool (*fits)(const io::json_value&), std::string_view type);

  const io::json_value& object_;
  std::string path_;
  problem_list problems_;
};

// "a number", "an object" ...: what was found, without its value, which may be a secret.
std::string_view type_name(const io::json_value& value);

// The document of a request: JSON, and an object. `what`: "the start request".
result<io::json_document> parse_request(std::string_view text, std::string_view what);

}  // namespace dm::boundary
