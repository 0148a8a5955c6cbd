// The extension "dm.metrics/1": its verb behind the firewall.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/metrics.h"

#include <cmath>
#include <cstddef>
#include <stdexcept>

#include <fmt/format.h>

#include "boundary/error_document.h"
#include "boundary/reply_object.h"
#include "boundary/verb_run.h"
#include "boundary/verbs.h"

namespace dm::boundary {

namespace {

// A count without ".0"; a rate by the thousandth, which is more than it is worth.
void put_number(io::json_writer& writer, std::string_view key, double value) {
  constexpr double largest_whole = 9'007'199'254'740'992.0;  // of which a double has each
  if (!std::isfinite(value)) return;  // a sum of what a job told: JSON has no word for it
  if (std::nearbyint(value) == value && std::abs(value) < largest_whole) {
    io::put(writer, key, static_cast<std::int64_t>(value));
  } else {
    io::key(writer, key);
    writer.Double(std::abs(value) < largest_whole ? std::nearbyint(value * 1000) / 1000 : value);
  }
}

void write_entry(io::json_writer& writer, const observation::component_figures& one,
                 const reply_context& context) {
  writer.StartObject();
  io::put(writer, "namespace", one.name.name_space);
  io::put(writer, "application", one.name.application);
  io::put(writer, "component", one.name.component);
  if (one.figures) {
    io::key(writer, "figures");
    writer.StartObject();
    for (const auto& [name, value] : *one.figures) put_number(writer, name, value);
    writer.EndObject();
  }
  if (one.failure) {
    error e = *one.failure;
    if (e.component.empty() && !one.name.component.empty()) e.component = one.name.text();
    io::key(writer, "error");
    write_error(writer, e, context.correlation_id);
  }
  writer.EndObject();
}

outcome figures(dm_session* session, dm_call* call, dm_string request) {
  return run(session, call, "figures", request,
             [&](running_operation& running, const io::json_document& document) {
               const result<figures_batch> batch = read_figures_request(document);
               if (!batch) return refused(running, batch.error());
               const io::operation& op = running.operation();
               const io::wall_time observed_at = io::now();
               const auto told = observation::figures(session->session, op, batch->request);
               // Half an answer of a cancelled batch would read as if nothing ran.
               if (op.cancelled())
                 return refused(running, op.check("the JobManagers' figures").error());
               op.log(io::log_level::debug,
                      fmt::format("done, {} components", batch->entries.size()));
               return write_figures(observed_at, batch->entries, told,
                                    {{}, std::string(running.correlation_id())});
             });
}

// New members go to the end of dm_metrics only; move this to the new last one (DM-3).
static_assert(sizeof(dm_metrics) == offsetof(dm_metrics, figures) + sizeof(dm_metrics::figures));

}  // namespace

result<figures_batch> read_figures_request(const io::json_value& request) {
  request_reader reader(request, "$");
  reader.check_schema();
  figures_batch batch;
  const io::json_value* components = reader.required_array("components");
  if (auto finished = reader.finish("The figures request"); !finished)
    return fail(std::move(finished.error()));
  component_batch read = read_components(*components, "the figures request");
  batch.request.components = std::move(read.components);
  batch.entries = std::move(read.entries);
  return batch;
}

outcome write_figures(io::wall_time observed_at, const std::vector<batch_entry>& entries,
                      const std::vector<observation::component_figures>& told,
                      const reply_context& context) {
  reply_object object(context);
  io::json_writer& writer = object.writer();
  io::put(writer, "observed_at", io::to_rfc3339(observed_at));
  io::key(writer, "components");
  writer.StartArray();
  auto next = told.begin();
  for (const batch_entry& entry : entries) {
    if (entry.failure) {
      write_entry(writer, {entry.name, std::nullopt, entry.failure}, context);
    } else {
      if (next == told.end())
        throw std::logic_error("figures returned fewer entries than it was asked for");
      write_entry(writer, *next++, context);
    }
  }
  writer.EndArray();
  return object.finish(std::nullopt);
}

constinit const dm_metrics metrics_table = {sizeof(dm_metrics), operation<figures>};

}  // namespace dm::boundary
