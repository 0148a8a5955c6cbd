// dmctl doctor, whoami.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/examination.h"
#include "client/member.h"
#include "client/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace dmctl {
namespace {

const char* const group = "This Deployment Manager";

struct given_doctor {
  bool clean = false, really = false;
  std::vector<std::string> kinds, entries;
  std::optional<std::int64_t> older_than_days;
};

json::document clean_body(const given_doctor& values) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  const auto add_list = [&](const char* name, const std::vector<std::string>& texts) {
    json::value list(rapidjson::kArrayType);
    for (const std::string& one : texts) list.PushBack(json::make_string(one, memory), memory);
    json::set(body, name, std::move(list), memory);
  };
  if (values.entries.empty()) {
    json::set(body, "all", true, memory);
  } else {
    add_list("entries", values.entries);
  }
  if (!values.kinds.empty()) add_list("kinds", values.kinds);
  if (values.older_than_days) {
    json::set(body, "older_than_days", *values.older_than_days, memory);
  }
  json::set(body, "dry_run", !values.really, memory);
  return body;
}

query filters_of(const given_doctor& values) {
  return {{"kinds", fmt::format("{}", fmt::join(values.kinds, ","))},
          {"older_than_days",
           values.older_than_days ? fmt::format("{}", *values.older_than_days) : std::string()}};
}

bool has_any(const json::value& object, const char* list) {
  const json::value* found = json::find(object, list);
  return found != nullptr && found->IsArray() && !found->Empty();
}

// A clean-up takes an id that stands for nothing for one that is gone already; who has mistyped it
// is to know. Of a kind of which there is more than is told only the clean-up can say.
void check_entries(session& with, const given_doctor& values) {
  const json::document told = with.manager().get(target({"housekeeping"}, filters_of(values)));
  std::set<std::string> found;
  bool more = false;
  bool looked_everywhere = true;
  each_of(told, "plugins", [&](const json::value& plugin) {
    more = more || has_any(plugin, "more");
    looked_everywhere =
        looked_everywhere && !has_any(plugin, "withheld") && json::find(plugin, "error") == nullptr;
    each_of(plugin, "entries",
            [&](const json::value& one) { found.insert(text_member(one, "id")); });
  });
  std::vector<std::string> absent;
  for (const std::string& id : values.entries) {
    if (!found.contains(id)) absent.push_back(harmless(id));
  }
  if (absent.empty() || more) return;
  problem none(looked_everywhere ? exit_code::not_found : exit_code::unreachable,
               fmt::format("{} {} not among the findings{}; nothing was removed",
                           fmt::join(absent, ", "), absent.size() == 1 ? "is" : "are",
                           looked_everywhere ? "" : ", and not everything could be looked at"));
  none.add_note("dmctl doctor lists what is found and what was not looked at");
  throw none;
}

exit_code doctor(session& with, const given_doctor& values) {
  if (values.clean) {
    if (!values.entries.empty()) check_entries(with, values);
    const std::string what =
        values.really ? "housekeeping" : "housekeeping, dry run (--yes removes)";
    return with.finish_write(
        with.manager().write("POST", target({"housekeeping"}), json::to_text(clean_body(values)),
                             "find out: dmctl list operations --kind housekeeping"),
        what);
  }
  if (values.really || !values.entries.empty()) {
    throw problem(exit_code::usage, "--yes and --entry go with --clean");
  }
  const examination found = examine(with, filters_of(values));
  if (with.out().json()) {
    with.out().document(found.told);
  } else {
    show_examination(found.told, with.out());
  }
  return found.in_order ? exit_code::done : exit_code::failed;
}

exit_code whoami(session& with) {
  const json::document told = with.manager().get(target({"whoami"}));
  if (with.out().json()) {
    with.out().document(told);
    return exit_code::done;
  }
  std::vector<std::string> roles;
  each_of(told, "roles", [&](const json::value& role) { roles.push_back(any_text(role)); });
  const std::string user = text_member(told, "user");
  with.out().fact("user", user.empty() ? "nobody" : user);
  with.out().fact("asked by", text_member(told, "by"));
  with.out().fact("known by", text_member(told, "proof"));
  with.out().fact("may", fmt::format("{}", fmt::join(roles, ", ")));
  return exit_code::done;
}

}  // namespace

void add_doctor_commands(command_tree& tree) {
  const auto values = std::make_shared<given_doctor>();
  CLI::App& command = tree.verb(
      {"doctor"}, "Health of the Deployment Manager and its plugins, and what lies about", group);
  tree.takes_many(command, "--kind", values->kinds, "Leftovers of that kind; may be repeated");
  command.add_option("--older-than", values->older_than_days, "Leftovers older than so many days")
      ->check(CLI::Range(0, 3650))
      ->type_name("DAYS");
  command.add_flag("--clean", values->clean,
                   "Remove leftovers that may go: by default it only says which");
  command.add_flag("--yes", values->really, "With --clean: do remove them");
  tree.takes_many(command, "--entry", values->entries,
                  "With --clean: that one only; may be repeated");
  tree.does(command, [values](session& with) { return doctor(with, *values); });
  CLI::App& who = tree.verb({"whoami"}, "Who asks, how that is known, and what he may", group);
  tree.does(who, whoami);
}

}  // namespace dmctl
