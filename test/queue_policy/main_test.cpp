// flink-queue-policy as flink-guard runs it: one argument at most, a queue or a text, and the exit
// codes of the contract.
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../io/temporary_directory.h"

namespace fs = std::filesystem;
using words = std::vector<std::string>;

namespace {

struct ended {
  int code = -1;
  std::string output;
  std::string errors;
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string own_account() { return ::getpwuid(::geteuid())->pw_name; }
std::string own_group() { return ::getgrgid(::getegid())->gr_name; }

struct place {
  dm::test::temporary_directory directory;
  std::string map = directory / "map";

  void write(const std::string& text) const { std::ofstream(map) << text; }

  ended run(words argv) const {
    std::vector<char*> arguments;
    for (std::string& word : argv) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const std::string output = directory / "output";
    const std::string errors = directory / "errors";
    const pid_t child = ::fork();
    if (child == 0) {
      if (std::freopen(output.c_str(), "w", stdout) == nullptr ||
          std::freopen(errors.c_str(), "w", stderr) == nullptr)
        ::_exit(126);
      ::execv(arguments.front(), arguments.data());
      ::_exit(127);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return {WEXITSTATUS(status), content(output), content(errors)};
  }

  ended ask(words more = {}) const {
    words argv = {DM_QUEUE_POLICY, "--map", map};
    argv.insert(argv.end(), more.begin(), more.end());
    return run(std::move(argv));
  }
};

}  // namespace

TEST_CASE("by account, by group and for everybody, with and without a request") {
  place p;
  p.write(own_account() + ": root.own\n:" + own_group() + " root.group\n* root.misc\n");
  CHECK(p.ask().output == "root.own\n");
  CHECK(p.ask({""}).output == "root.own\n");
  CHECK(p.ask({"root.group"}).output == "root.group\n");
  CHECK(p.ask({"root.misc"}).output == "root.misc\n");
  CHECK(p.ask().code == 0);
  const ended refused = p.ask({"misc"});  // not in the map's words
  CHECK(refused.code == 3);
  CHECK(refused.output.find("root.own, root.group, root.misc") != std::string::npos);
  CHECK(refused.output.find(own_account()) != std::string::npos);
  CHECK(refused.errors.empty());
}

TEST_CASE("its failures are told apart by their codes, each with a text of one line") {
  place p;
  const ended none = p.ask();
  CHECK(none.code == 1);
  CHECK(none.output.find(p.map) != std::string::npos);
  p.write("nobody-here: q\n");
  const ended no_rule = p.ask();
  CHECK(no_rule.code == 2);
  CHECK(no_rule.output.find(own_account()) != std::string::npos);
  const ended not_allowed = p.ask({"q"});
  CHECK(not_allowed.code == 3);
  CHECK(not_allowed.output.find("may use none") != std::string::npos);
  for (const ended& one : {none, no_rule, not_allowed})
    CHECK(std::count(one.output.begin(), one.output.end(), '\n') == 1);
  CHECK(p.ask({"q", "more"}).code == 4);
  CHECK(p.ask({"--no-such-option"}).code == 4);
}

TEST_CASE("only a map that is not there proves that there is none (INV-10)") {
  place p;
  const auto makes_no_map = [&](const char* what, const auto& make) {
    INFO(what);
    make();
    const ended answered = p.ask();
    CHECK(answered.code == 4);
    CHECK(answered.output.find(p.map) != std::string::npos);
    CHECK(std::count(answered.output.begin(), answered.output.end(), '\n') == 1);
    CHECK(p.ask({"q"}).code == 4);
    CHECK(p.ask({"--check"}).code == 4);
    fs::remove(p.map);
  };
  makes_no_map("directory", [&] { fs::create_directory(p.map); });
  makes_no_map("fifo", [&] { REQUIRE(::mkfifo(p.map.c_str(), 0600) == 0); });
  makes_no_map("link", [&] { fs::create_symlink("/dev/null", p.map); });
  makes_no_map("link to nothing", [&] { fs::create_symlink("no-such-file", p.map); });
  makes_no_map("larger than a map may be", [&] {
    p.write("* q\n");
    fs::resize_file(p.map, (1 << 20) + 1);
  });
  if (::geteuid() != 0) {  // root's case is in test/scripts/queue_policy_test.py
    makes_no_map("nobody may read it", [&] {
      p.write("* q\n");
      fs::permissions(p.map, fs::perms::none);
    });
  }
  CHECK(p.ask({"--check"}).code == 1);
  CHECK(p.run({DM_QUEUE_POLICY, "--map", p.directory / "no-such-directory/map"}).code == 1);
}

TEST_CASE("a map is a policy by itself, and its lines that are no rule do not reach the answer") {
  place p;
  p.write("#!" DM_QUEUE_POLICY " --map\neve:own\n* root.misc");
  fs::permissions(p.map, fs::perms::owner_all);
  const ended answered = p.run({p.map});
  CHECK(answered.code == 0);
  CHECK(answered.output == "root.misc\n");
  CHECK(answered.errors.find(":2:") != std::string::npos);
  CHECK(p.run({p.map, "root.misc"}).output == "root.misc\n");
  CHECK(p.run({p.map, "other"}).code == 3);
}

TEST_CASE("the check tells all of it, with the file's name and the line") {
  place p;
  p.write("* root.misc\n");
  fs::permissions(p.map, fs::perms::owner_read | fs::perms::owner_write);
  const ended good = p.ask({"--check"});
  CHECK(good.code == 0);
  CHECK(good.output == p.map + ": 1 rule\n");
  p.write("eve:own\n:\nno-such-account-here: q\n");
  fs::permissions(p.map, fs::perms::owner_all | fs::perms::others_write);
  const ended bad = p.ask({"--check"});
  CHECK(bad.code == 1);
  for (const char* line : {":1: ", ":2: ", ":3: note: ", ": note: "}) {
    INFO(bad.output);
    CHECK(bad.output.find(p.map + line) != std::string::npos);
  }
  fs::remove(p.map);
  CHECK(p.ask({"--check"}).code == 1);
  p.write("* root.misc\n");
  const ended asked_for = p.ask({"--check", "root.misc"});  // it is no question of one queue
  CHECK(asked_for.code == 4);
  CHECK(asked_for.errors.find("QUEUE") != std::string::npos);
}

TEST_CASE("the check tells what keeps a map from being a policy by itself") {
  place p;
  p.write("#!" DM_QUEUE_POLICY " --map\r\n* root.misc\r\n");
  fs::permissions(p.map, static_cast<fs::perms>(0711));
  const ended noted = p.ask({"--check"});
  INFO(noted.output);
  CHECK(noted.code == 0);
  CHECK(noted.output.find(p.map + ":1: note: ends with a carriage return") != std::string::npos);
  CHECK(noted.output.find(p.map + ": note: others than its owner and group may not read it") !=
        std::string::npos);
}

TEST_CASE("help and version end well") {
  place p;
  CHECK(p.ask({"--help"}).code == 0);
  CHECK(p.ask({"--version"}).output.starts_with("flink-queue-policy "));
}
