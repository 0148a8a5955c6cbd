// The commands, as words are read.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"

#include <catch2/catch.hpp>

using namespace dmctl;

namespace {

struct parsed {
  explicit parsed(std::vector<const char*> words) : tree(options) {
    add_all_commands(tree);
    words.insert(words.begin(), "dmctl");
    action = tree.parse(static_cast<int>(words.size()), words.data());
  }
  common_options options;
  command_tree tree;
  const command_tree::action* action = nullptr;
};

}  // namespace

TEST_CASE("options of every command may stand anywhere") {
  for (const auto& words : std::vector<std::vector<const char*>>{
           {"--json", "--url", "http://localhost:1", "list", "applications"},
           {"list", "applications", "--json", "--url=http://localhost:1"},
           {"list", "--url", "http://localhost:1", "applications", "--json"}}) {
    const parsed one(words);
    CHECK(one.action != nullptr);
    CHECK(one.options.json);
    CHECK(one.options.where.url == "http://localhost:1");
    CHECK(one.tree.innermost().get_name() == "applications");
  }
}

TEST_CASE("a name that is a verb's is a name behind a verb") {
  CHECK(parsed({"start", "list"}).tree.innermost().get_name() == "start");
  CHECK(parsed({"show", "application", "show"}).tree.innermost().get_name() == "application");
}

TEST_CASE("waiting is the default, and durations are durations") {
  CHECK(parsed({"start", "x"}).options.wait);
  CHECK_FALSE(parsed({"start", "x", "--no-wait"}).options.wait);
  CHECK(parsed({"start", "x", "--timeout", "5m"}).options.timeout == std::chrono::minutes(5));
  CHECK_THROWS_AS(parsed({"start", "x", "--timeout", "soon"}), CLI::ParseError);
}

TEST_CASE("what is not known, missing or too much is no command") {
  for (const auto& words : std::vector<std::vector<const char*>>{{"nonsense"},
                                                                 {"start"},
                                                                 {"start", "a", "b"},
                                                                 {"list", "nonsense"},
                                                                 {"start", "a", "--nonsense"},
                                                                 {"trigger", "a", "--format", "x"},
                                                                 {"completion", "fish"}}) {
    CHECK_THROWS_AS(parsed(words), CLI::ParseError);
  }
  CHECK(parsed({"list"}).action == nullptr);
  CHECK(parsed({}).action == nullptr);
}

TEST_CASE("a value that may be given several times takes one each time") {
  const parsed one({"create", "--set", "a.b=1", "x", "--set", "c.d=[1,2]"});
  CHECK(one.action != nullptr);
}

TEST_CASE("each command that has no nouns does something, and says what it is") {
  common_options options;
  command_tree tree(options);
  add_all_commands(tree);
  const std::function<void(const CLI::App&)> look = [&](const CLI::App& app) {
    INFO(app.get_name());
    CHECK_FALSE(app.get_description().empty());
    for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) {
      look(*one);
    }
  };
  look(tree.root());
}
