// A log, read in pieces or followed.
// SPDX-License-Identifier: Apache-2.0
#include "client/log_reader.h"

#include "client/event_stream.h"
#include "client/measure.h"
#include "client/member.h"
#include "client/text.h"

#include <fmt/format.h>

#include <chrono>

namespace dmctl {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds longest_silence{60'000};
constexpr std::chrono::milliseconds between_attempts{1000};

std::string target_of(const log_request& what, const log_source& source, query members) {
  query all = {{"component", source.component}};
  all.insert(all.end(), members.begin(), members.end());
  return target({"applications", what.application, "logs", source.id}, all);
}

std::string offset_member(const json::value& from) {
  const json::value* next = json::find(from, "next_offset");
  return next != nullptr && next->IsUint64() ? fmt::format("{}", next->GetUint64()) : "";
}

/// What one follow has got so far.
class follower {
 public:
  follower(session& with, log_source source, log_request what)
      : with_(with), source_(std::move(source)), what_(std::move(what)) {}

  bool ended() const { return ended_; }
  /// Something came, be it only a sign of life.
  void hears() { heard_ = true; }
  bool heard() { return std::exchange(heard_, false); }

  std::string next_target() const {
    query members = {{"follow", "true"}, {"grep", what_.grep}};
    if (offset_.empty()) {
      members.insert(members.end(), {{"tail", what_.tail}, {"since", what_.since}});
    } else {
      members.emplace_back("offset", offset_);
    }
    return target_of(what_, source_, members);
  }

  bool take(const std::string& type, const std::string& data) {
    std::string ignored;
    const auto event = json::parse(data, ignored);
    if (!event || !event->IsObject()) return true;
    if (type == "log") {
      offset_ = offset_member(*event);
      if (!with_.out().json()) with_.out().log_text(text_member(*event, "text"));
    } else if (type == "source") {
      moved_to(*event);
    } else if (type == "waiting") {
      const std::string why = text_member(*event, "for");
      if (!with_.out().json()) {
        with_.out().note(why.empty() ? "(waiting)" : fmt::format("(waiting: {})", why));
      }
    }
    if (with_.out().json()) tell_json(type, *event);
    ended_ = type == "end";
    const std::string why = ended_ ? text_member(*event, "information") : std::string();
    if (!why.empty() && !with_.out().json()) with_.out().note(fmt::format("(it ends: {})", why));
    return !ended_;
  }

 private:
  void moved_to(const json::value& event) {
    for (const char* name : {"source", "id"}) {
      if (const std::string id = text_member(event, name); !id.empty()) source_.id = id;
    }
    // At its beginning, where nothing else is said.
    const std::string next = offset_member(event);
    offset_ = next.empty() ? "0" : next;
    if (!with_.out().json()) with_.out().note(fmt::format("(goes on in {})", source_.id));
  }

  void tell_json(const std::string& type, const json::value& event) {
    json::document told = json::make_object();
    auto& memory = told.GetAllocator();
    json::set(told, "event", type, memory);
    json::set(told, "component", source_.component, memory);
    json::set(told, "source", source_.id, memory);
    json::set(told, "data", json::copy(event, memory), memory);
    with_.out().document_line(told);
  }

  session& with_;
  log_source source_;
  log_request what_;
  std::string offset_;
  bool ended_ = false;
  bool heard_ = false;
};

}  // namespace

void read_log(session& with, const log_source& source, const log_request& what) {
  const bool newest = !what.tail.empty() || !what.since.empty();
  std::string offset = newest ? "" : "0";
  bool last_line_ended = true;
  for (;;) {
    query members = {{"grep", what.grep}, {"bytes", "1048576"}, {"offset", offset}};
    if (newest) members.insert(members.end(), {{"tail", what.tail}, {"since", what.since}});
    const json::document piece = with.manager().get(target_of(what, source, members));
    const std::string text = text_member(piece, "text");
    if (with.out().json()) {
      with.out().document_line(piece);
    } else {
      if (!text.empty()) last_line_ended = text.ends_with('\n');
      with.out().log_text(text);
    }
    const bool more = flag_member(piece, "truncated");
    if (newest) {
      if (more && what.tail.empty()) with.out().note("(older lines did not fit and are left out)");
      break;
    }
    const std::string next = offset_member(piece);
    // What does not get on would be read for ever.
    if (!more || next.empty() || next == offset) break;
    offset = next;
    if (with.stop().requested()) throw interrupted(false);
  }
  if (!last_line_ended && with.out().where().out) with.out().made_line("");
}

void follow_log(session& with, log_source source, const log_request& what) {
  follower one(with, std::move(source), what);
  const auto began = steady_clock::now();
  const auto longest = with.options().timeout;
  const auto over = [&] { return longest && steady_clock::now() - began >= *longest; };
  auto heard = began;
  while (!one.ended()) {
    event_stream events(
        [&one](const std::string& type, const std::string& data) { return one.take(type, data); });
    try {
      // What comes at least is a sign of life every few seconds.
      with.manager().follow(
          one.next_target(),
          [&](std::string_view piece) {
            one.hears();
            return events.feed(piece) && !over();
          },
          over);
    } catch (const problem& broken) {
      // No definite no: nobody is there, or what is there has a defect (501 is one: it is not
      // offered).
      const bool defect = broken.http_status() >= 500 && broken.http_status() != 501;
      const bool passes = broken.code() == exit_code::unreachable || defect;
      if (!passes) throw;
      if (one.heard()) heard = steady_clock::now();
      if (steady_clock::now() - heard > longest_silence) throw;
      with.out().note(fmt::format("({}; connecting again)", harmless(broken.what())));
    }
    if (one.ended()) return;
    if (over()) {
      with.out().note(fmt::format("(followed for {})", shown_duration(*longest)));
      return;
    }
    if (one.heard()) heard = steady_clock::now();
    if (with.stop().pause(between_attempts)) throw interrupted(false);
  }
}

}  // namespace dmctl
