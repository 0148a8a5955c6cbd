// A file of a container.
// SPDX-License-Identifier: Apache-2.0
#include "logs/container_log.h"

#include <algorithm>

#include <fmt/format.h>

#include "cluster/aggregated_log.h"

namespace dm::logs {

using context::component_view;

namespace {

// The NodeManager gives out ends of files only, and says how long the file is with them: a first,
// small question tells that, a second one is for what is wanted.
constexpr std::int64_t probe_bytes = 4096;
// By which a file may grow between the two.
constexpr std::int64_t slack_bytes = std::int64_t{64} << 10;
constexpr int most_tries = 3;
// NodeManager to log server, which may have a better name for itself.
constexpr int most_redirects = 2;

result<cluster::container_piece> ask_node(component_view& view, const io::operation& op,
                                          const cluster::container_place& container,
                                          const std::string& file, std::int64_t bytes,
                                          std::size_t limit) {
  io::http_request request =
      cluster::container_piece_request(container, file, view.data().user, bytes, limit);
  for (int i = 0; i <= most_redirects; ++i) {
    auto response = view.http().perform(op, request);
    if (!response) return fail(std::move(response.error()));
    if (auto next = cluster::log_server_of(*response)) {
      request.url = std::move(*next);
      continue;
    }
    return cluster::read_container_piece(*response, file, bytes, limit);
  }
  return fail(status_code::unavailable, "the NodeManager's log server redirects again and again");
}

log_window window_of(cluster::container_piece piece) {
  return {std::move(piece.bytes), piece.offset, piece.size_bytes};
}

// The window of a piece that begins before `from`.
log_window window_from(cluster::container_piece piece, std::int64_t from, std::size_t limit) {
  log_window window = window_of(std::move(piece));
  const std::int64_t before =
      std::min<std::int64_t>(std::max<std::int64_t>(0, from - window.offset),
                             static_cast<std::int64_t>(window.bytes.size()));
  window.bytes.erase(0, static_cast<std::size_t>(before));
  window.offset += before;
  if (window.bytes.size() > limit) window.bytes.resize(limit);
  return window;
}

result<log_window> read_from_node(component_view& view, const io::operation& op,
                                  const cluster::container_place& container,
                                  const std::string& file, std::int64_t from, std::size_t limit) {
  if (from < 0) {
    auto piece = ask_node(view, op, container, file, -from, limit);
    if (!piece) return fail(std::move(piece.error()));
    return window_of(std::move(*piece));
  }
  auto piece = ask_node(view, op, container, file, probe_bytes, probe_bytes);
  for (int i = 0; piece && i < most_tries; ++i) {
    if (from >= piece->size_bytes) return log_window{{}, piece->size_bytes, piece->size_bytes};
    if (piece->offset <= from) return window_from(std::move(*piece), from, limit);
    const std::int64_t bytes = piece->size_bytes - from + slack_bytes;
    piece =
        ask_node(view, op, container, file, bytes, limit + static_cast<std::size_t>(slack_bytes));
  }
  if (!piece) return fail(std::move(piece.error()));
  return fail(status_code::unavailable, fmt::format("{} grows faster than it can be read", file));
}

}  // namespace

std::string command_for(const std::string& application_id, const std::string& container_id,
                        const std::string& file) {
  return fmt::format("yarn logs -applicationId {} -containerId {} -log_files {}", application_id,
                     container_id, file);
}

result<log_window> read_container_file(component_view& view, const io::operation& op,
                                       const found_container& found, const std::string& file,
                                       std::int64_t from, std::size_t limit) {
  error trouble;
  trouble.code = status_code::unavailable;
  trouble.message = fmt::format("on which node {} ran is not known", found.container.id);
  if (!found.container.node.empty()) {
    auto window = read_from_node(view, op, found.container, file, from, limit);
    if (window || op.cancelled() || window.error().code == status_code::invalid_argument)
      return window;
    trouble = std::move(window.error());
    trouble.message += fmt::format(" ({})", found.container.node);
  }
  if (!found.living) {
    cluster::aggregated_logs aggregated(view.hdfs(), view.yarn());
    auto piece = aggregated.read(op, found.user, found.container.id, file, from, limit);
    if (piece) return window_of(std::move(*piece));
    // That it is nowhere is only known where both say so.
    if (trouble.code != status_code::not_found || piece.error().code != status_code::not_found)
      trouble.code = status_code::unavailable;
    trouble.message += "; " + piece.error().message;
  }
  trouble.hint = "where YARN still has it this shows it: " +
                 command_for(found.application_id, found.container.id, file);
  return fail(std::move(trouble));
}

}  // namespace dm::logs
