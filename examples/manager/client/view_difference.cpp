// What is other in a package than in another one.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_difference.h"

#include "client/member.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

std::string component_name(const json::value& one) {
  return text_member(one, "type") + "/" + text_member(one, "component");
}

void show_properties(const json::value& component, output& out) {
  const json::value* properties = json::find(component, "properties");
  if (properties == nullptr) return;
  const auto each = [&](const char* kind, const auto& line) {
    const json::value* some = json::find(*properties, kind);
    if (some != nullptr) each_member(*some, line);
  };
  each("added", [&](const std::string& name, const json::value& value) {
    out.line(fmt::format("+ {} = {}", name, any_text(value)), "    ");
  });
  each("removed", [&](const std::string& name, const json::value& value) {
    out.line(fmt::format("- {} = {}", name, any_text(value)), "    ");
  });
  each("changed", [&](const std::string& name, const json::value& change) {
    out.line(
        fmt::format("~ {}: {} -> {}", name, any_member(change, "from"), any_member(change, "to")),
        "    ");
  });
}

}  // namespace

void show_difference(const json::value& told, output& out) {
  out.heading(fmt::format("{} -> {}", text_member(told, "from"), text_member(told, "package")));
  bool any = false;
  if (const json::value* components = json::find(told, "components"); components != nullptr) {
    const auto each = [&](const char* kind, const char* mark) {
      each_of(*components, kind, [&](const json::value& one) {
        any = true;
        out.line(fmt::format("{} component {}", mark, component_name(one)), "  ");
        show_properties(one, out);
      });
    };
    each("added", "+");
    each("removed", "-");
    each("changed", "~");
  }
  if (const json::value* files = json::find(told, "files"); files != nullptr) {
    const auto each = [&](const char* kind, const char* mark) {
      each_of(*files, kind, [&](const json::value& one) {
        any = true;
        const json::value* from = json::find(one, "from");
        const json::value* to = json::find(one, "to");
        const std::string size =
            from != nullptr && to != nullptr
                ? fmt::format("{} -> {}", bytes_member(*from, "size"), bytes_member(*to, "size"))
                : bytes_member(one, "size");
        out.line(fmt::format("{} {}  {}", mark, text_member(one, "path"), size), "  ");
      });
    };
    each("added", "+");
    each("removed", "-");
    each("changed", "~");
  }
  if (!any) out.line("nothing is other", "  ");
}

}  // namespace dmctl
