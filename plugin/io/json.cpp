// RapidJSON as this project uses it: untrusted input parsed with limits, members read with their
// types checked.
// SPDX-License-Identifier: Apache-2.0
#include "io/json.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "io/utf8.h"

namespace dm::io {

namespace {

constexpr unsigned deepest = 64;

// Stands between the reader and the document: the iterative parser takes any depth, but whoever
// walks the document later (RapidJSON's own writer too) does it by recursion.
class depth_limit {
 public:
  explicit depth_limit(json_document& next) : next_(next) {}
  bool exceeded() const { return exceeded_; }

  bool Null() { return next_.Null(); }
  bool Bool(bool b) { return next_.Bool(b); }
  bool Int(int i) { return next_.Int(i); }
  bool Uint(unsigned i) { return next_.Uint(i); }
  bool Int64(std::int64_t i) { return next_.Int64(i); }
  bool Uint64(std::uint64_t i) { return next_.Uint64(i); }
  bool Double(double d) { return next_.Double(d); }
  bool RawNumber(const char* s, rapidjson::SizeType n, bool copy) {
    return next_.RawNumber(s, n, copy);
  }
  bool String(const char* s, rapidjson::SizeType n, bool copy) { return next_.String(s, n, copy); }
  bool Key(const char* s, rapidjson::SizeType n, bool copy) { return next_.Key(s, n, copy); }
  bool StartObject() { return enter() && next_.StartObject(); }
  bool EndObject(rapidjson::SizeType n) { return leave() && next_.EndObject(n); }
  bool StartArray() { return enter() && next_.StartArray(); }
  bool EndArray(rapidjson::SizeType n) { return leave() && next_.EndArray(n); }

 private:
  bool enter() {
    exceeded_ = ++depth_ > deepest;
    return !exceeded_;
  }
  bool leave() {
    --depth_;
    return true;
  }

  json_document& next_;
  unsigned depth_ = 0;
  bool exceeded_ = false;
};

// Python's repr() of a string.
std::string python_quoted(std::string_view text) {
  const bool single =
      text.find('\'') == std::string_view::npos || text.find('"') != std::string_view::npos;
  const char quote = single ? '\'' : '"';
  std::string quoted(1, quote);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      quoted += {'\\', c};
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\r') {
      quoted += "\\r";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + quote;
}

std::string python_float(double number) {
  std::string text = fmt::format("{}", number);  // shortest that reads back, as Python's
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

// Recursion is bounded: parse_json lets nothing deeper than 64 levels in.
std::string python_text(const json_value& value, bool nested) {
  switch (value.GetType()) {
    case rapidjson::kNullType:
      return "None";
    case rapidjson::kFalseType:
      return "False";
    case rapidjson::kTrueType:
      return "True";
    case rapidjson::kStringType:
      return nested ? python_quoted(view(value)) : std::string(view(value));
    case rapidjson::kNumberType:
      if (value.IsInt64()) return fmt::format("{}", value.GetInt64());
      if (value.IsUint64()) return fmt::format("{}", value.GetUint64());
      return python_float(value.GetDouble());
    case rapidjson::kArrayType: {
      std::string text = "[";
      for (const auto& element : value.GetArray()) {
        text += (text.size() > 1 ? ", " : "") + python_text(element, true);
      }
      return text + "]";
    }
    case rapidjson::kObjectType: {
      std::string text = "{";
      for (const auto& entry : value.GetObject()) {
        text += (text.size() > 1 ? ", " : "") + python_quoted(view(entry.name)) + ": " +
                python_text(entry.value, true);
      }
      return text + "}";
    }
  }
  return {};
}

}  // namespace

result<json_document> parse_json(std::string_view text, std::string_view what) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return fail(status_code::invalid_argument,
                fmt::format("{} is not JSON in UTF-8: it is a text in UTF-16", what),
                "save it as UTF-8");
  }
  constexpr unsigned flags = rapidjson::kParseIterativeFlag |
                             rapidjson::kParseValidateEncodingFlag |
                             rapidjson::kParseFullPrecisionFlag;
  json_document document;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::ParseResult parsed;
  bool too_deep = false;
  const auto generate = [&](json_document& target) {
    rapidjson::Reader reader;
    depth_limit limited(target);
    parsed = reader.Parse<flags>(stream, limited);
    too_deep = limited.exceeded();
    return !parsed.IsError();
  };
  document.Populate(generate);
  if (too_deep) {
    return fail(status_code::invalid_argument,
                fmt::format("{} is nested more than {} levels deep", what, deepest));
  }
  if (parsed.IsError()) {
    return fail(
        status_code::invalid_argument,
        fmt::format("{} is not JSON: {} (at byte {} of {})", what,
                    rapidjson::GetParseError_En(parsed.Code()), parsed.Offset(), text.size()));
  }
  // The parser takes a NUL byte for the end of the text.
  if (stream.Tell() != text.size()) {
    return fail(status_code::invalid_argument,
                fmt::format("{} is not JSON: a NUL byte (at byte {} of {})", what, stream.Tell(),
                            text.size()));
  }
  return document;
}

