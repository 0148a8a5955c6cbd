// dmctl upload, deploy, undeploy, contents, difference; list packages, repository; show package;
// remove upload.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/measure.h"
#include "client/member.h"
#include "client/text.h"
#include "client/upload.h"
#include "client/view_difference.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

const char* const group = "Packages";

std::string short_digest(const json::value& of) { return text_member(of, "sha256").substr(0, 12); }

exit_code upload_all(session& with, const std::vector<std::string>& files) {
  check_upload_names(files);
  json::document all = json::make_object();
  auto& memory = all.GetAllocator();
  json::value uploads(rapidjson::kArrayType);
  for (const std::string& file : files) {
    const json::document told = upload_file(with, file);
    uploads.PushBack(json::copy(told, memory), memory);
    if (with.out().json()) continue;
    with.out().line(fmt::format("{} {}  {}  sha256 {}", text_member(told, "file"),
                                flag_member(told, "changed") ? "uploaded" : "was there already",
                                bytes_member(told, "bytes"), short_digest(told)));
  }
  json::set(all, "uploads", std::move(uploads), memory);
  if (with.out().json()) with.out().document(all);
  return exit_code::done;
}

exit_code list_packages(session& with, query filters) {
  filters.emplace_back("view", "status");
  const server::reply page = with.manager().get_page(target({"packages"}, filters));
  if (with.out().json()) {
    with.out().document(page.body);
  } else {
    table shown({{"PACKAGE"},
                 {"STATUS", false, true},
                 {"USER"},
                 {"SIZE", true},
                 {"INFORMATION", false, false, true}});
    each_member(page.body, [&](const std::string& name, const json::value& one) {
      shown.add({name, text_member(one, "status"), text_member(one, "user"),
                 bytes_member(one, "bytes"), words_member(one, "information")});
    });
    if (shown.empty()) with.out().note("no packages");
    with.out().rows(shown);
  }
  with.tell_next(page.next);
  return exit_code::done;
}

exit_code list_repository(session& with, const query& filters) {
  const server::reply page = with.manager().get_page(target({"repository", "packages"}, filters));
  if (with.out().json()) {
    with.out().document(page.body);
  } else {
    table shown({{"NAME"}, {"VERSION"}, {"FILE"}, {"SHA256"}});
    if (page.body.IsArray()) {
      for (const auto& one : page.body.GetArray()) {
        each_of(one, "latest_versions", [&](const json::value& version) {
          shown.add({text_member(one, "name"), text_member(version, "version"),
                     text_member(version, "file"), short_digest(version)});
        });
      }
    }
    if (shown.empty()) with.out().note("the repository is empty");
    with.out().rows(shown);
  }
  with.tell_next(page.next);
  return exit_code::done;
}

exit_code show_package(session& with, const std::string& name) {
  const json::document told = with.manager().get(target({"packages", name}));
  // The contract answers 200 for one that was never heard of.
  const bool absent = text_member(told, "status") == "NOTDEPLOYED";
  if (with.out().json()) with.out().document(told);
  if (absent) {
    const std::string why = words_member(told, "information");
    throw problem(exit_code::not_found,
                  fmt::format("{} is not deployed{}{}", name, why.empty() ? "" : ": ", why));
  }
  if (with.out().json()) return exit_code::done;
  output& out = with.out();
  out.fact("package", name);
  out.fact_state("status", text_member(told, "status"));
  out.fact("information", words_member(told, "information"));
  out.fact("user", text_member(told, "user"));
  out.fact("size", bytes_member(told, "bytes"));
  out.fact("sha256", text_member(told, "sha256"));
  const json::value* defaults = json::find(told, "defaults");
  if (defaults == nullptr) return exit_code::done;
  each_member(*defaults, [&](const std::string& type, const json::value& components) {
    each_member(components, [&](const std::string& component, const json::value& properties) {
      out.made_line("");
      out.heading(fmt::format("{}/{}", type, component));
      table shown({{"PROPERTY"}, {"DEFAULT"}});
      each_member(properties, [&](const std::string& property, const json::value& value) {
        shown.add({property, any_text(value)});
      });
      out.rows(shown);
    });
  });
  return exit_code::done;
}

exit_code contents(session& with, const std::string& name, const query& page) {
  const json::document told = with.manager().get(target({"packages", name, "contents"}, page));
  if (with.out().json()) {
    with.out().document(told);
    return exit_code::done;
  }
  table shown({{"PATH"}, {"SIZE", true}, {"MODE"}, {"SHA256"}});
  each_of(told, "files", [&](const json::value& file) {
    shown.add({text_member(file, "path"), bytes_member(file, "size"), any_member(file, "mode"),
               short_digest(file)});
  });
  with.out().line(text_member(told, "sha256_unknown_because"));
  with.out().rows(shown);
  with.tell_next(text_member(told, "next"));
  return exit_code::done;
}

