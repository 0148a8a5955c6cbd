// The components as the Deployment Manager saw them last.
// SPDX-License-Identifier: Apache-2.0
#include "health/component_figures.h"

#include <catch2/catch.hpp>

using namespace dm::health;

namespace {

// As the Deployment Manager writes it.
class metrics {
 public:
  metrics& looked(const std::string& seconds) {
    text_ += "deployment_manager_component_figures_age_seconds " + seconds + "\n";
    return *this;
  }
  metrics& component(const std::string& name, const std::string& state,
                     const std::string& watched = "true",
                     const std::string& confidence = "confirmed",
                     const std::string& type = "flink") {
    text_ += "deployment_manager_component_state{application=\"app\",type=\"" + type +
             "\",component=\"" + name + "\",state=\"" + state + "\",confidence=\"" + confidence +
             "\",watched=\"" + watched + "\"} 1\n";
    return *this;
  }
  metrics& checkpoint(const std::string& name, const std::string& seconds) {
    text_ +=
        "deployment_manager_component_checkpoint_age_seconds{application=\"app\",type=\"flink\","
        "component=\"" +
        name + "\"} " + seconds + "\n";
    return *this;
  }
  finding judged(const limits& limit = {}) const {
    const auto seen = read_components(text_);
    REQUIRE(seen);
    finding found;
    judge_components(*seen, limit, found);
    return found;
  }

 private:
  std::string text_ = "# TYPE process_x gauge\nprocess_x 1\n";
};

bool tells(const finding& found, level severity, const std::string& words) {
  for (const cause& why : found.causes) {
    if (why.severity == severity && why.text.find(words) != std::string::npos) return true;
  }
  return false;
}

std::int64_t number(const finding& found, const std::string& metric) {
  for (const figure& one : found.figures) {
    if (one.metric == metric) return std::get<std::int64_t>(one.value);
  }
  return -1;
}

}  // namespace

TEST_CASE("all well is OK, and counted") {
  const finding found = metrics()
                            .looked("1.5")
                            .component("a", "RUNNING")
                            .checkpoint("a", "60")
                            .component("b", "STOPPED", "")
                            .component("c", "COMPLETED", "")
                            .judged();
  CHECK(found.severity() == level::ok);
  CHECK(number(found, "flink.components_count") == 3);
  CHECK(number(found, "flink.components_failed_count") == 0);
}

TEST_CASE("FAILED is an ERROR unless the settings say otherwise") {
  const metrics seen = metrics().looked("1").component("a", "FAILED", "").component("b", "FAILED");
  CHECK(tells(seen.judged(), level::error, "FAILED components: app/a, app/b"));
  CHECK(number(seen.judged(), "flink.components_failed_count") == 2);
  limits limit;
  limit.failed_components = level::warn;
  CHECK(seen.judged(limit).severity() == level::warn);
  limit.failed_components = level::ok;
  CHECK(seen.judged(limit).severity() == level::ok);
}

TEST_CASE("BACKOFF, nobody who watches, and what is not certain are a WARN") {
  const finding found = metrics()
                            .looked("1")
                            .component("a", "BACKOFF")
                            .component("b", "RUNNING", "false")
                            .component("c", "RUNNING", "", "stale")
                            .component("d", "UNKNOWN", "", "unknown")
                            .judged();
  CHECK(found.severity() == level::warn);
  CHECK(tells(found, level::warn, "BACKOFF, after a failure: app/a"));
  CHECK(tells(found, level::warn, "unwatched, so that nothing would bring them up again: app/b"));
  CHECK(tells(found, level::warn, "could not be told for certain: app/c, app/d"));
}

TEST_CASE("a checkpoint is too old beyond its limit, of what runs") {
  const metrics seen = metrics()
                           .looked("1")
                           .component("a", "RUNNING")
                           .checkpoint("a", "7300")
                           .component("b", "STOPPED")
                           .checkpoint("b", "7300")
                           .component("c", "RUNNING");
  CHECK(tells(seen.judged(), level::warn, "checkpoint is too old: app/a (2 h, limit 60 min)"));
  CHECK(seen.judged().causes.size() == 1);
  limits own;
  own.checkpoint_age_of["app/a"] = 8000;
  CHECK(seen.judged(own).severity() == level::ok);
  limits off;
  off.checkpoint_age_s = 0;
  CHECK(seen.judged(off).severity() == level::ok);
}

TEST_CASE("what was not looked at, or long ago, could not be told: WARN, and no figure") {
  const finding never = metrics().component("a", "FAILED").judged();
  CHECK(tells(never, level::warn, "has not looked at them yet"));
  CHECK(never.severity() == level::warn);
  CHECK(never.figures.empty());
  const finding old = metrics().looked("301").component("a", "FAILED").judged();
  CHECK(tells(old, level::warn, "looked at them 5 min ago"));
  CHECK(old.severity() == level::warn);
  CHECK(metrics().looked("NaN").judged().severity() == level::warn);
}

TEST_CASE("components of other types are none of Flink's") {
  const finding found =
      metrics().looked("1").component("a", "FAILED", "", "confirmed", "spark").judged();
  CHECK(found.severity() == level::ok);
  CHECK(number(found, "flink.components_count") == 0);
}

TEST_CASE("of very many the first are named and the others counted") {
  metrics seen = metrics().looked("1");
  for (int i = 100; i < 350; ++i) seen.component("c" + std::to_string(i), "BACKOFF");
  const finding found = seen.judged();
  REQUIRE(found.causes.size() == 1);
  CHECK(tells(found, level::warn, "app/c109 and 240 more"));
}

TEST_CASE("a name that would write to a terminal does not") {
  const finding found = metrics().looked("1").component("a\x1b[2J", "FAILED").judged();
  CHECK(found.causes.front().text.find('\x1b') == std::string::npos);
}

TEST_CASE("what is not Prometheus' format is refused") {
  CHECK_FALSE(read_components("<html>no</html>"));
}
