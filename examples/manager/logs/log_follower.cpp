// One client that follows a log.
// SPDX-License-Identifier: Apache-2.0
#include "logs/log_follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace manager {
namespace {

using std::chrono::milliseconds;

// A look costs the plugin two or three small requests; a log that is silent is looked at less
// often.
constexpr milliseconds first_pause{500};
constexpr milliseconds longest_pause{3'000};
constexpr milliseconds between_pieces{100};  // while there is more than one piece
constexpr milliseconds between_incarnations{3'000};
constexpr milliseconds after_trouble{5'000};
constexpr std::size_t most_waiting = 256U << 10;  // at the client, who is waited for then
constexpr std::int64_t incarnations_known = 20;
constexpr std::int64_t incarnations_next = 3;  // among which the next one is: asked again and again
constexpr std::int64_t piece_bytes = 64 << 10;
constexpr int most_troubles = 24;  // one after the other, of an application that is not to run

std::int64_t number_of(const json::value& object, const char* member) {
  const json::value* found = json::find(object, member);
  return found != nullptr && found->IsInt64() ? found->GetInt64() : 0;
}

}  // namespace

log_follower::log_follower(const application_tools& tools, component_record component,
                           std::string owner, log_question question,
                           std::shared_ptr<http_stream> to)
    : tools_(tools),
      component_(std::move(component)),
      owner_(std::move(owner)),
      question_(std::move(question)),
      to_(std::move(to)),
      quiet_(first_pause) {
  source_.id = question_.source;
  if (question_.bytes <= 0) question_.bytes = piece_bytes;
}

void log_follower::send(std::string_view event, const json::value& data) {
  static_cast<void>(to_->write(fmt::format("event: {}\ndata: {}\n\n", event, json::to_text(data))));
}

void log_follower::send_text(std::string_view event, std::string_view member,
                             std::string_view text) {
  json::document data = json::make_object();
  json::set(data, member, text, data.GetAllocator());
  send(event, data);
}

log_follower::pause log_follower::step(cancellation& cancel) {
  if (to_->closed()) return std::nullopt;
  if (to_->waiting() > most_waiting) return first_pause;
  if (!application()) {
    end("");
    return std::nullopt;
  }
  try {
    return read(cancel);
  } catch (const failure& problem) {
    if (problem.kind() == failure_kind::cancelled || cancel.requested()) return std::nullopt;
    // What is no source of this component will not become one.
    const bool no_source = problem.kind() == failure_kind::not_found && source_.kind.empty();
    const bool never = no_source || problem.kind() == failure_kind::failed_validation ||
                       problem.kind() == failure_kind::forbidden ||
                       problem.kind() == failure_kind::not_offered;
    if (never) {
      end(problem.what());
      return std::nullopt;
    }
    // Of a source that is gone the next one may be there; of one that cannot be read now there may
    // be more to read.
    return go_on(cancel, problem.kind() == failure_kind::not_found ? "" : problem.what());
  }
}

log_follower::pause log_follower::read(cancellation& cancel) {
  if (source_.kind.empty()) learn_identity(cancel);
  const json::document reply = read_log(tools_, component_, question_, &cancel);
  troubles_ = 0;
  const std::string_view text = json::text_of(reply, "text");
  // Not by a look alone: one at a log that has ended comes between all looks for the next one.
  if (!text.empty()) waiting_for_.clear();
  const bool first = !question_.offset;
  question_.offset = number_of(reply, "next_offset");
  question_.tail = 0;
  // Only the beginning is chosen by it; what comes is newer.
  question_.since.clear();
  const bool truncated = json::flag_of(reply, "truncated", false);
  if (!text.empty() || (truncated && first)) {
    json::document data = json::make_object();
    auto& memory = data.GetAllocator();
    json::set(data, "text", text, memory);
    json::set(data, "next_offset", *question_.offset, memory);
    json::set(data, "truncated", truncated, memory);
    send("log", data);
    quiet_ = first_pause;
  } else {
    quiet_ = std::min(quiet_ * 3 / 2, longest_pause);
  }
  if (json::flag_of(reply, "ended", false)) {
    const auto next = go_on(cancel, "");
    return next ? std::optional(std::max(*next, between_pieces)) : next;
  }
  return *question_.offset < number_of(reply, "size_bytes") && truncated && !first ? between_pieces
                                                                                   : quiet_;
}

// Which source it is, to know its successor; it need not be told for reading it.
void log_follower::learn_identity(cancellation& cancel) {
  const json::document reply = log_sources_of(tools_, component_, incarnations_known, &cancel);
  const json::value* sources = json::find(reply, "sources");
  if (sources == nullptr) return;
  if (auto known = find_source(*sources, source_.id)) source_ = std::move(*known);
}

std::optional<application_record> log_follower::application() const {
  auto found = tools_.memory.transact(
      [&](registry_view& view) { return view.applications.find(component_.application); });
  return found && found->user == owner_ ? found : std::nullopt;
}

void log_follower::end(std::string_view why) {
  json::document data = json::make_object();
  json::set(data, "source", source_.id, data.GetAllocator());
  if (!why.empty()) json::set(data, "information", why, data.GetAllocator());
  send("end", data);
  to_->end();
}

// Zero: there is a next one, to be read at once.
log_follower::pause log_follower::go_on(cancellation& cancel, const std::string& trouble) {
  std::optional<log_identity> next;
  try {
    const json::document reply = log_sources_of(tools_, component_, incarnations_next, &cancel);
    const json::value* sources = json::find(reply, "sources");
    if (sources != nullptr && !source_.kind.empty()) next = successor_of(*sources, source_);
  } catch (const failure& problem) {
    if (cancel.requested()) return std::nullopt;
    return wait(problem.what(), after_trouble);
  }
  if (next) {
    source_ = std::move(*next);
    question_.source = source_.id;
    question_.offset = 0;
    waiting_for_.clear();
    quiet_ = first_pause;
    json::document data = json::make_object();
    json::set(data, "source", source_.id, data.GetAllocator());
    json::set(data, "epoch", source_.epoch, data.GetAllocator());
    send("source", data);
    return milliseconds(0);
  }
  const auto now = application();
  const bool wanted = now && (now->state == application_state::started ||
                              now->state == application_state::starting);
  if (!trouble.empty()) {
    // Logs of what has ended may be on their way to HDFS; but nobody waits for ever.
    if (wanted || ++troubles_ < most_troubles) return wait(trouble, after_trouble);
    end(trouble);
    return std::nullopt;
  }
  if (!wanted || source_.kind.empty() || source_.kind == "diagnostics" ||
      source_.kind == "history") {
    end("");
    return std::nullopt;
  }
  return wait("the next run of the job", between_incarnations);
}

log_follower::pause log_follower::wait(const std::string& why, milliseconds length) {
  if (why != waiting_for_) send_text("waiting", "for", why);
  waiting_for_ = why;
  return length;
}

}  // namespace manager
