// What is asked about one job for its figures, and what comes of the answers.
// SPDX-License-Identifier: Apache-2.0
#include "observation/figure_questions.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "flink/job_manager.h"

namespace dm::observation {

namespace {

// In the order of the first round.
enum first_round : std::size_t { of_job, of_checkpoints, of_restarts };

// Of the vertices for which it holds; nullopt where there is none, or one of them does not tell.
using told_by = std::function<std::optional<double>(std::size_t)>;
std::optional<double> sum_of(std::size_t count, const std::function<bool(std::size_t)>& concerns,
                             const told_by& told) {
  std::optional<double> sum;
  for (std::size_t i = 0; i < count; ++i) {
    if (!concerns(i)) continue;
    const auto one = told(i);
    if (!one) return std::nullopt;
    sum = sum.value_or(0) + *one;
  }
  return sum;
}

// Sources before 1.14, and sinks, count on one of their two sides only. One side that tells nothing
// but 0 of a vertex that is both is no figure.
std::optional<double> larger(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a) return b;
  return b ? std::max(*a, *b) : *a;
}

std::optional<double> as_number(const std::optional<std::int64_t>& value) {
  return value ? std::optional<double>(static_cast<double>(*value)) : std::nullopt;
}

}  // namespace

figure_questions::figure_questions(std::string address, std::string job_id)
    : address_(std::move(address)), job_id_(std::move(job_id)) {}

std::size_t figure_questions::asked_vertices() const {
  return flow_ ? std::min(flow_->vertices.size(), most_vertices_asked) : 0;
}

std::vector<std::size_t> figure_questions::asked_sources() const {
  std::vector<std::size_t> sources;
  for (std::size_t i = 0; i < asked_vertices() && sources.size() < most_sources_asked; ++i) {
    if (flow_->vertices[i].source) sources.push_back(i);
  }
  return sources;
}

std::vector<io::http_request> figure_questions::requests(int round) const {
  std::vector<io::http_request> list;
  if (failure_) return list;
  if (round == 1) {
    list = {flink::job_flow_request(address_, job_id_),
            flink::checkpoints_request(address_, job_id_),
            flink::restarts_request(address_, job_id_)};
  } else if (round == 2) {
    for (std::size_t i = 0; i < asked_vertices(); ++i)
      list.push_back(flink::vertex_rates_request(address_, job_id_, flow_->vertices[i].id));
    for (const std::size_t i : asked_sources())
      list.push_back(flink::vertex_metric_names_request(address_, job_id_, flow_->vertices[i].id));
  } else {
    for (const std::size_t i : asked_sources()) {
      if (!vertices_[i].lag_names.empty())
        list.push_back(flink::vertex_lag_request(address_, job_id_, flow_->vertices[i].id,
                                                 vertices_[i].lag_names));
    }
  }
  for (io::http_request& request : list) request.max_body_bytes = flink::largest_figures;
  return list;
}

void figure_questions::take_job(std::size_t index, const result<io::http_response>& answer) {
  if (index == of_job) {
    auto flow = answer ? flink::read_job_flow(*answer, address_)
                       : result<flink::job_flow>(fail(answer.error()));
    if (!flow) {
      failure_ = std::move(flow.error());
      return;
    }
    flow_ = std::move(*flow);
    vertices_.resize(asked_vertices());
    return;
  }
  if (!answer) return;
  if (index == of_restarts) {
    if (auto restarts = flink::read_restarts(*answer, address_)) restarts_ = *restarts;
    return;
  }
  // A job that takes no checkpoints answers 404, and has no figures of them.
  if (answer->status != 200) return;
  if (auto checkpoints = flink::read_checkpoints(*answer, address_))
    checkpoints_ = std::move(*checkpoints);
}

void figure_questions::take(int round, std::size_t index, const result<io::http_response>& answer) {
  if (round == 1) return take_job(index, answer);
  if (!answer || !flow_) return;
  if (round == 2 && index < asked_vertices()) {
    if (auto rates = flink::read_vertex_rates(*answer, address_)) vertices_[index].rates = *rates;
    return;
  }
  auto sources = asked_sources();
  if (round == 2) {
    if (auto names = flink::read_lag_names(*answer, address_))
      vertices_[sources.at(index - asked_vertices())].lag_names = std::move(*names);
    return;
  }
  std::erase_if(sources, [&](std::size_t i) { return vertices_[i].lag_names.empty(); });
  if (auto lag = flink::read_vertex_lag(*answer, address_)) vertices_[sources.at(index)].lag = *lag;
}

void figure_questions::add_records(figure_list& list) const {
  const auto& all = flow_->vertices;
  const auto source = [&](std::size_t i) { return all[i].source; };
  const auto sink = [&](std::size_t i) { return all[i].sink; };
  const auto put = [&](std::string_view name, const std::optional<double>& value) {
    if (value) list.emplace_back(name, *value);
  };
  const auto records = [&](std::size_t i) {
    const auto most = larger(as_number(all[i].records_read), as_number(all[i].records_written));
    return all[i].source && all[i].sink && most == 0 ? std::nullopt : most;
  };
  put("records_in", sum_of(all.size(), source, records));
  put("records_out", sum_of(all.size(), sink, records));
  // Of some of the vertices there would be a part of the sum.
  if (vertices_.size() != all.size()) return;
  const auto rates = [&](std::size_t i) {
    const auto most = larger(vertices_[i].rates.records_in, vertices_[i].rates.records_out);
    return all[i].source && all[i].sink && most == 0 ? std::nullopt : most;
  };
  put("records_in_per_second", sum_of(all.size(), source, rates));
  put("records_out_per_second", sum_of(all.size(), sink, rates));
}

figure_list figure_questions::figures() const {
  figure_list list;
  if (!flow_) return list;
  const bool running = flow_->state == "RUNNING" && flow_->running_since_ms > 0;
  // As doubles: a job may tell any number, and these must not overflow.
  const auto since = [&](double then_ms) {
    return std::max(0.0, static_cast<double>(flow_->now_ms) - then_ms);
  };
  list.emplace_back("uptime_ms", running ? since(static_cast<double>(flow_->running_since_ms)) : 0);
  list.emplace_back("running_tasks", static_cast<double>(flow_->tasks_running));
  if (restarts_) list.emplace_back("restarts", static_cast<double>(*restarts_));
  if (checkpoints_) {
    list.emplace_back("checkpoints_completed", static_cast<double>(checkpoints_->completed_count));
    list.emplace_back("checkpoints_failed", static_cast<double>(checkpoints_->failed_count));
    if (const auto& last = checkpoints_->latest_completed) {
      list.emplace_back("checkpoint_age_ms", since(static_cast<double>(last->triggered_ms) +
                                                   static_cast<double>(last->duration_ms)));
      list.emplace_back("checkpoint_bytes", static_cast<double>(last->size_bytes));
      list.emplace_back("checkpoint_duration_ms", static_cast<double>(last->duration_ms));
    }
  }
  add_records(list);
  std::optional<double> busy;
  std::optional<double> back_pressured;
  std::optional<double> lag;
  for (const asked_vertex& one : vertices_) {
    busy = larger(busy, one.rates.busy_max);
    back_pressured = larger(back_pressured, one.rates.back_pressured_max);
    if (one.lag) lag = lag.value_or(0) + *one.lag;
  }
  if (busy) list.emplace_back("busy_max_permille", *busy);
  if (back_pressured) list.emplace_back("back_pressured_max_permille", *back_pressured);
  if (lag) list.emplace_back("lag_records", *lag);
  return list;
}

}  // namespace dm::observation
