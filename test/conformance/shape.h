// The shape of JSON documents: members and types, without values. A sample says by itself what is
// optional: what only some of an array's elements have.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <rapidjson/document.h>

namespace conformance {

struct shape {
  enum class kind { null, boolean, number, string, array, object };
  kind type = kind::null;
  bool nullable = false;
  std::map<std::string, shape> members;  // of an object
  std::map<std::string, bool> required;  // by member
  std::shared_ptr<shape> element;        // of an array; empty: no element was seen
};

shape shape_of(const rapidjson::Value& value);
void merge(shape& into, const shape& other);

// What of `real` is not as the sample has it, one line each with its path: a member that the sample
// has not, one that is missing, another type. Empty: all is well.
std::vector<std::string> differences(const shape& sample, const rapidjson::Value& real,
                                     const std::string& path = "$");

}  // namespace conformance
