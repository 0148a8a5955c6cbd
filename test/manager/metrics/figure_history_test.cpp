// The ring of figures: what it keeps, and that it stays within its bound.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/figure_history.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <cmath>

using namespace manager;
using namespace manager::metrics;
using namespace std::chrono_literals;

namespace {

component_record component(const std::string& name) {
  component_record one;
  one.application = "app";
  one.type = "flink";
  one.name = name;
  one.data = "{}";
  return one;
}

figure_sample sample(const std::string& name, figure_values values) {
  return {component(name), std::move(values), {}};
}

}  // namespace

TEST_CASE("points come in the order of their looks, with a column a name") {
  figure_history history;
  CHECK_FALSE(history.of(component("a"), true));
  history.add(1000, {sample("a", {{"x", 1}, {"y", 2}})});
  history.add(2000, {sample("a", {{"y", 3}, {"z", 4}})});
  const auto series = history.of(component("a"), true);
  REQUIRE(series);
  CHECK(series->observed_at == 2000);
  CHECK(series->names == std::vector<std::string>{"x", "y", "z"});
  REQUIRE(series->points.size() == 2);
  CHECK(series->points[0].values == std::vector<double>{1, 2});
  CHECK(std::isnan(series->points[1].values[0]));
  CHECK(series->points[1].values[1] == 3);
  CHECK(series->points[1].values[2] == 4);
  CHECK(history.of(component("a"), false)->points.empty());
}

TEST_CASE("a look without figures leaves the points and says why") {
  figure_history history;
  history.add(1000, {sample("a", {{"x", 1}})});
  history.add(2000, {{component("a"), std::nullopt, "YARN is silent"}});
  const auto series = history.of(component("a"), true);
  CHECK(series->points.size() == 1);
  CHECK_FALSE(series->current);
  CHECK(series->problem == "YARN is silent");
}

TEST_CASE("what is gone, or made anew, is forgotten") {
  figure_history history;
  history.add(1000, {sample("a", {{"x", 1}}), sample("b", {{"x", 1}})});
  component_record again = component("a");
  again.data = R"({"again":true})";
  history.add(2000, {{again, figure_values{{"x", 5}}, {}}});
  CHECK_FALSE(history.of(component("a"), true));
  CHECK_FALSE(history.of(component("b"), true));
  CHECK(history.of(again, true)->points.size() == 1);
}

TEST_CASE("points older than what is kept go") {
  figure_history history(1 << 20, 10s);
  for (int i = 0; i <= 20; ++i) history.add(i * 1000, {sample("a", {{"x", 1.0 * i}})});
  const auto series = history.of(component("a"), true);
  CHECK(series->points.size() == 11);
  CHECK(series->points.front().at == 10'000);
}

TEST_CASE("however many components and names there are, the memory stays within its bound") {
  constexpr std::size_t most = 256 << 10;
  figure_history history(most);
  std::vector<figure_sample> samples;
  for (int i = 0; i < 100; ++i) {
    figure_values values;
    for (int name = 0; name < 200; ++name) values.emplace_back(fmt::format("f{}", name), name);
    samples.push_back(sample(fmt::format("c{}", i), values));
  }
  for (int look = 0; look < 50; ++look) history.add(look * 1000, samples);
  CHECK(history.bytes() <= most);
  const auto series = history.of(component("c99"), true);
  CHECK(series->names.size() == figure_history::most_names);
  CHECK(series->current->size() == figure_history::most_names);
  CHECK_FALSE(series->points.empty());
  CHECK(series->points.back().at == 49'000);
}

TEST_CASE("names that could not stand in a metric's path are left out") {
  for (const char* bad : {"", "A", "a b", "a.b", "a;b", "../x", "a\n", "\xC3\xA4"}) {
    CAPTURE(bad);
    CHECK_FALSE(figure_history::is_figure_name(bad));
  }
  CHECK_FALSE(figure_history::is_figure_name(std::string(65, 'a')));
  CHECK(figure_history::is_figure_name("records_in_per_second"));
  figure_history history;
  history.add(1, {sample("a", {{"../x", 1}, {"good", 2}})});
  CHECK(history.of(component("a"), true)->names == std::vector<std::string>{"good"});
}
