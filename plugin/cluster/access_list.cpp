// An access list of YARN. Source: Hadoop's AccessControlList.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/access_list.h"

#include <algorithm>

#include "io/trimmed.h"

namespace dm::cluster {

namespace {

void add_names(std::string_view list, std::vector<std::string>& names) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (const auto name = io::trimmed(list.substr(0, end)); !name.empty()) names.emplace_back(name);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

}  // namespace

void access_list::add(std::string_view text) {
  if (io::trimmed(text) == "*") {
    everybody = true;
    return;
  }
  // The first blank parts users from groups: with one in front there are groups only.
  const std::size_t blank = std::min(text.find(' '), text.size());
  add_names(text.substr(0, blank), users);
  add_names(text.substr(std::min(blank + 1, text.size())), groups);
}

bool access_list::names_user(std::string_view user) const {
  return std::find(users.begin(), users.end(), user) != users.end();
}

bool access_list::names_one_of(const std::vector<std::string>& of_user) const {
  return std::any_of(of_user.begin(), of_user.end(), [&](const std::string& group) {
    return std::find(groups.begin(), groups.end(), group) != groups.end();
  });
}

}  // namespace dm::cluster
