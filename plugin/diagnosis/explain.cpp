// The verb explain.
// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/explain.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "component/guard_spec.h"
#include "component/incident_store.h"
#include "component/kept_text.h"
#include "context/component_view.h"
#include "diagnosis/story.h"
#include "flink/savepoint_rest.h"
#include "io/file.h"
#include "observation/status.h"
#include "state/restore_choice.h"

namespace dm::diagnosis {

namespace {

constexpr std::size_t largest_guard_file = std::size_t{1} << 20;
constexpr std::size_t longest_sentence = 4000;

class explanation {
 public:
  explanation(context::session& session, const io::operation& op, const input::component_data& data)
      : view_(session, data), op_(op), data_(data) {}

  explain_reply make() {
    // What is looked at afterwards is left half of the time.
    auto seen =
        observation::status_with_facts(view_.session(), op_.limited_to(op_.remaining() / 2), data_);
    reply_.state = observation::to_string(seen.status.state);
    reply_.facts = seen.status.proof;
    for (const observation::rule one : seen.status.rules) add_rule(one);
    if (!seen.facts.log) {
      reply_.sentences.push_back(state_sentence(seen.status));
      reply_.sentences.push_back(fmt::format("The component's log was not read{}{}.",
                                             seen.facts.log_error.empty() ? "" : ": ",
                                             seen.facts.log_error));
      return std::move(reply_);
    }
    reply_.sentences = story_of(*seen.facts.log, seen.status, budget());
    tell_incident(*seen.facts.log);
    tell_restore_point(*seen.facts.log, seen.status);
    return std::move(reply_);
  }

 private:
  void add_rule(observation::rule one) {
    const std::string text(observation::described(one));
    if (std::find(reply_.rules.begin(), reply_.rules.end(), text) == reply_.rules.end())
      reply_.rules.push_back(text);
  }

  // guard.json is its node's.
  std::optional<restart_budget> budget() {
    if (!view_.local()) return std::nullopt;
    const std::string directory =
        component::local_directory(view_.settings().install_root, data_.name);
    const auto text = io::read_file(directory + "/guard.json", largest_guard_file);
    const auto spec = text ? component::read_guard_spec(*text)
                           : result<component::guard_spec>(fail(text.error()));
    if (!spec) return std::nullopt;
    return restart_budget{spec->restart_attempts, spec->restart_window_ms};
  }

  void tell_incident(const component::log_snapshot& log) {
    const component::log_record* incarnation = log.newest_incarnation();
    if (incarnation == nullptr || incarnation->number <= log.life_began()) return;
    component::incident_store store(view_.hdfs(), view_.directory());
    auto listed = store.list(op_);
    const std::string source = fmt::format("hdfs {}", store.directory());
    if (!listed) {
      reply_.facts.push_back({source, io::now(), listed.error().message});
      return;
    }
    if (listed->empty()) return;
    const component::incident_head& newest = listed->front().head;
    reply_.facts.push_back(
        {source, newest.at,
         fmt::format("incident {} of incarnation {}{}{}", newest.id, newest.epoch,
                     newest.message.empty() ? "" : ": ", newest.message)});
    if (newest.epoch == incarnation->number)
      reply_.sentences.push_back(fmt::format(
          "More on the failure of run {} is kept as incident {}.", newest.epoch, newest.id));
  }

  // What the next start would begin from; of a job that lives the log has told it.
  void tell_restore_point(const component::log_snapshot& log,
                          const observation::component_status& status) {
    using observation::component_state;
    const bool may_start =
        status.state == component_state::created || status.state == component_state::stopped ||
        status.state == component_state::failed || status.state == component_state::backoff;
    if (!may_start || !component::keeps_state(data_.job_type, data_.state)) return;
    const auto selected =
        state::select_restore_point(op_, view_.hdfs(), view_.ledger(), log, data_.state);
    const std::string source = fmt::format("hdfs {}", view_.directory());
    if (!selected) {
      reply_.facts.push_back(
          {source, io::now(),
           fmt::format("what a start would begin from could not be looked at: {}",
                       selected.error().message)});
      return;
    }
    if (const auto* none = std::get_if<state::no_choice>(&*selected)) {
      reply_.sentences.push_back(
          fmt::format("A start now would be refused: {}.", none->reason.message));
      return;
    }
    const auto& chosen = std::get<state::choice>(*selected);
    reply_.sentences.push_back(
        chosen.point ? fmt::format("A start now would go on from {} ({}): {}.", chosen.point->id,
                                   flink::hdfs_uri(chosen.point->path), chosen.why)
                     : fmt::format("A start now would begin without state: {}.", chosen.why));
    for (const std::string& damaged : chosen.passed_over)
      reply_.facts.push_back({source, io::now(), "passed over as a restore point: " + damaged});
  }

  context::component_view view_;
  const io::operation& op_;
  const input::component_data& data_;
  explain_reply reply_;
};

}  // namespace

explain_reply explain(context::session& session, const io::operation& op,
                      const explain_request& request) {
  explain_reply reply = explanation(session, op, request.data).make();
  // Causes are the programs' and the services' own words, or those of whoever can write to the
  // component's directory (INV-7).
  for (std::string& sentence : reply.sentences)
    sentence = component::kept_line(sentence, longest_sentence);
  for (observation::evidence& fact : reply.facts)
    fact.message = component::kept_line(fact.message, longest_sentence);
  if (op.cancelled()) reply.failure = op.check("the services that know of the component").error();
  return reply;
}

}  // namespace dm::diagnosis
