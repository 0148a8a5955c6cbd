// Repeats what a plugin says may succeed later by itself.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_retry.h"

#include "plugin/progress_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace manager {
namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

constexpr milliseconds first_pause{1'000};
constexpr milliseconds longest_pause{30'000};
// Where the plugin's own default bounds each call, which this host does not know.
constexpr milliseconds without_timeout{600'000};

// A job that is wanted comes up by its guard, without another start. To whoever wants it ended it
// is what has not been told yet: it would run on.
bool comes_by_itself(plugin_verb verb, const plugin_reply& reply) {
  const bool starts = verb == plugin_verb::start || verb == plugin_verb::resume;
  return starts && json::text_of(reply.document, "desired") == "RUNNING";
}

bool is_to_be_repeated(plugin_verb verb, const plugin_reply& reply) {
  if (reply.status != DM_STATUS_UNAVAILABLE) return false;
  const json::value* error = json::find(reply.document, "error");
  if (error == nullptr || !json::flag_of(*error, "retry", false)) return false;
  const json::value* data = json::find(reply.document, "data");
  const bool left_something = data != nullptr && !data->IsNull();
  return !left_something && !comes_by_itself(verb, reply);
}

void tell(const plugin_call& call, plugin_verb verb, int tried, milliseconds pause,
          const plugin_reply& reply) {
  if (!call.on_event) return;
  json::document event = progress_event(
      "retry", fmt::format("{} was tried {} time{} and is tried again in {} s: {}", to_text(verb),
                           tried, tried == 1 ? "" : "s", pause.count() / 1000,
                           reply.to_failure(to_text(verb)).what()));
  json::set(event, "tried", std::int64_t{tried}, event.GetAllocator());
  call.on_event(event);
}

}  // namespace

plugin_reply run_with_retries(plugin_session& plugin, plugin_verb verb, const json::value& request,
                              plugin_call call) {
  const auto end = clock::now() + (call.timeout.count() == 0 ? without_timeout : call.timeout);
  milliseconds pause = first_pause;
  for (int tried = 1;; ++tried) {
    plugin_reply reply = plugin.run(verb, request, call);
    const auto left = std::chrono::duration_cast<milliseconds>(end - clock::now());
    if (!is_to_be_repeated(verb, reply) || left <= pause) return reply;
    tell(call, verb, tried, pause, reply);
    try {
      if (call.cancel != nullptr) {
        call.cancel->pause(pause);
      } else {
        std::this_thread::sleep_for(pause);
      }
    } catch (const failure&) {
      return reply;
    }
    if (call.timeout.count() != 0) call.timeout = std::max(left - pause, milliseconds(1));
    pause = std::min(pause * 2, longest_pause);
  }
}

}  // namespace manager