const json_value* member(const json_value& object, std::string_view name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(
      json_value(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size()))));
  return found == object.MemberEnd() || found->value.IsNull() ? nullptr : &found->value;
}

std::optional<std::string> string_member(const json_value& object, std::string_view name) {
  const json_value* value = member(object, name);
  if (value == nullptr || !value->IsString()) return std::nullopt;
  return std::string(view(*value));
}

std::string string_member_or(const json_value& object, std::string_view name,
                             std::string_view fallback) {
  return string_member(object, name).value_or(std::string(fallback));
}

std::optional<std::int64_t> integer_member(const json_value& object, std::string_view name) {
  const json_value* value = member(object, name);
  if (value == nullptr || !value->IsInt64()) return std::nullopt;
  return value->GetInt64();
}

std::optional<bool> bool_member(const json_value& object, std::string_view name) {
  const json_value* value = member(object, name);
  if (value == nullptr || !value->IsBool()) return std::nullopt;
  return value->GetBool();
}

std::string_view view(const json_value& string) {
  return string.IsString() ? std::string_view(string.GetString(), string.GetStringLength())
                           : std::string_view();
}

std::string to_text(const json_value& value) {
  json_buffer buffer;
  json_writer writer(buffer);
  value.Accept(writer);
  return std::string(text(buffer));
}

std::string scalar_text(const json_value& value) { return python_text(value, false); }

void key(json_writer& writer, std::string_view name) {
  writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
}

void string(json_writer& writer, std::string_view value) {
  if (value.empty()) {
    writer.String("", 0);  // an empty view may have no address, which RapidJSON takes for an error
  } else if (is_valid_utf8(value)) {
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  } else {
    const std::string repaired = valid_utf8(value);
    writer.String(repaired.data(), static_cast<rapidjson::SizeType>(repaired.size()));
  }
}

void put(json_writer& writer, std::string_view name, std::string_view value) {
  key(writer, name);
  string(writer, value);
}

void put(json_writer& writer, std::string_view name, const char* value) {
  put(writer, name, std::string_view(value));
}

void put(json_writer& writer, std::string_view name, const std::string& value) {
  put(writer, name, std::string_view(value));
}

void put(json_writer& writer, std::string_view name, bool value) {
  key(writer, name);
  writer.Bool(value);
}

void put(json_writer& writer, std::string_view name, std::int64_t value) {
  key(writer, name);
  writer.Int64(value);
}

void put(json_writer& writer, std::string_view name, std::uint64_t value) {
  key(writer, name);
  writer.Uint64(value);
}

void put(json_writer& writer, std::string_view name, int value) {
  key(writer, name);
  writer.Int(value);
}

void put_optional(json_writer& writer, std::string_view name, std::string_view value) {
  if (!value.empty()) put(writer, name, value);
}
void put_optional(json_writer& writer, std::string_view name, std::int64_t value) {
  if (value != 0) put(writer, name, value);
}
void put_optional(json_writer& writer, std::string_view name, wall_time value) {
  if (value != wall_time{}) put(writer, name, to_rfc3339(value));
}

}  // namespace dm::io
