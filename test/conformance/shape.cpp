// The shape of JSON documents.
// SPDX-License-Identifier: Apache-2.0
#include "shape.h"

namespace conformance {

namespace {

shape::kind kind_of(const rapidjson::Value& value) {
  switch (value.GetType()) {
    case rapidjson::kNullType:
      return shape::kind::null;
    case rapidjson::kFalseType:
    case rapidjson::kTrueType:
      return shape::kind::boolean;
    case rapidjson::kNumberType:
      return shape::kind::number;
    case rapidjson::kStringType:
      return shape::kind::string;
    case rapidjson::kArrayType:
      return shape::kind::array;
    case rapidjson::kObjectType:
      return shape::kind::object;
  }
  return shape::kind::null;
}

}  // namespace

shape shape_of(const rapidjson::Value& value) {
  shape made;
  made.type = kind_of(value);
  made.nullable = value.IsNull();
  if (value.IsObject()) {
    for (const auto& member : value.GetObject()) {
      made.members[member.name.GetString()] = shape_of(member.value);
      made.required[member.name.GetString()] = true;
    }
  } else if (value.IsArray()) {
    for (const auto& element : value.GetArray()) {
      if (made.element == nullptr) {
        made.element = std::make_shared<shape>(shape_of(element));
      } else {
        merge(*made.element, shape_of(element));
      }
    }
  }
  return made;
}

void merge(shape& into, const shape& other) {
  into.nullable = into.nullable || other.nullable;
  if (into.type == shape::kind::null) into.type = other.type;
  for (auto& [name, needed] : into.required) needed = needed && other.members.count(name) > 0;
  for (const auto& [name, member] : other.members) {
    const auto [place, added] = into.members.emplace(name, member);
    if (added) {
      into.required[name] = false;
    } else {
      merge(place->second, member);
    }
  }
  if (other.element == nullptr) return;
  if (into.element == nullptr) {
    into.element = std::make_shared<shape>(*other.element);
  } else {
    merge(*into.element, *other.element);
  }
}

std::vector<std::string> differences(const shape& sample, const rapidjson::Value& real,
                                     const std::string& path) {
  std::vector<std::string> found;
  const auto add = [&](const std::vector<std::string>& more) {
    found.insert(found.end(), more.begin(), more.end());
  };
  if (real.IsNull() && sample.nullable) return found;
  if (kind_of(real) != sample.type) return {path + " is of another type than in the sample"};
  if (real.IsObject()) {
    for (const auto& member : real.GetObject()) {
      const std::string name = member.name.GetString();
      const auto known = sample.members.find(name);
      if (known == sample.members.end()) {
        found.push_back(path + "." + name + " is in no sample");
      } else {
        add(differences(known->second, member.value, path + "." + name));
      }
    }
    for (const auto& [name, needed] : sample.required) {
      if (needed && !real.HasMember(name.c_str()))
        found.push_back(path + "." + name + " is missing");
    }
  } else if (real.IsArray() && sample.element != nullptr) {
    for (rapidjson::SizeType i = 0; i < real.Size(); ++i) {
      add(differences(*sample.element, real[i], path + "[" + std::to_string(i) + "]"));
    }
  } else if (real.IsArray() && real.Size() > 0 && sample.element == nullptr) {
    found.push_back(path + " has elements, the sample shows none");
  }
  return found;
}

}  // namespace conformance
