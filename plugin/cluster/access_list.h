// An access list of YARN: "user1,user2 group1,group2", "*" for everybody, " " for nobody.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dm::cluster {

struct access_list {
  bool everybody = false;
  std::vector<std::string> users;
  std::vector<std::string> groups;

  // Whoever another list names, too.
  void add(std::string_view text);
  bool names_user(std::string_view user) const;
  bool names_one_of(const std::vector<std::string>& of_user) const;  // groups
};

}  // namespace dm::cluster