void add_changes(command_tree& tree) {
  const auto files = std::make_shared<std::vector<std::string>>();
  CLI::App& upload = tree.verb({"upload"}, "Put packages' files into the repository", group);
  tree.takes_many(upload, "file", *files, "<name>-<version>.tar.gz", value_kind::file).required();
  tree.does(upload, [files](session& with) { return upload_all(with, *files); });

  const auto name = std::make_shared<std::string>();
  CLI::App& deploy = tree.verb({"deploy"}, "Deploy a package of the repository", group);
  tree.needs(deploy, "package", *name, "<name>-<version>", value_kind::package);
  tree.does(deploy, [name](session& with) {
    return with.finish_write(with.manager().write("PUT", target({"packages", *name}), "",
                                                  operations_of(*name, "deploy")),
                             "deployment of " + *name);
  });
  CLI::App& undeploy = tree.verb({"undeploy"}, "Undeploy a package; applications go on", group);
  tree.needs(undeploy, "package", *name, "<name>-<version>", value_kind::deployed_package);
  tree.does(undeploy, [name](session& with) {
    return with.finish_write(with.manager().write("DELETE", target({"packages", *name}), "",
                                                  operations_of(*name, "undeploy")),
                             "undeployment of " + *name);
  });
  CLI::App& remove =
      tree.noun(verb_remove(tree), {"upload", "uploads"}, "Delete a file of the repository");
  tree.needs(remove, "file", *name, "<name>-<version>.tar.gz");
  tree.does(remove, [name](session& with) {
    const auto told = with.manager().write("DELETE", target({"repository", "packages", *name}), "",
                                           "find out: dmctl list repository");
    if (with.out().json()) with.out().document(told.body);
    if (!with.out().json()) with.out().line(*name + " is deleted from the repository");
    return exit_code::done;
  });
}

void add_lists(command_tree& tree) {
  struct given {
    std::string status, name, prefix, recency, limit, after;
  };
  const auto values = std::make_shared<given>();
  CLI::App& packages =
      tree.noun(verb_list(tree), {"packages", "package"}, "Packages that are deployed");
  tree.takes(packages, "--status", values->status, "Those of that status instead");
  tree.takes(packages, "--name", values->name, "Versions of that one");
  tree.takes(packages, "--prefix", values->prefix, "How their names begin");
  tree.takes_page(packages, values->limit, values->after);
  tree.does(packages, [values](session& with) {
    return list_packages(with, {{"status", values->status},
                                {"name", values->name},
                                {"prefix", values->prefix},
                                {"limit", values->limit},
                                {"after", values->after}});
  });
  CLI::App& repository =
      tree.noun(verb_list(tree), {"repository", "uploads"}, "What can be deployed");
  tree.takes(repository, "--recency", values->recency, "So many versions each (default: 1)");
  tree.takes(repository, "--name", values->name, "Versions of that one");
  tree.takes(repository, "--prefix", values->prefix, "How their names begin");
  tree.takes_page(repository, values->limit, values->after);
  tree.does(repository, [values](session& with) {
    return list_repository(with, {{"recency", values->recency},
                                  {"name", values->name},
                                  {"prefix", values->prefix},
                                  {"limit", values->limit},
                                  {"after", values->after}});
  });
}

void add_looks(command_tree& tree) {
  struct given {
    std::string name, other, limit, after;
  };
  const auto values = std::make_shared<given>();
  CLI::App& show = tree.noun(verb_show(tree), {"package", "packages"}, "A package");
  tree.needs(show, "package", values->name, "<name>-<version>", value_kind::deployed_package);
  tree.does(show, [values](session& with) { return show_package(with, values->name); });

  CLI::App& files = tree.verb({"contents"}, "All files of a deployed package", group);
  tree.needs(files, "package", values->name, "<name>-<version>", value_kind::deployed_package);
  tree.takes_page(files, values->limit, values->after);
  tree.does(files, [values](session& with) {
    return contents(with, values->name, {{"limit", values->limit}, {"after", values->after}});
  });
  CLI::App& difference =
      tree.verb({"difference", "diff"}, "What is other in a package than in another one", group);
  tree.needs(difference, "from", values->other, "The one that is compared with",
             value_kind::deployed_package);
  tree.needs(difference, "package", values->name, "The one that is looked at",
             value_kind::deployed_package);
  tree.takes_page(difference, values->limit, values->after);
  tree.does(difference, [values](session& with) {
    const json::document told = with.manager().get(
        target({"packages", values->name, "difference"},
               {{"from", values->other}, {"limit", values->limit}, {"after", values->after}}));
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_difference(told, with.out());
      with.tell_next(text_member(told, "next"));
    }
    return exit_code::done;
  });
}

}  // namespace

void add_package_commands(command_tree& tree) {
  add_changes(tree);
  add_lists(tree);
  add_looks(tree);
}

}  // namespace dmctl
