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
        complete(tree, words, [this](value_kind kind, const given_words& before) {
          asked = kind;
          asked_of = before.positionals;
          asked_component = before.component;
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
  std::string asked_component;
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
  CHECK(w.next({"explain", ""}) == texts{"one", "other"});
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

TEST_CASE("names are those of the component that was given, however it was") {
  world w;
  for (const texts& component :
       {texts{"--component", "batch"}, texts{"--component=batch"}, texts{"-c", "batch"}}) {
    texts words{"logs", "counting"};
    words.insert(words.end(), component.begin(), component.end());
    words.insert(words.end(), {"--source", ""});
    CAPTURE(component.front());
    w.next(words);
    CHECK(w.asked == value_kind::source);
    CHECK(w.asked_of == texts{"counting"});
    CHECK(w.asked_component == "batch");
  }
  w.next({"logs", "counting", "--source", ""});
  CHECK(w.asked_component.empty());
}

TEST_CASE("what makes no sense is not asked for") {
  world w;
  for (const char* verb : {"wait", "cancel"}) {
    w.next({verb, ""});
    CHECK(w.asked == value_kind::running_operation);
  }
  w.next({"show", "operation", ""});
  CHECK(w.asked == value_kind::operation);
  w.next({"start", ""});
  CHECK(w.asked == value_kind::created_application);
  w.next({"stop", ""});
  CHECK(w.asked == value_kind::started_application);
  w.next({"resume", "a", ""});
  CHECK(w.asked == value_kind::restore_point);
  w.next({"pin", "a", ""});
  CHECK(w.asked == value_kind::unpinned_savepoint);
  w.next({"unpin", "a", ""});
  CHECK(w.asked == value_kind::pinned_savepoint);
}

TEST_CASE("nothing is offered twice") {
  world w;
  const completion found =
      complete(w.tree, {"dispose", "a", ""}, [](value_kind, const given_words&) {
        return std::vector<candidate>{{"s", "stream"}, {"s", "batch"}, {"t", "x"}, {"t", "x"}};
      });
  REQUIRE(found.candidates.size() == 2);
  CHECK(found.candidates[0].meaning == "stream; batch");
  CHECK(found.candidates[1].meaning == "x");
  for (const texts& words : {texts{"stop", "x", "--"}, texts{"list", "logs", "x", "--"}}) {
    auto all = w.next(words);
    std::sort(all.begin(), all.end());
    CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  }
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
