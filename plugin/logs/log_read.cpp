// The read verb: a piece of one of a component's logs.
// SPDX-License-Identifier: Apache-2.0
#include "logs/log_read.h"

#include <algorithm>

#include <fmt/format.h>

#include "input/text_rules.h"
#include "logs/container_log.h"
#include "logs/guard_at_work.h"
#include "logs/kept_text.h"
#include "logs/log_places.h"
#include "logs/node_log.h"
#include "package/component_layout.h"
#include "placement/component_files.h"

namespace dm::logs {

using context::component_view;

namespace {

// Looked at before the piece, for the name of a secret whose value is in it.
constexpr std::int64_t context_bytes = 1024;
// So much is looked through for lines that pass a filter; a caller who wants more asks again from
// next_offset.
constexpr std::int64_t searched_bytes = std::int64_t{1} << 20;
constexpr std::size_t incarnations_known = 20;

struct opened_source {
  window_reader read;
  source_state state = source_state::ended;
};

result<opened_source> open_node_file(component_view& view, const source_id& id,
                                     const io::operation& op) {
  const input::component_data& data = view.data();
  if (!view.local()) {
    return fail(status_code::failed_precondition,
                fmt::format("{} of {} is on {}, in {}/logs", id.file, data.name.text(), data.node,
                            data.directory),
                "ask the deployment manager of that node");
  }
  if (auto ours = placement::check_places(view.settings(), data); !ours)
    return fail(std::move(ours.error()));
  const std::string directory = package::layout_of(view.settings(), data.name).logs;
  opened_source opened;
  // Asked before the file is read: what was written until then is in it.
  opened.state = id.file == "guard.log" && guard_may_write(view, op) ? source_state::living
                                                                     : source_state::ended;
  if (id.kind == source_kind::client && id.file.ends_with(".log")) {
    // Where the log cannot tell, it may still grow.
    auto log = view.log().read_newest(op);
    const component::log_record* newest = log ? log->newest_incarnation() : nullptr;
    const bool over =
        newest != nullptr && (newest->number > id.epoch || (log->ends.contains(id.epoch)));
    opened.state = over ? source_state::ended : source_state::living;
  }
  opened.read = [directory, file = id.file](std::int64_t from, std::size_t limit) {
    return read_node_file(directory, file, from, limit);
  };
  return opened;
}

result<opened_source> open_container_file(component_view& view, const source_id& id,
                                          const io::operation& op) {
  auto found = find_container(view, op, id.container_id);
  if (!found) return fail(std::move(found.error()));
  opened_source opened;
  opened.state = found->living ? source_state::living : source_state::ended;
  opened.read = [&view, &op, place = std::move(*found), file = id.file](std::int64_t from,
                                                                        std::size_t limit) {
    return read_container_file(view, op, place, file, from, limit);
  };
  return opened;
}

result<opened_source> open_text(component_view& view, const source_id& id,
                                const io::operation& op) {
  const component_places places = find_places(view, op, incarnations_known);
  const auto place =
      std::find_if(places.applications.begin(), places.applications.end(),
                   [&](const application_place& one) { return one.epoch == id.epoch; });
  if (place == places.applications.end()) {
    if (!places.missing.empty()) return fail(status_code::unavailable, places.missing.front());
    return fail(status_code::not_found,
                fmt::format("{} has no incarnation {} any more", view.data().name.text(), id.epoch),
                "sources tells those that there are");
  }
  kept_text text =
      id.kind == source_kind::diagnostics ? diagnostics_of(*place) : history_of(view, op, *place);
  if (!text.reason.empty()) return fail(status_code::unavailable, text.reason);
  opened_source opened;
  opened.state = place->living() ? source_state::living : source_state::ended;
  opened.read = [whole = std::move(text.text)](std::int64_t from, std::size_t limit) {
    return result<log_window>(window_of(whole, from, limit));
  };
  return opened;
}

result<opened_source> open_source(component_view& view, const source_id& id,
                                  const io::operation& op) {
  switch (id.kind) {
    case source_kind::guard:
    case source_kind::client:
      return open_node_file(view, id, op);
    case source_kind::jobmanager:
    case source_kind::taskmanager:
      return open_container_file(view, id, op);
    case source_kind::diagnostics:
    case source_kind::history:
      break;
  }
  return open_text(view, id, op);
}

result<void> read_source(component_view& view, const io::operation& op, const read_request& request,
                         read_reply& reply) {
  auto filter = line_filter::make(request.since, request.grep);
  if (!filter) return fail(std::move(filter.error()));
  const auto source = parse_source_id(request.source);
  if (!source) {
    return fail(
        status_code::not_found,
        fmt::format("{} has no log {}", view.data().name.text(), input::shown(request.source)),
        "sources tells those that there are");
  }
  auto opened = open_source(view, *source, op);
  if (!opened) return fail(std::move(opened.error()));
  reply.state = opened->state;
  const bool living = opened->state == source_state::living;
  const std::int64_t wanted =
      filter->keeps_all() ? request.max_bytes : std::max(request.max_bytes, searched_bytes);
  log_shape shape;
  shape.max_bytes = static_cast<std::size_t>(request.max_bytes);
  shape.tail_lines = static_cast<std::size_t>(request.tail_lines);
  shape.from_end = !request.offset;
  shape.may_grow = living;
  shape.start = request.offset.value_or(0);
  // One byte more tells whether the piece ends a line.
  const auto limit = static_cast<std::size_t>(wanted + context_bytes + 1);
  const std::int64_t from = shape.from_end ? -static_cast<std::int64_t>(limit)
                                           : std::max<std::int64_t>(0, shape.start - context_bytes);
  auto window = opened->read(from, limit);
  if (!window) return fail(std::move(window.error()));
  const bool begun_anew = !shape.from_end && window->size_bytes < shape.start;
  if (begun_anew) {
    // The file was rolled: what stood between is in another file.
    shape.start = 0;
    window = opened->read(0, limit);
    if (!window) return fail(std::move(window.error()));
  }
  const shown_text shown = shape_text(*window, *filter, shape);
  reply.text = shown.text;
  reply.offset = shown.offset;
  reply.next_offset = shown.next_offset;
  reply.size_bytes = window->size_bytes;
  reply.truncated = shown.left_out || begun_anew;
  reply.ended = !living && reply.next_offset >= window->size_bytes;
  return {};
}

}  // namespace

read_reply read(context::session& session, const io::operation& op, const read_request& request) {
  read_reply reply;
  reply.source = request.source;
  component_view view(session, request.data);
  auto done = read_source(view, op, request, reply);
  if (!done) {
    reply.failure = std::move(done.error());
    reply.failure->component = request.data.name.text();
  }
  return reply;
}

}  // namespace dm::logs
