// Incidents, and why a component is as it is.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_diagnosis.h"

#include "client/member.h"
#include "client/text.h"
#include "client/view_application.h"

#include <fmt/format.h>

#include <utility>

namespace dmctl {
namespace {

void add_incidents(const json::value& from, const std::string& component, table& shown) {
  each_of(from, "incidents", [&](const json::value& one) {
    const std::string own = text_member(one, "component");
    shown.add({text_member(one, "id"), own.empty() ? component : own, time_member(one, "at"),
               any_member(one, "count"), any_member(one, "epoch"), text_member(one, "class"),
               text_member(one, "source"), text_member(one, "message")});
  });
}

// Any document: members that are texts as they are, what has parts indented.
void show_any(const json::value& value, const std::string& indent, output& out) {
  each_member(value, [&](const std::string& name, const json::value& part) {
    if (part.IsObject()) {
      out.line(name, indent);
      show_any(part, indent + "  ", out);
    } else if (part.IsArray()) {
      out.line(name, indent);
      for (const auto& one : part.GetArray()) {
        if (one.IsObject()) {
          show_any(one, indent + "  ", out);
          out.made_line("");
        } else {
          out.line(any_text(one), indent + "  ");
        }
      }
    } else {
      const std::string text = any_text(part);
      const bool lines = text.find('\n') != std::string::npos;
      out.line(lines ? name + ":" : fmt::format("{}: {}", name, text), indent);
      if (lines) out.line(text, indent + "  ");
    }
  });
}

}  // namespace

void show_incidents(const json::value& told, output& out) {
  table shown({{"ID"},
               {"COMPONENT"},
               {"AT"},
               {"TIMES", true},
               {"EPOCH", true},
               {"CLASS"},
               {"SOURCE"},
               {"MESSAGE", false, false, true}});
  add_incidents(told, "", shown);
  each_of(told, "components", [&](const json::value& component) {
    const std::string name = text_member(component, "component");
    add_incidents(component, name, shown);
    if (const std::string error = any_member(component, "error"); !error.empty()) {
      out.note(fmt::format("{}: could not be asked: {}", name, error));
    }
  });
  if (shown.empty()) out.note("no incidents");
  out.rows(shown);
}

void show_incident(const json::value& told, output& out) {
  const json::value* listed = json::find(told, "incidents");
  const bool in_list = listed != nullptr && listed->IsArray() && !listed->Empty();
  const json::value& one = in_list ? (*listed)[0] : told;
  out.fact("incident", text_member(one, "id"));
  out.fact("component", text_member(one, "component"));
  out.fact("at", time_member(one, "at"));
  out.fact("times", any_member(one, "count"));
  out.fact("last", time_member(one, "last_at"));
  out.fact("epoch", any_member(one, "epoch"));
  out.fact("application", text_member(one, "application_id"));
  out.fact("job", text_member(one, "job_id"));
  out.fact("class", text_member(one, "class"));
  out.fact("source", text_member(one, "source"));
  out.fact("message", text_member(one, "message"));
  out.fact("frame", text_member(one, "frame"));
  const json::value* document = json::find(one, "document");
  if (document == nullptr) document = json::find(told, "document");
  if (document == nullptr) {
    out.note(
        "No more is kept of it: it made room for newer ones (flink_incident_retention_count).");
    return;
  }
  each_member(*document, [&](const std::string& name, const json::value& part) {
    out.made_line("");
    out.heading(name);
    if (part.IsObject()) {
      show_any(part, "  ", out);
    } else if (part.IsArray()) {
      for (const auto& entry : part.GetArray()) {
        if (entry.IsObject()) {
          show_any(entry, "  ", out);
          out.made_line("");
        } else {
          out.line(any_text(entry), "  ");
        }
      }
    } else {
      out.line(any_text(part), "  ");
    }
  });
}

void show_explanation(const json::value& told, output& out) {
  if (const json::value* now = json::find(told, "under_way"); now != nullptr) {
    show_under_way(*now, out);
    out.made_line("");
  }
  each_of(told, "components", [&](const json::value& one) {
    const std::string state = text_member(one, "state");
    out.made_line(
        out.where().toned(
            tone::bold, harmless(text_member(one, "type") + "/" + text_member(one, "component"))) +
        (state.empty() ? "" : " is " + out.where().toned(tone_of_state(state), harmless(state))));
    if (const std::string error = any_member(one, "error"); !error.empty()) {
      out.line("nothing can be told: " + error, "  ");
    }
    each_of(one, "sentences", [&](const json::value& text) { out.item(words_of(text)); });
    const auto list = [&](const char* name, const char* title, const auto& text_of) {
      bool first = true;
      each_of(one, name, [&](const json::value& entry) {
        if (std::exchange(first, false)) {
          out.made_line("");
          out.made_line("  " + out.where().toned(tone::dim, title));
        }
        out.item(text_of(entry), "  - ");
      });
    };
    list("facts", "Who said what", [](const json::value& fact) {
      return fmt::format("{}: {}", text_member(fact, "source"), words_member(fact, "message"));
    });
    list("rules", "Rules by which the state follows",
         [](const json::value& rule) { return words_of(rule); });
    out.made_line("");
  });
}

}  // namespace dmctl
