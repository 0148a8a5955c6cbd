// What this node says of its components.
// SPDX-License-Identifier: Apache-2.0
#include "observation/node_facts.h"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

namespace dm::observation {

namespace {

// So many programs are asked for one by one; more, by one question for all that supervisord has.
constexpr std::size_t asked_one_by_one = 20;

// Empty: it exists, or that could not be told.
std::string user_missing(const std::string& user) {
  std::vector<char> buffer(16384);
  struct passwd found {};
  struct passwd* result = nullptr;
  if (::getpwnam_r(user.c_str(), &found, buffer.data(), buffer.size(), &result) == 0 &&
      result == nullptr) {
    return fmt::format(
        "the run-as user \"{}\" is not known on this node: create it again, or see to it that the "
        "directory service answers, then start",
        user);
  }
  return {};
}

std::string files_missing(const input::component_data& data) {
  for (const char* needed : {"", "/guard.json", "/logs", "/work", "/package"}) {
    const std::string path = data.directory + needed;
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
      return fmt::format(
          "{} is missing: unless the application is being upgraded or destroyed, destroy it and "
          "create it again (its savepoints stay)",
          path);
    }
  }
  return {};
}

}  // namespace

supervisor_question::supervisor_question(context::session& session, const observed_batch& batch)
    : supervisor_(session.supervisor()) {
  for (observed_component* one : batch) {
    if (one->data->node == session.settings().node) here_.push_back(one);
  }
  if (here_.size() > asked_one_by_one) {
    requests_.push_back(supervisor_.all_processes_request());
    return;
  }
  for (const observed_component* one : here_)
    requests_.push_back(supervisor_.process_request(one->data->program));
}

void supervisor_question::take(std::span<const result<io::http_response>> answers) {
  for (observed_component* one : here_) one->facts.supervisor_source = supervisor_.url();
  if (here_.size() > asked_one_by_one) return take_all(answers.front());
  for (std::size_t i = 0; i < here_.size(); ++i) {
    observed_facts& facts = here_[i]->facts;
    auto process =
        answers[i]
            ? supervisor_.read_process(*answers[i], here_[i]->data->program)
            : result<std::optional<supervisor::process_information>>(fail(answers[i].error()));
    facts.supervisor_answered = process.has_value();
    if (process) {
      facts.process = std::move(*process);
    } else {
      facts.supervisor_error = process.error().message;
    }
  }
}

void supervisor_question::take_all(const result<io::http_response>& answer) {
  auto processes = answer
                       ? supervisor_.read_all_processes(*answer)
                       : result<std::vector<supervisor::process_information>>(fail(answer.error()));
  std::unordered_map<std::string, const supervisor::process_information*> by_name;
  if (processes) {
    for (const supervisor::process_information& process : *processes)
      by_name[process.name] = &process;
  }
  for (observed_component* one : here_) {
    one->facts.supervisor_answered = processes.has_value();
    if (!processes) {
      one->facts.supervisor_error = processes.error().message;
    } else if (const auto found = by_name.find(one->data->program); found != by_name.end()) {
      one->facts.process = *found->second;
    }
  }
}

void look_at_files(const context::session& session, const io::operation& op,
                   const observed_batch& batch) {
  std::map<std::string, std::string> users;  // a look-up each: it may go to a directory service
  for (observed_component* one : batch) {
    const input::component_data& data = *one->data;
    if (data.node != session.settings().node || data.directory.empty()) continue;
    if (!op.check("the component's files")) return;
    one->facts.unwritten = component::read_unwritten(data.directory + "/logs");
    one->facts.damage = files_missing(data);
    if (!one->facts.damage.empty()) continue;
    auto user = users.find(data.user);
    if (user == users.end()) user = users.emplace(data.user, user_missing(data.user)).first;
    one->facts.damage = user->second;
  }
}

}  // namespace dm::observation
