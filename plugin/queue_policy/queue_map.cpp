// The map of the queue policy, read.
// SPDX-License-Identifier: Apache-2.0
#include "queue_policy/queue_map.h"

#include <algorithm>

#include <fmt/format.h>

#include "cluster/queue_name.h"
#include "io/trimmed.h"
#include "io/utf8.h"

namespace dm::queue_policy {

namespace {

constexpr std::string_view forms = R"("user: queue", ":group queue" or "* queue")";

// What a terminal would obey: C0, DEL, and C1 as UTF-8 writes it.
bool control_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const bool c1 =
      byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
  return byte < 0x20 || byte == 0x7F || c1;
}

bool printable(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (control_at(text, at)) return false;
  }
  return io::is_valid_utf8(text);
}

// Whatever a line has in it.
std::string shown(std::string_view text) {
  const std::string valid = io::valid_utf8(text);
  std::string printed;
  for (std::size_t at = 0; at < valid.size(); ++at) {
    const bool control = control_at(valid, at);
    printed += control ? '?' : valid[at];
    if (control && valid[at] == '\xC2') ++at;
  }
  return "\"" + first_line(printed, 80) + "\"";
}

class reader {
 public:
  queue_map read(std::string_view text) {
    if (text.starts_with(byte_order_mark)) {
      text.remove_prefix(byte_order_mark.size());
      remark(1, false, "a byte order mark stands before it; save the map as plain UTF-8");
    }
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      read_line(number, io::trimmed(text.substr(0, end), io::line_blanks));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(map_);
  }

 private:
  void remark(std::size_t line, bool unusable, std::string text) {
    map_.remarks.push_back({line, unusable, std::move(text)});
  }
  void refuse(std::size_t line, std::string text) { remark(line, true, std::move(text)); }

  void read_line(std::size_t number, std::string_view line) {
    if (line.empty() || line.front() == '#') return;
    const std::size_t end = std::min(line.find_first_of(io::line_blanks), line.size());
    const std::string_view member = line.substr(0, end);
    const std::string_view queue = io::trimmed(line.substr(end), io::line_blanks);
    if (queue.empty()) {
      const std::size_t colon = member.find(':');
      const bool joined = colon != std::string_view::npos && colon + 1 < member.size();
      return refuse(number,
                    joined && colon > 0
                        ? fmt::format("{} names no queue: after the colon there must be a "
                                      "blank, then the queue",
                                      shown(member))
                        : fmt::format("{} names no queue; a rule is {}", shown(member), forms));
    }
    if (queue.find_first_of(io::line_blanks) != std::string_view::npos) {
      return refuse(number,
                    fmt::format("{} is no queue: one word is, and a comment has a line of its "
                                "own",
                                shown(queue)));
    }
    if (!cluster::is_queue_name(queue)) {
      return refuse(number, fmt::format("{} is no queue: 1 to 255 of A-Z a-z 0-9 . _ -, not "
                                        "beginning with a hyphen",
                                        shown(queue)));
    }
    add(number, member, queue);
  }

  void add(std::size_t number, std::string_view member, std::string_view queue) {
    if (!printable(member))
      return refuse(number, fmt::format("{} is no name: plain UTF-8 text is", shown(member)));
    queue_rule rule{number, member_kind::everybody, {}, std::string(queue)};
    if (member != "*") {
      const std::size_t colon = std::min(member.find(':'), member.size());
      const std::string_view user = member.substr(0, colon);
      std::string_view group = member.substr(std::min(colon + 1, member.size()));
      const std::string_view dropped = group.substr(std::min(group.find(':'), group.size()));
      group.remove_suffix(dropped.size());
      if (user == "*" || (user.empty() && group == "*")) {
        return refuse(number,
                      fmt::format("{} is nobody's name; everybody is * alone", shown(member)));
      }
      if (user.empty() && group.empty())
        return refuse(number, fmt::format("{} names nobody; a rule is {}", shown(member), forms));
      rule.kind = user.empty() ? member_kind::group : member_kind::user;
      rule.member = user.empty() ? group : user;
      if (!user.empty() && !group.empty()) {
        remark(number, false,
               fmt::format("counts for the user {} alone: the group beside it is not looked at",
                           shown(user)));
      }
      if (user.empty() && dropped.size() > 1) {
        remark(number, false,
               fmt::format("counts for the group {}: {} behind it is not looked at", shown(group),
                           shown(dropped)));
      }
      if (colon == member.size()) {
        remark(number, false,
               fmt::format("is read as the user {}; write \"{}:\" for a user, \":{}\" for a group",
                           shown(user), user, user));
      }
    }
    map_.rules.push_back(std::move(rule));
  }

  queue_map map_;
};

}  // namespace

queue_map read_queue_map(std::string_view text) { return reader().read(text); }

bool fits(const queue_rule& rule, const io::account_groups& submitter) {
  switch (rule.kind) {
    case member_kind::user:
      return rule.member == submitter.account;
    case member_kind::group:
      return std::find(submitter.groups.begin(), submitter.groups.end(), rule.member) !=
             submitter.groups.end();
    case member_kind::everybody:
      break;
  }
  return true;
}

std::vector<std::string> queues_of(const queue_map& map, const io::account_groups& submitter) {
  std::vector<std::string> queues;
  for (const queue_rule& rule : map.rules) {
    if (fits(rule, submitter) &&
        std::find(queues.begin(), queues.end(), rule.queue) == queues.end())
      queues.push_back(rule.queue);
  }
  return queues;
}

}  // namespace dm::queue_policy
