// Arguments as they are written.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/written_arguments.h"

namespace dm::boundary {

namespace {

constexpr std::string_view arguments_name = "component_application_args";

// The members of one object in both documents, which come in the same order.
template <class Visit>
void each_member(io::json_value& object, const io::json_value& written, std::string_view name,
                 const Visit& visit) {
  if (!object.IsObject() || !written.IsObject()) return;
  auto same = written.MemberBegin();
  for (auto& member : object.GetObject()) {
    if (io::view(member.name) == name) visit(member.value, same->value);
    ++same;
  }
}

bool is_scalar(const io::json_value& value) { return value.IsNumber() || value.IsBool(); }

void keep(io::json_value& value, const io::json_value& written,
          io::json_document::AllocatorType& memory) {
  if (value.IsNumber()) {
    value.CopyFrom(written, memory);
  } else if (value.IsBool()) {
    value = rapidjson::StringRef(value.GetBool() ? "true" : "false");
  } else if (value.IsArray()) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
      if (is_scalar(value[i])) keep(value[i], written[i], memory);
    }
  }
}

}  // namespace

void keep_written_arguments(io::json_document& request, std::string_view text) {
  bool needed = false;
  const auto look = [&](io::json_value& properties, const io::json_value& same) {
    each_member(properties, same, arguments_name,
                [&](const io::json_value& value, const io::json_value&) {
                  needed = needed || is_scalar(value) || value.IsArray();
                });
  };
  const auto each_properties = [&](const io::json_value& written, const auto& visit) {
    each_member(request, written, "properties", visit);
    each_member(request, written, "next", [&](io::json_value& next, const io::json_value& same) {
      each_member(next, same, "properties", visit);
    });
  };
  each_properties(request, look);
  if (!needed) return;
  // Its depth and its encoding have been looked at when the request was read.
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  io::json_document written;
  written.Parse<flags>(text.data(), text.size());
  if (written.HasParseError()) return;
  each_properties(written, [&](io::json_value& properties, const io::json_value& same) {
    each_member(properties, same, arguments_name,
                [&](io::json_value& value, const io::json_value& as_written) {
                  keep(value, as_written, request.GetAllocator());
                });
  });
}

}  // namespace dm::boundary
