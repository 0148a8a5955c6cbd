// Becoming the component's user. What needs root is tried in a child where there is root.
// SPDX-License-Identifier: Apache-2.0
#include "guard/identity.h"

#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using dm::status_code;
using dm::guard::become_user;

namespace {

// Runs `check` in a child, since nobody comes back from another user.
template <class Check>
bool holds_in_child(const Check& check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check() ? 0 : 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("one's own user is fine and changes nothing") {
  const passwd* self = ::getpwuid(::geteuid());
  REQUIRE(self != nullptr);
  CHECK(become_user(self->pw_name));
  CHECK(::geteuid() == self->pw_uid);
}

TEST_CASE("a user that does not exist is NOT_FOUND, with what to do") {
  const auto unknown = become_user("no-such-user-here");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == status_code::not_found);
  CHECK(unknown.error().message.find("no-such-user-here") != std::string::npos);
  CHECK_FALSE(unknown.error().hint.empty());
  CHECK(become_user("").error().code == status_code::not_found);
}

TEST_CASE("root becomes the user for good, with its groups alone; any other process may not") {
  const passwd* found = ::getpwnam("nobody");
  REQUIRE(found != nullptr);
  const uid_t uid = found->pw_uid;
  const gid_t gid = found->pw_gid;
  if (::geteuid() == 0) {
    CHECK(holds_in_child([&] {
      if (!become_user("nobody")) return false;
      gid_t groups[64];
      const int count = ::getgroups(64, groups);
      for (int i = 0; i < count; ++i) {
        if (groups[i] == 0) return false;  // root's group must not stay
      }
      return ::getuid() == uid && ::geteuid() == uid && ::getgid() == gid && ::getegid() == gid &&
             ::setuid(0) != 0 && ::seteuid(0) != 0;
    }));
    CHECK(holds_in_child([&] {
      if (!become_user("nobody")) return false;
      const auto back = become_user("root");
      return !back && back.error().code == status_code::permission_denied;
    }));
  } else if (::geteuid() != uid) {
    CHECK(become_user("nobody").error().code == status_code::permission_denied);
  }
}
