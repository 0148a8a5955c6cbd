// How a component reports its metrics.
// SPDX-License-Identifier: Apache-2.0
#include "package/metrics_plan.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "flink/metric_reporters.h"
#include "flink/metric_scopes.h"
#include "flink/path_list.h"
#include "input/property_values.h"
#include "input/text_rules.h"

namespace dm::package {

using input::settings;
using input::shown;
using input::split_list;

namespace {

constexpr std::string_view list_key = "metrics.reporters";
constexpr std::string_view reporter_keys = "metrics.reporter.";
constexpr std::string_view reporters_property = "component_flink_metrics_reporters";

// The reporter's name in metrics.reporter.<name>.factory.class or .class; empty: another key.
std::string_view reporter_defined_by(std::string_view key) {
  if (!key.starts_with(reporter_keys)) return {};
  key.remove_prefix(reporter_keys.size());
  const std::size_t dot = std::min(key.find('.'), key.size());
  const std::string_view rest = key.substr(dot);
  return rest == ".factory.class" || rest == ".class" ? key.substr(0, dot) : std::string_view();
}

class planner {
 public:
  planner(const settings& settings, const component::component_name& name,
          const descriptor& descriptor, const flink::version& installed, key_values& configuration)
      : settings_(settings),
        name_(name),
        descriptor_(descriptor),
        installed_(installed),
        configuration_(configuration) {}

  metrics_plan plan() {
    const auto wanted = wanted_reporters();
    for (const std::string& reporter : wanted) set_up(*flink::find_metric_reporter(reporter));
    if (descriptor_.metrics.reporters) set_list();
    const bool by_scope =
        std::any_of(out_.reporters.begin(), out_.reporters.end(), [](const std::string& reporter) {
          return flink::find_metric_reporter(reporter)->by_scope;
        });
    if (by_scope || descriptor_.metrics.names_a_scope()) set_scopes();
    return std::move(out_);
  }

 private:
  // Set by the node's defaults, by the component or by an option of its.
  const std::string* given(std::string_view key) const {
    const std::string* option = find_value(descriptor_.option_configuration, key);
    return option != nullptr ? option : find_value(configuration_, key);
  }
  void set_default(std::string_view key, const std::string& value) {
    if (given(key) == nullptr) set_value(configuration_, key, value);
  }
  static std::string key_of(std::string_view reporter, std::string_view member) {
    return fmt::format("{}{}.{}", reporter_keys, reporter, member);
  }

  std::vector<std::string> wanted_reporters() {
    if (descriptor_.metrics.reporters) return *descriptor_.metrics.reporters;
    std::vector<std::string> usual;
    if (settings_.metrics.reporters) {
      usual = *settings_.metrics.reporters;
    } else if (!settings_.metrics.graphite.empty()) {
      usual = {"graphite"};
    }
    // Flink starts those of the list only, and whoever gives one means it.
    const std::string* list = given(list_key);
    if (list == nullptr || usual.empty()) return usual;
    const auto listed = split_list(*list);
    std::erase_if(usual, [&](const std::string& one) {
      const bool out = std::find(listed.begin(), listed.end(), one) == listed.end();
      if (out) {
        warn(fmt::format("{} is not told anything: {} is {}, without it", one, list_key,
                         shown(*list)));
      }
      return out;
    });
    return usual;
  }

  void warn(std::string message) {
    add_warning(out_.warnings, {property_path(reporters_property), std::move(message)});
  }

  // What a component asks for must be there; what it would have by default is left out, and said.
  void cannot(const flink::metric_reporter& reporter, const std::string& why,
              const std::string& remedy) {
    if (descriptor_.metrics.reporters) {
      out_.problems.push_back(
          {property_path(reporters_property), fmt::format("{}: {}", reporter.name, why), remedy});
    } else {
      warn(fmt::format("{} is not told anything: {}; {}", reporter.name, why, remedy));
    }
  }

