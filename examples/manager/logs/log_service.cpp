// What clients ask of logs.
// SPDX-License-Identifier: Apache-2.0
#include "logs/log_service.h"

#include "application/application_admission.h"
#include "savepoint/component_choice.h"

#include <fmt/format.h>

#include <utility>

namespace manager {
namespace {

// A place among the followers, until somebody takes it over.
class place {
 public:
  place(log_feed& feed, std::string user) : feed_(feed), user_(std::move(user)) {}
  ~place() {
    if (!taken_over_) feed_.leave(user_);
  }
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  const std::string& take_over() {
    taken_over_ = true;
    return user_;
  }

 private:
  log_feed& feed_;
  std::string user_;
  bool taken_over_ = false;
};

}  // namespace

std::string log_service::check(const std::string& application, const caller& who) {
  const application_record record =
      find_application_in(tools_.memory, application, "a look at its logs", existing_states);
  authorizer_.check_owner(who, record.user, "application:logs");
  return record.user;
}

component_record log_service::one_component(const std::string& application,
                                            const std::string& component) {
  return only_component(components_with_logs(tools_, application, component), application);
}

json::document log_service::list(const std::string& application, const std::string& component,
                                 std::int64_t incarnations, const caller& who) {
  check(application, who);
  return list_logs(tools_, application, components_with_logs(tools_, application, component),
                   incarnations);
}

json::document log_service::read(const std::string& application, const std::string& component,
                                 const log_question& question, const caller& who) {
  check(application, who);
  const component_record one = one_component(application, component);
  json::document body = read_log(tools_, one, question, nullptr);
  json::set(body, "type", one.type, body.GetAllocator());
  json::set(body, "component", one.name, body.GetAllocator());
  return body;
}

std::function<void(const std::shared_ptr<http_stream>&)> log_service::follow(
    const std::string& application, const std::string& component, const log_question& question,
    const caller& who) {
  std::string owner = check(application, who);
  component_record one = one_component(application, component);
  const log_feed::entrance found = feed_.enter(who.user);
  if (found != log_feed::entrance::open) {
    throw failure(failure_kind::failed_connection,
                  found == log_feed::entrance::all_taken
                      ? "as many logs as limits.log_follows allows are being followed already; try "
                        "again later, or read without follow"
                      : "you follow as many logs already as one account may, a fifth of "
                        "limits.log_follows; end one of them, or read without follow");
  }
  const auto mine = std::make_shared<place>(feed_, who.user);
  return [this, mine, one = std::move(one), owner = std::move(owner),
          question](const std::shared_ptr<http_stream>& to) {
    feed_.add(mine->take_over(), std::make_shared<log_follower>(tools_, one, owner, question, to));
  };
}

}  // namespace manager
