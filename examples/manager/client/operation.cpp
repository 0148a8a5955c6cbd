// An operation that is waited for.
// SPDX-License-Identifier: Apache-2.0
#include "client/operation.h"

#include "client/measure.h"
#include "client/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace dmctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds longest_silence{60'000};
constexpr milliseconds between_attempts{1000};

std::string goes_on(const std::string& id) {
  return fmt::format("the operation goes on: dmctl wait {}  or  dmctl cancel {}", id, id);
}

std::string not_known(const std::string& id) {
  return "what has become of it is not known: " + goes_on(id);
}

// Asks once, for at most a second; nullopt: nobody answered.
std::optional<json::document> ask(server& manager, const std::string& at, const std::string& id,
                                  std::string& silence) {
  try {
    return manager.get(at + "?wait=1");
  } catch (const no_answer& silent) {
    silence = silent.what();
  } catch (problem& other) {
    // A proxy in front, or the Deployment Manager, has no time or a defect: no proof of anything,
    // and least of all that the operation has failed.
    const bool trouble =
        other.code() == exit_code::unreachable || other.code() == exit_code::failed;
    if (!trouble) {
      if (other.code() != exit_code::interrupted) other.add_note(not_known(id));
      throw;
    }
    silence = other.what();
  }
  return std::nullopt;
}

std::string component_news(const json::value& progress) {
  std::string news;
  for (const auto& one : progress.GetObject()) {
    std::string_view text = json::text_of(one.value, "message");
    if (text.empty()) text = json::text_of(one.value, "phase");
    if (text.empty()) continue;
    news += fmt::format("{}{}: {}", news.empty() ? "" : "; ", json::view(one.name), text);
  }
  return news;
}

}  // namespace

std::string_view phase_of(const json::value& operation) {
  const std::string_view phase = json::text_of(operation, "phase");
  return phase == json::text_of(operation, "verb") ? std::string_view() : phase;
}

std::string operation_news(const json::value& operation) {
  std::string news =
      fmt::format("{} {}", json::text_of(operation, "verb"), json::text_of(operation, "object"));
  const std::string_view status = json::text_of(operation, "status");
  if (status == "QUEUED") {
    const json::value* behind = json::find(operation, "queued_behind");
    const bool known = behind != nullptr && behind->IsInt64();
    return news + fmt::format(": waits behind {} other{}", known ? behind->GetInt64() : 0,
                              known && behind->GetInt64() == 1 ? "" : "s");
  }
  if (status == "CANCELLING") {
    news += fmt::format(" (being cancelled by {})", json::text_of(operation, "cancelled_by"));
  }
  const json::value* progress = json::find(operation, "progress");
  const std::string parts =
      progress != nullptr && progress->IsObject() ? component_news(*progress) : "";
  const std::string_view phase = phase_of(operation);
  if (!parts.empty()) return news + ": " + parts;
  return phase.empty() ? news : fmt::format("{}: {}", news, phase);
}

exit_code code_of_operation(const json::value& operation) {
  const std::string_view status = json::text_of(operation, "status");
  if (status == "FAILED" || status == "CANCELLED") return exit_code::failed;
  if (status == "AWAITED" || status == "SET_ASIDE" || status == "LEFT") {
    return exit_code::unfinished;
  }
  return exit_code::done;
}

json::document await_operation(server& manager, const std::string& id, progress& shown,
                               std::optional<milliseconds> longest) {
  return await_document(manager, target({"operations", id}), id, shown, longest,
                        [&](const json::value& now) { shown.show(operation_news(now)); });
}

json::document await_document(server& manager, const std::string& at, const std::string& id,
                              progress& shown, std::optional<milliseconds> longest,
                              const std::function<void(const json::value&)>& tell) {
  auto heard = steady_clock::now();
  try {
    for (;;) {
      std::string silence;
      auto operation = ask(manager, at, id, silence);
      if (operation) {
        heard = steady_clock::now();
        const std::string_view status = json::text_of(*operation, "status");
        if (status.empty()) {
          throw problem(exit_code::unreachable, "the answer tells of no operation");
        }
        const bool over = json::find(*operation, "ended_at") != nullptr || status == "SET_ASIDE";
        if (over) return std::move(*operation);
        tell(*operation);
      } else {
        if (steady_clock::now() - heard > longest_silence) {
          problem given_up(exit_code::unreachable, silence);
          given_up.add_note(not_known(id));
          throw given_up;
        }
        shown.show("the Deployment Manager does not answer; asking again");
        if (manager.stop().pause(between_attempts)) throw interrupted(false);
      }
      if (longest && shown.elapsed() >= *longest) {
        problem late(exit_code::unfinished,
                     fmt::format("not done after {}", shown_duration(*longest)));
        late.add_note(goes_on(id));
        throw late;
      }
    }
  } catch (interrupted& stopped) {
    shown.clear();
    stopped.add_note(goes_on(id));
    throw;
  }
}

}  // namespace dmctl
