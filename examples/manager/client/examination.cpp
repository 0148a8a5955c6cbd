// What doctor finds.
// SPDX-License-Identifier: Apache-2.0
#include "client/examination.h"

#include "client/measure.h"
#include "client/member.h"
#include "client/text.h"

#include <fmt/format.h>

#include <functional>

namespace dmctl {
namespace {

// One part; where it cannot be asked, why. What ends the whole examination: nobody answers at all.
void examine_part(examination& into, const char* name, const std::function<json::document()>& ask) {
  auto& memory = into.told.GetAllocator();
  try {
    const json::document part = ask();
    json::set(into.told, name, json::copy(part, memory), memory);
  } catch (const no_answer&) {
    throw;
  } catch (const interrupted&) {
    throw;
  } catch (const problem& refused) {
    // Housekeeping is for administrators, and for plugins that know it.
    const bool optional =
        std::string_view(name) == "housekeeping" && refused.code() != exit_code::unreachable;
    into.in_order = into.in_order && optional;
    json::set(into.told, name, json::copy(refused.to_document(), memory), memory);
  }
}

void show_error(const json::value& part, const char* what, output& out) {
  const json::value* error = json::find(part, "error");
  if (error == nullptr) return;
  out.line(fmt::format("{}: could not be asked: {}", what, words_member(*error, "information")),
           "  ");
}

void show_ready(const json::value& ready, output& out) {
  out.fact_state("ready", text_member(ready, "status"));
  const json::value* checks = json::find(ready, "checks");
  if (checks == nullptr) return;
  each_member(*checks, [&](const std::string& name, const json::value& check) {
    out.fact("  " + harmless(name), any_text(check));
  });
}

void show_plugins(const json::value& plugins, output& out) {
  if (!plugins.IsArray()) return;
  table shown({{"PLUGIN"},
               {"NAME"},
               {"VERSION"},
               {"SESSION"},
               {"CALLS", true},
               {"LOST", true},
               {"CIRCUIT", false, true}});
  for (const auto& one : plugins.GetArray()) {
    shown.add({text_member(one, "type"), text_member(one, "name"), text_member(one, "version"),
               flag_member(one, "open") ? "yes" : "no", any_member(one, "calls"),
               any_member(one, "stuck"), text_member(one, "circuit")});
  }
  out.made_line("");
  out.rows(shown);
}

void show_housekeeping(const json::value& told, output& out) {
  each_of(told, "plugins", [&](const json::value& plugin) {
    out.made_line("");
    out.heading("Leftovers of " + text_member(plugin, "type"));
    if (const std::string error = any_member(plugin, "error"); !error.empty()) {
      out.line("could not be asked: " + error, "  ");
    }
    table shown({{"ENTRY"},
                 {"KIND"},
                 {"SIZE", true},
                 {"CHANGED"},
                 {"WHAT"},
                 {"MAY GO", false, false, true},
                 {"BREAKS", false, false, true}});
    each_of(plugin, "entries", [&](const json::value& one) {
      const std::string why = text_member(one, "why");
      std::string state = flag_member(one, "cleanable") ? why : "no: " + why;
      if (flag_member(one, "removed")) state = "removed";
      if (const std::string error = any_member(one, "error"); !error.empty()) state = error;
      shown.add({text_member(one, "id"), text_member(one, "kind"), bytes_member(one, "size_bytes"),
                 time_member(one, "modified_at"), text_member(one, "what"), state,
                 text_member(one, "breaks")});
    });
    // None is what was found where all could be looked at.
    const json::value* withheld = json::find(plugin, "withheld");
    const bool whole = json::find(plugin, "error") == nullptr &&
                       (withheld == nullptr || !withheld->IsArray() || withheld->Empty());
    if (shown.empty() && whole) out.line("none", "  ");
    out.rows(shown);
    each_of(plugin, "more", [&](const json::value& kind) {
      out.line(fmt::format("there are more of {} than are told at once", any_text(kind)), "  ");
    });
    each_of(plugin, "withheld", [&](const json::value& one) {
      out.line(fmt::format("{} was not looked at: {}", text_member(one, "kind"),
                           text_member(one, "because")),
               "  ");
    });
  });
}

}  // namespace

examination examine(session& with, const query& housekeeping_filters) {
  examination result;
  server& manager = with.manager();
  examine_part(result, "health", [&] { return manager.get(target({"healthz"})); });
  examine_part(result, "ready", [&] {
    server::reply told = manager.look(target({"readyz"}));
    result.in_order = result.in_order && told.status == 200;
    return std::move(told.body);
  });
  examine_part(result, "plugins", [&] {
    json::document told = manager.get(target({"plugins"}));
    if (told.IsArray()) {
      for (const auto& one : told.GetArray()) {
        const bool usable = flag_member(one, "open") && text_member(one, "circuit") == "closed";
        result.in_order = result.in_order && usable;
      }
    }
    return told;
  });
  examine_part(result, "housekeeping", [&] {
    json::document told = manager.get(target({"housekeeping"}, housekeeping_filters));
    each_of(told, "plugins", [&](const json::value& plugin) {
      result.in_order = result.in_order && json::find(plugin, "error") == nullptr;
    });
    return told;
  });
  return result;
}

void show_examination(const json::value& told, output& out) {
  const auto part = [&](const char* name, const auto& show) {
    const json::value* found = json::find(told, name);
    if (found == nullptr) return;
    show_error(*found, name, out);
    show(*found, out);
  };
  part("health", [](const json::value& health, output& to) {
    to.fact_state("alive", text_member(health, "status"));
  });
  part("ready", show_ready);
  part("plugins", show_plugins);
  part("housekeeping", show_housekeeping);
}

}  // namespace dmctl
