// XML-RPC as supervisord speaks it: pugixml builds the call and reads the answer; values nest at
// most 16 deep.
// SPDX-License-Identifier: Apache-2.0
#include "supervisor/xml_rpc.h"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <charconv>
#include <optional>
#include <sstream>
#include <string>

namespace dm::supervisor {
namespace {

// supervisord's deepest answer (an array of structs) has three levels; more is not supervisord.
constexpr int max_depth = 16;

tl::unexpected<error> not_xml_rpc(std::string_view why) {
  return fail(status_code::unavailable, fmt::format("the answer is not XML-RPC: {}", why),
              "check that the address is supervisord's [inet_http_server] or [unix_http_server]");
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

result<rpc_value> read_value(const pugi::xml_node& value, int depth);

result<rpc_value> read_array(const pugi::xml_node& array, int depth) {
  rpc_value::list list;
  for (const pugi::xml_node& item : array.child("data").children("value")) {
    auto element = read_value(item, depth + 1);
    if (!element) return element;
    list.push_back(std::move(*element));
  }
  return rpc_value{std::move(list)};
}

result<rpc_value> read_structure(const pugi::xml_node& structure, int depth) {
  rpc_value::structure members;
  for (const pugi::xml_node& member : structure.children("member")) {
    const pugi::xml_node value = member.child("value");
    if (!value) return not_xml_rpc("a struct's member has no value");
    auto element = read_value(value, depth + 1);
    if (!element) return element;
    members.insert_or_assign(member.child("name").text().as_string(), std::move(*element));
  }
  return rpc_value{std::move(members)};
}

result<rpc_value> read_value(const pugi::xml_node& value, int depth) {
  if (depth > max_depth) return not_xml_rpc("values are nested too deeply");
  const pugi::xml_node typed = value.find_child(
      [](const pugi::xml_node& child) { return child.type() == pugi::node_element; });
  // A value without a type is a string.
  if (!typed) return rpc_value{std::string(value.text().as_string())};
  const std::string_view type = typed.name();
  const std::string_view text = typed.text().as_string();
  if (type == "int" || type == "i4" || type == "i8") {
    const auto number = parse_integer(text);
    if (!number) return not_xml_rpc(fmt::format("\"{}\" is no integer", first_line(text, 40)));
    return rpc_value{*number};
  }
  if (type == "boolean") {
    if (text != "0" && text != "1") {
      return not_xml_rpc(fmt::format("\"{}\" is no boolean", first_line(text, 40)));
    }
    return rpc_value{text == "1"};
  }
  if (type == "array") return read_array(typed, depth);
  if (type == "struct") return read_structure(typed, depth);
  if (type == "nil") return rpc_value{std::monostate{}};
  // string, and the types that supervisord's interface does not use (double, dateTime.iso8601,
  // base64), as text.
  return rpc_value{std::string(text)};
}

result<rpc_fault> read_fault(const pugi::xml_node& fault) {
  const auto value = read_value(fault.child("value"), 0);
  if (!value) return tl::unexpected<error>(value.error());
  const auto* members = std::get_if<rpc_value::structure>(&value->value);
  if (members == nullptr) return not_xml_rpc("a fault without its struct");
  rpc_fault result;
  if (const auto code = members->find("faultCode"); code != members->end()) {
    if (const auto* number = std::get_if<std::int64_t>(&code->second.value)) {
      result.code = static_cast<int>(*number);
    }
  }
  if (const auto text = members->find("faultString"); text != members->end()) {
    if (const auto* words = std::get_if<std::string>(&text->second.value)) result.text = *words;
  }
  return result;
}

}  // namespace

std::string render_call(std::string_view method, const std::vector<rpc_argument>& arguments) {
  pugi::xml_document document;
  pugi::xml_node call = document.append_child("methodCall");
  call.append_child("methodName").text().set(std::string(method).c_str());
  pugi::xml_node params = call.append_child("params");
  for (const rpc_argument& argument : arguments) {
    pugi::xml_node value = params.append_child("param").append_child("value");
    if (const auto* text = std::get_if<std::string>(&argument)) {
      value.append_child("string").text().set(text->c_str());
    } else {
      value.append_child("boolean").text().set(std::get<bool>(argument) ? "1" : "0");
    }
  }
  std::ostringstream out;
  document.save(out, "", pugi::format_raw, pugi::encoding_utf8);
  return out.str();
}

result<std::variant<rpc_value, rpc_fault>> read_response(std::string_view xml) {
  pugi::xml_document document;
  // Blanks inside a string are part of it, so white space is kept.
  const pugi::xml_parse_result parsed =
      document.load_buffer(xml.data(), xml.size(),
                           pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed) return not_xml_rpc(parsed.description());
  const pugi::xml_node response = document.child("methodResponse");
  if (!response) return not_xml_rpc("no methodResponse in it");
  if (const pugi::xml_node fault = response.child("fault")) {
    auto read = read_fault(fault);
    if (!read) return tl::unexpected<error>(std::move(read.error()));
    return std::move(*read);
  }
  const pugi::xml_node value = response.child("params").child("param").child("value");
  if (!value) return not_xml_rpc("neither a value nor a fault in it");
  auto read = read_value(value, 0);
  if (!read) return tl::unexpected<error>(std::move(read.error()));
  return std::move(*read);
}

result<std::optional<rpc_fault>> read_structures(
    std::string_view xml, const std::function<bool(const rpc_value::structure&)>& take) {
  constexpr std::string_view begin = "<struct>";
  constexpr std::string_view end = "</struct>";
  if (xml.find("<fault>") != std::string_view::npos) {
    auto read = read_response(xml);
    if (!read) return tl::unexpected<error>(std::move(read.error()));
    if (auto* fault = std::get_if<rpc_fault>(&*read)) return std::optional(std::move(*fault));
    return not_xml_rpc("a fault within a value");
  }
  // A struct that holds no other one ends at the next end; what is left without them must be an
  // array of as many empty values.
  std::string frame;
  std::size_t structures = 0;
  for (std::size_t from = 0;;) {
    const std::size_t first = xml.find(begin, from);
    frame += xml.substr(from, first == std::string_view::npos ? first : first - from);
    if (first == std::string_view::npos) break;
    const std::size_t last = xml.find(end, first);
    if (last == std::string_view::npos) return not_xml_rpc("a struct without its end");
    from = last + end.size();
    pugi::xml_document document;
    const pugi::xml_parse_result parsed = document.load_buffer(
        xml.data() + first, from - first, pugi::parse_default | pugi::parse_ws_pcdata_single,
        pugi::encoding_utf8);
    if (!parsed) return not_xml_rpc(parsed.description());
    const auto read = read_structure(document.child("struct"), 0);
    if (!read) return tl::unexpected<error>(read.error());
    if (!take(std::get<rpc_value::structure>(read->value)))
      return not_xml_rpc("a struct of another kind");
    ++structures;
  }
  const auto read = read_response(frame);
  if (!read) return tl::unexpected<error>(read.error());
  const auto* value = std::get_if<rpc_value>(&*read);
  const auto* list = value == nullptr ? nullptr : std::get_if<rpc_value::list>(&value->value);
  if (list == nullptr || list->size() != structures)
    return not_xml_rpc("it is no array of structs");
  return std::optional<rpc_fault>();
}

}  // namespace dm::supervisor
