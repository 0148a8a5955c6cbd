// What may come next.
// SPDX-License-Identifier: Apache-2.0
#include "client/completion.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace dmctl;

namespace {

struct world {
  world() : tree(options) { add_all_commands(tree); }

  std::vector<std::string> next(const std::vector<std::string>& words) {
    const completion found =
        complete(tree, words, [this](value_kind kind, const std::vector<std::string>& before) {
          asked = kind;
          asked_of = before;
          return std::vector<candidate>{{"one", ""}, {"other", "of two"}};
        });
    files = found.files;
    std::vector<std::string> texts;
    for (const candidate& each : found.candidates) texts.push_back(each.text);
    return texts;
  }
  bool has(const std::vector<std::string>& words, const std::string& wanted) {
    const auto all = next(words);
    return std::find(all.begin(), all.end(), wanted) != all.end();
  }

  common_options options;
  command_tree tree;
  value_kind asked = value_kind::text;
  std::vector<std::string> asked_of;
  bool files = false;
};

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("verbs, nouns and options are told by the commands themselves") {
  world w;
  CHECK(w.has({""}, "start"));
  CHECK(w.next({"sta"}) == texts{"start", "status"});
  CHECK_FALSE(w.has({""}, "complete-words"));
  CHECK(w.has({"list", ""}, "savepoints"));
  CHECK(w.has({"get", ""}, "applications"));
  CHECK(w.next({"show", "op"}) == texts{"operation"});
  CHECK(w.has({"stop", "x", "--"}, "--drain"));
  CHECK(w.has({"stop", "x", "--"}, "--json"));
  CHECK(w.next({"trigger", "x", "--format", ""}) == texts{"canonical", "native"});
  CHECK(w.next({"trigger", "x", "--format=na"}) == texts{"--format=native"});
}

TEST_CASE("names are asked for by what they are, and of whose they are") {
  world w;
  CHECK(w.next({"start", ""}) == texts{"one", "other"});
  CHECK(w.asked == value_kind::application);
  CHECK(w.next({"--json", "start", "ot"}) == texts{"other"});
  CHECK(w.next({"dispose", "counting", ""}) == texts{"one", "other"});
  CHECK(w.asked == value_kind::savepoint);
  CHECK(w.asked_of == texts{"counting"});
  CHECK(w.next({"logs", "counting", "--component", ""}) == texts{"one", "other"});
  CHECK(w.asked == value_kind::component);
  w.next({"--context", ""});
  CHECK(w.asked == value_kind::context);
  CHECK(w.next({"start", "counting", ""}).empty());
}

TEST_CASE("files are the shell's") {
  world w;
  w.next({"upload", ""});
  CHECK(w.files);
  w.next({"upload", "a", "b", ""});
  CHECK(w.files);
  w.next({"create", "x", "--file", ""});
  CHECK(w.files);
  w.next({"start", ""});
  CHECK_FALSE(w.files);
}

TEST_CASE("both scripts ask dmctl and nobody else") {
  for (const char* shell : {"bash", "zsh"}) {
    CHECK(completion_script(shell).find("complete-words -- ") != std::string::npos);
  }
}