  void set_up(const flink::metric_reporter& reporter) {
    const std::string& address = reporter.name == "graphite" ? settings_.metrics.graphite
                                 : reporter.name == "statsd" ? settings_.metrics.statsd
                                                             : no_address_;
    const bool needs_address = reporter.name == "graphite" || reporter.name == "statsd";
    if (needs_address && address.empty() && given(key_of(reporter.name, "host")) == nullptr) {
      return cannot(reporter, "no host is known",
                    reporter.name == "graphite"
                        ? "graphite_host in the deployment manager's environment, or the setting "
                          "metrics_graphite of the plugin"
                        : "the setting metrics_statsd of the plugin");
    }
    if (!find_jar(reporter)) return;
    out_.reporters.emplace_back(reporter.name);
    if (given(key_of(reporter.name, "class")) == nullptr)
      set_default(key_of(reporter.name, "factory.class"), std::string(reporter.factory));
    if (!address.empty()) {
      const std::size_t colon = address.rfind(':');
      set_default(key_of(reporter.name, "host"), address.substr(0, colon));
      set_default(key_of(reporter.name, "port"), address.substr(colon + 1));
    }
    if (reporter.name == "graphite") set_default(key_of(reporter.name, "protocol"), "TCP");
    // Several JobManagers and TaskManagers share a host.
    if (reporter.name == "prometheus")
      set_default(key_of(reporter.name, "port"), settings_.metrics.prometheus_ports);
    if (reporter.pushes) {
      set_default(key_of(reporter.name, "interval"),
                  fmt::format("{} SECONDS", descriptor_.metrics.interval_sec.value_or(
                                                settings_.metrics.interval_sec)));
    }
  }

  bool find_jar(const flink::metric_reporter& reporter) {
    const auto jar = flink::find_reporter_jar(settings_.flink_home, reporter);
    if (!jar) {
      cannot(reporter, jar.error().message, jar.error().hint);
      return false;
    }
    if (!jar->loaded) {
      out_.ship.push_back(jar->path);
    } else if (jar->plugin && plugins_stay_behind()) {
      out_.ship.push_back(std::filesystem::path(jar->path).parent_path().string());
    }
    return true;
  }

  // With the libraries on HDFS the client takes nothing from its own plugins: they must be there,
  // too, or the job runs without a reporter and without a word (seen on 1.13.6 and 1.20.5).
  bool plugins_stay_behind() const {
    const std::string* provided = given("yarn.provided.lib.dirs");
    if (provided == nullptr || provided->empty()) return false;
    for (std::string_view directory : flink::split_paths(*provided)) {
      while (directory.ends_with('/')) directory.remove_suffix(1);
      if (directory.ends_with("/plugins")) return false;
    }
    return true;
  }

  // Those of the property, and those that somebody has defined by keys of Flink's own. An empty
  // list would mean all that Flink can find.
  void set_list() {
    std::set<std::string, std::less<>> names(out_.reporters.begin(), out_.reporters.end());
    const auto add_defined = [&](const key_values& entries) {
      for (const auto& [key, value] : entries) {
        if (const auto name = reporter_defined_by(key); !name.empty()) names.emplace(name);
      }
    };
    add_defined(configuration_);
    add_defined(descriptor_.option_configuration);
    set_value(configuration_, list_key,
              names.empty() ? "none" : fmt::format("{}", fmt::join(names, ",")));
  }

  void set_scopes() {
    out_.names_metrics = true;
    const std::string prefix = metric_prefix(name_) + ".";
    for (const flink::metric_scope scope : flink::metric_scopes) {
      const std::string key(flink::scope_key(installed_, scope));
      const std::string& chosen = descriptor_.metrics.scope(scope);
      use_one_spelling(scope, key);
      if (!chosen.empty()) {
        set_value(configuration_, key, prefix + chosen);
      } else {
        set_default(key, prefix + std::string(flink::default_scope(scope)));
      }
    }
    set_default(flink::jm_operator_key, prefix + std::string(flink::jm_operator_scope));
  }

  // The other spelling of the key reads the same, but could not stand beside what is set here.
  void use_one_spelling(flink::metric_scope scope, const std::string& key) {
    const auto of_scope = [&](const auto& entry) {
      return flink::scope_of_key(entry.first) == scope;
    };
    const auto last = std::find_if(configuration_.rbegin(), configuration_.rend(), of_scope);
    if (last == configuration_.rend()) return;
    const std::string value = last->second;
    std::erase_if(configuration_, of_scope);
    set_value(configuration_, key, value);
  }

  const settings& settings_;
  const component::component_name& name_;
  const descriptor& descriptor_;
  const flink::version& installed_;
  key_values& configuration_;
  const std::string no_address_;
  metrics_plan out_;
};

}  // namespace

std::string metric_prefix(const component::component_name& name) {
  return fmt::format("application.kpi.{}.{}", name.application, name.component);
}

metrics_plan plan_metrics(const settings& settings, const component::component_name& name,
                          const descriptor& descriptor, const flink::version& installed,
                          key_values& configuration) {
  return planner(settings, name, descriptor, installed, configuration).plan();
}

}  // namespace dm::package
