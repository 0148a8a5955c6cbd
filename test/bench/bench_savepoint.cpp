// What a savepoint costs beyond Flink's own part of it: the time of the verb, from call to reply,
// as a multiple of what the JobManager itself measured. On a real cluster, of a component that
// runs.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "lifecycle/savepoint_trigger.h"

namespace {

using namespace dm;

// The JobManager tells the duration from statistics that it keeps for rest.cache.checkpoint-
// statistics.timeout, by default 3 s: whoever asks right after the round before gets its picture.
constexpr std::chrono::milliseconds between_rounds{3500};

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

template <class T>
T value_of(result<T> answer) {
  if (!answer) throw std::runtime_error(answer.error().text());
  return std::move(*answer);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

void run(const std::string& environment, const std::string& component, int rounds) {
  context::session session(value_of(input::read_settings(content_of(environment), ".")));
  const io::json_document request = value_of(io::parse_json(content_of(component), component));
  const component::component_name name{io::string_member_or(request, "namespace", ""),
                                       io::string_member_or(request, "application", ""),
                                       io::string_member_or(request, "component", "")};
  const io::json_value* data = io::member(request, "data");
  if (data == nullptr) throw std::runtime_error(component + " has no \"data\"");
  lifecycle::trigger_request trigger;
  trigger.data = value_of(input::read_component_data(*data, name));
  std::vector<double> calls;
  std::vector<double> flinks;
  std::vector<double> added;
  std::vector<double> ratios;
  for (int i = 0; i < rounds; ++i) {
    if (i != 0) std::this_thread::sleep_for(between_rounds);
    const auto begin = std::chrono::steady_clock::now();
    const auto reply =
        lifecycle::trigger(session, io::operation::within(std::chrono::minutes(5)), trigger);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (reply.failure) throw std::runtime_error(reply.failure->text());
    calls.push_back(took.count());
    // Not known where somebody else had asked for the statistics just before.
    if (reply.savepoint->duration_ms == 0) continue;
    flinks.push_back(static_cast<double>(reply.savepoint->duration_ms));
    added.push_back(took.count() - flinks.back());
    ratios.push_back(took.count() / flinks.back());
  }
  fmt::print("{} savepoints of {}\n\n", rounds, name.text());
  fmt::print("  {:<36}{:>10}{:>10}{:>10}\n", "", "least", "median", "most");
  const auto row = [](std::string_view title, const std::vector<double>& values,
                      std::string_view unit) {
    fmt::print("  {:<36}{:>7.1f} {:<2}{:>7.1f} {:<2}{:>7.1f} {:<2}\n", title,
               *std::min_element(values.begin(), values.end()), unit, median(values), unit,
               *std::max_element(values.begin(), values.end()), unit);
  };
  row("from call to reply", calls, "ms");
  if (flinks.empty()) {
    fmt::print("  Flink told its own duration of none of them\n");
    return;
  }
  fmt::print("  of {} of them Flink told its own duration:\n", flinks.size());
  row("Flink's own end_to_end_duration", flinks, "ms");
  row("what the call adds to that", added, "ms");
  row("the call as a multiple of Flink's", ratios, "x");
}

}  // namespace

int main(int argc, char** argv) {
  std::string environment;
  std::string component;
  int rounds = 10;
  CLI::App app{"Triggers savepoints of a running component and compares with what Flink measured.",
               "bench_savepoint"};
  app.add_option("--environment", environment, "the document of open()")->required();
  app.add_option("--component", component, "a JSON file: namespace, application, component, data")
      ->required();
  app.add_option("--rounds", rounds, "how many savepoints")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    run(environment, component, rounds);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench_savepoint: {}\n", problem.what());
    return 1;
  }
  return 0;
}
