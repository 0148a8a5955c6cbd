// What a guard says before it knows where its log is.
// SPDX-License-Identifier: Apache-2.0
#include "guard/early_report.h"

#include <pwd.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "surroundings.h"

using dm::guard::report_early;
using dm::test::file_content;
using dm::test::temporary_directory;

namespace {

dm::error unreadable() {
  dm::error problem;
  problem.code = dm::status_code::internal;
  problem.message = "guard.json is no JSON";
  return problem;
}

}  // namespace

TEST_CASE("it stands in guard.log beside guard.json, line by line") {
  const temporary_directory root;
  std::filesystem::create_directory(root / "logs");
  const passwd* self = ::getpwuid(::geteuid());
  REQUIRE(self != nullptr);
  const std::string user = GENERATE_COPY(as<std::string>{}, "", self->pw_name);
  report_early(root / "guard.json", user, unreadable());
  report_early(root / "guard.json", user, unreadable());
  const std::string log = file_content(root / "logs/guard.log");
  CHECK(log.find("ERROR epoch=- application=- guard.json is no JSON") != std::string::npos);
  CHECK(log.find("guard.json is no JSON") != log.rfind("guard.json is no JSON"));
}

TEST_CASE("without the directory, or as a user that is not known, nothing is written") {
  const temporary_directory root;
  report_early(root / "guard.json", "", unreadable());
  CHECK(root.names().empty());
  std::filesystem::create_directory(root / "logs");
  report_early(root / "guard.json", "no-such-user-here", unreadable());
  CHECK(std::filesystem::is_empty(root / "logs"));
}

TEST_CASE("as another user it is that user's file, and no link of that user's is followed") {
  if (::geteuid() != 0) return;  // only root becomes another
  const passwd* nobody = ::getpwnam("nobody");
  REQUIRE(nobody != nullptr);
  const temporary_directory root;
  std::filesystem::permissions(root.path(), std::filesystem::perms{0755});
  std::filesystem::create_directory(root / "logs");
  REQUIRE(::chown((root / "logs").c_str(), nobody->pw_uid, nobody->pw_gid) == 0);
  std::filesystem::create_symlink(root / "elsewhere", root / "logs/guard.log");
  report_early(root / "guard.json", "nobody", unreadable());
  CHECK_FALSE(std::filesystem::exists(root / "elsewhere"));
  std::filesystem::remove(root / "logs/guard.log");
  report_early(root / "guard.json", "nobody", unreadable());
  CHECK(file_content(root / "logs/guard.log").find("is no JSON") != std::string::npos);
}
