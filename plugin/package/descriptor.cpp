// The descriptor's rules, property by property.
// SPDX-License-Identifier: Apache-2.0
#include "package/descriptor.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "input/property_values.h"
#include "input/text_rules.h"
#include "io/ascii_case.h"

namespace dm::package {

using input::invalid;
using input::is_configuration_key;
using input::is_environment_name;
using input::refused_environment_reason;
using input::secret_name;
using input::shown;

namespace {

constexpr std::size_t most_user_tags = 7;  // YARN's 10 without dm-fleet-, dm-component-, dm-epoch-

// Delegation tokens are a subject of Flink's, whose keys hold no token.
constexpr std::string_view delegation_tokens = "security.delegation.token";
constexpr std::string_view no_secret_key =
    "a key that holds no secret, since the value would stand in process lists and logs: put this "
    "one into Flink's "
    "configuration file on the node";

class reader {
 public:
  reader(const property_map& properties, const component::component_name& name,
         const std::optional<flink::version>& installed, references references)
      : all_(properties), name_(name), installed_(installed), in_(properties, references) {}

  descriptor_reading read() {
    if (all_.size() > most_properties) {
      result_.problems.push_back({"$.properties", fmt::format("{} properties", all_.size()),
                                  fmt::format("at most {}", most_properties)});
      return std::move(result_);
    }
    read_names();
    read_program();
    read_version();
    read_submission();
    read_arguments();
    read_behaviour();
    read_schedule();
    read_libraries();
    read_class_data();
    read_state();
    read_logging();
    read_resources();
    read_profile();
    read_configuration();
    read_environment();
    read_tags();
    read_options();
    out_.metrics = read_metrics(in_, out_.configuration, out_.option_configuration);
    result_.problems = std::move(in_.problems);
    result_.warnings = std::move(in_.warnings);
    return std::move(result_);
  }

 private:
  void read_names() {
    static constexpr std::array<std::string_view, 3> of_the_host = {
        "component_application", "component_name", "component_hdfs_root"};
    for (const property& given : all_) {
      if (!given.name.starts_with("component_") || find_property_name(given.name) != nullptr)
        continue;
      // Hosts put component_ before the names that a package or a creation gives.
      if (const std::string_view own = std::string_view(given.name).substr(10);
          find_property_name(own) != nullptr) {
        in_.refuse(given.name, shown(own),
                   fmt::format("{}, in a package and in a creation: component_ is put before it "
                               "there",
                               own.substr(10)));
        continue;
      }
      if (std::find(of_the_host.begin(), of_the_host.end(), given.name) != of_the_host.end())
        continue;
      const auto meant = nearest_property_name(given.name);
      if (given.name.starts_with("component_flink_")) {
        in_.refuse(given.name, "an unknown property",
                   meant ? fmt::format("a known property: {}?", *meant)
                         : "a known property; names beginning with component_flink_ are reserved");
      } else if (meant && meant->size() <= given.name.size() + 2 &&
                 given.name.size() <= meant->size() + 2) {
        in_.warn(given.name, fmt::format("a property of your own; {} was not meant?", *meant));
      }
    }
  }

  void read_program() {
    const bool jar = in_.given("component_main_jar");
    const bool python = in_.given("component_main_py");
    if (jar && python) {
      in_.refuse("component_main_py", "component_main_jar is given too",
                 "one of the two: a component is one program");
    }
    if (!jar && !python) {
      in_.refuse("component_main_jar", "neither component_main_jar nor component_main_py",
                 "main_jar for a Java program (main_class only if its manifest names none), "
                 "main_py for a Python one");
    }
    out_.main_jar = in_.valid_text("component_main_jar").value_or("");
    out_.main_class = in_.valid_text("component_main_class").value_or("");
    out_.main_python = in_.valid_text("component_main_py").value_or("");
    out_.python_files = in_.list("component_py_files");
    out_.python_executable = in_.valid_text("component_flink_python_executable").value_or("");
    out_.python_client_executable =
        in_.valid_text("component_flink_python_client_executable").value_or("");
    static constexpr std::array<std::string_view, 3> for_python = {
        "component_py_files", "component_flink_python_executable",
        "component_flink_python_client_executable"};
    for (const std::string_view property : for_python) {
      if (jar && !python && in_.given(property))
        in_.warn(property, "has no effect on a Java program");
    }
    if (python && !jar && in_.given("component_main_class")) {
      in_.warn("component_main_class", "has no effect on a Python program");
    }
  }

  void read_version() {
    const auto wanted = in_.valid_text("component_flink_version");
    if (!wanted) return;
    out_.wanted_version = *wanted;
    // D-2: the version selects nothing, it is a condition.
    if (installed_ && !flink::version_has_prefix(*installed_, *wanted)) {
      in_.refuse(
          "component_flink_version", *wanted,
          fmt::format(
              "{}, which is installed on this node, or its first parts; or leave the property out",
              installed_->text));
    }
  }

  void read_submission() {
    constexpr std::string_view name = "component_flink_submission";
    const bool newer = installed_ && installed_->major >= 2;
    out_.submission = newer ? flink::submission_mode::application : flink::submission_mode::per_job;
    const auto text = in_.text(name);
    if (!text) return;
    if (*text == "auto") {
      choose_submission();
      return;
    }
    const auto mode = flink::parse_submission_mode(*text);
    if (!mode) {
      in_.refuse_value(name, *text);
      return;
    }
    out_.submission = *mode;
    if (*mode == flink::submission_mode::direct && out_.python()) {
      in_.refuse(name, *text, "application or auto: a Python program needs Flink's client");
      return;
    }
    if (installed_ && flink::known_version(*installed_)) {
      flink::submission trial;
      trial.mode = *mode;
      trial.flink_command = "/flink";
      trial.main_jar = "/program.jar";
      if (auto command = flink::render_command(*installed_, trial); !command) {
        in_.refuse(name, *text,
                   command.error().message +
                       (command.error().hint.empty() ? "" : "; " + command.error().hint));
      }
    }
    if (*mode == flink::submission_mode::attached) {
      in_.warn(name,
               "the client is a part of an attached run: when it ends, by a restart of supervisord "
               "or of this "
               "node for instance, the run is cancelled and counts as failed");
    }
  }

  void read_arguments() {
    // What carries them directly can carry line ends where the version's file can.
    const bool direct = out_.submission == flink::submission_mode::direct;
    out_.arguments = in_.arguments("component_application_args", direct);
  }

  // What else speaks against a direct submission is seen when the whole of it is known.
  void choose_submission() {
    out_.submission_chosen = true;
    out_.submission = flink::submission_mode::direct;
    if (!out_.python()) return;
    out_.submission_reason = "a Python program needs Flink's client";
    const bool old = installed_ && installed_->major == 1 && installed_->minor < 15;
    out_.submission = old ? flink::submission_mode::per_job : flink::submission_mode::application;
  }

  void read_behaviour() {
    if (const auto text = in_.text("component_flink_job_type")) {
      if (const auto type = component::parse_job_type(*text)) {
        out_.job_type = *type;
      } else {
        in_.refuse_value("component_flink_job_type", *text);
      }
    }
    const bool batch = out_.job_type == component::job_type::batch;
    out_.respawn = batch ? component::respawn::never : component::respawn::always;
    if (const auto text = in_.text("component_respawn_type")) {
      if (const auto respawn = component::parse_respawn(*text)) {
        out_.respawn = *respawn;
        if (*text == "on-success") {
          in_.warn("component_respawn_type",
                   "on-success is read as no: a job that ended well is not run again");
        }
      } else {
        in_.refuse_value("component_respawn_type", *text);
      }
    }
    constexpr std::int64_t second = 1'000;
    // A pause of zero would never grow by doubling.
    out_.respawn_delay_ms =
        std::max<std::int64_t>(in_.integer("component_respawn_timeout_sec").value_or(2), 1) *
        second;
    out_.restart_attempts =
        static_cast<int>(in_.integer("component_flink_restart_attempts").value_or(3));
    out_.restart_window_ms =
        in_.integer("component_flink_restart_window_sec").value_or(600) * second;
    out_.submission_timeout_ms =
        in_.integer("component_flink_submission_timeout_sec").value_or(900) * second;
    out_.retry_after_give_up_ms =
        in_.integer("component_flink_retry_after_give_up_sec").value_or(0) * second;
    out_.incident_retention_count =
        in_.integer("component_flink_incident_retention_count").value_or(20);
    out_.incident_retention_age_ms =
        in_.integer("component_flink_incident_retention_age_sec").value_or(2'592'000) * second;
    out_.generates_properties = find_property(all_, "component_no_auto_props") == nullptr;
    out_.job_name = fmt::format("{}-{}-job", name_.application, name_.component);
    const auto job_name = in_.text("component_job_name");
    if (job_name && (job_name->size() > 255 || job_name->front() == '-')) {
      in_.refuse("component_job_name", shown(*job_name),
                 "1 to 255 bytes of text on one line, not beginning with a hyphen");
    } else if (job_name) {
      out_.job_name = *job_name;
    }
  }

  // Its members are taken as they are: nothing is put in for references.
  void read_schedule() {
    constexpr std::string_view name = "component_flink_schedule";
    const property* given = find_property(all_, name);
    if (given == nullptr || given->value->IsNull()) return;
    const io::json_value* value = given->value;
    // An override on a command line is a text.
    std::optional<io::json_document> parsed;
    if (value->IsString()) {
      if (auto document = io::parse_json(io::view(*value), "the property")) {
        parsed = std::move(*document);
        value = &*parsed;
      }
    }
    oozie::schedule_reading reading = oozie::read_schedule(*value);
    for (const problem& one : reading.problems)
      in_.refuse(std::string(name) + one.path, shown(one.found), one.allowed);
    for (const problem& one : reading.warnings) in_.warn(std::string(name) + one.path, one.found);
    if (out_.job_type != component::job_type::batch) {
      in_.refuse(name, "a schedule of a streaming job, which has no end",
                 "component_flink_job_type batch with it, or no schedule");
    }
    if (in_.integer("component_flink_retry_after_give_up_sec").value_or(0) != 0) {
      in_.refuse("component_flink_retry_after_give_up_sec", "given with a schedule",
                 "one of the two: a run that has failed is followed by the next one");
    }
    out_.schedule = std::move(reading.schedule);
  }

  void read_libraries() {
    constexpr std::string_view name = "component_flink_libraries";
    const auto text = in_.text(name);
    if (!text) return;
    if (*text != "hdfs" && *text != "local") return in_.refuse_value(name, *text);
    out_.provided_libraries = *text == "hdfs";
  }

  void read_class_data() {
    constexpr std::string_view name = "component_flink_class_data";
    const auto text = in_.text(name);
    if (!text) return;
    if (*text != "on" && *text != "off") return in_.refuse_value(name, *text);
    out_.class_data = *text == "on";
    if (!out_.class_data) return;
    // Flink's client gives containers single files, whose times are those of their arrival.
    if (out_.submission != flink::submission_mode::direct && !out_.submission_chosen) {
      in_.refuse(name, "on, and Flink's client submits the job",
                 "off, or component_flink_submission direct or auto");
    } else if (!out_.provided_libraries) {
      in_.refuse(name, "on, and Flink's libraries are local",
                 "off, or component_flink_libraries hdfs");
    }
  }

  void read_state() {
    constexpr std::string_view name = "component_flink_state";
    const bool batch = out_.job_type == component::job_type::batch;
    out_.state = component::default_state_policy(out_.job_type);
    if (const auto text = in_.text(name)) {
      const auto policy = component::parse_state_policy(*text);
      if (!policy) {
        in_.refuse_value(name, *text);
      } else if (batch && *policy == component::state_policy::required) {
        in_.refuse(name, "required, for a batch job",
                   "optional or none: a batch job takes no checkpoints and has no savepoint to "
                   "start from");
      } else {
        out_.state = *policy;
      }
    }
    constexpr std::int64_t second = 1'000;
    out_.checkpoint_retention_runs =
        static_cast<int>(in_.integer("component_flink_checkpoint_retention_runs").value_or(2));
    out_.retention.count = in_.integer("component_flink_savepoint_retention_count").value_or(0);
    out_.retention.age_ms =
        in_.integer("component_flink_savepoint_retention_age_sec").value_or(0) * second;
    out_.retention.size_bytes =
        in_.size_bytes("component_flink_savepoint_retention_bytes").value_or(0);
  }

  void read_logging() {
    for (const std::string_view name :
         {"component_flink_log_level", "component_flink_log_pattern",
          "component_flink_log_file_size", "component_flink_log_files"})
      out_.logging.given = out_.logging.given || in_.given(name);
    if (auto level = in_.valid_text("component_flink_log_level"))
      out_.logging.level = std::move(*level);
    if (auto pattern = in_.valid_text("component_flink_log_pattern"))
      out_.logging.pattern = std::move(*pattern);
    out_.logging.file_bytes =
        in_.size_bytes("component_flink_log_file_size").value_or(logging::default_file_bytes);
    out_.logging.files = in_.integer("component_flink_log_files").value_or(logging::default_files);
  }

  void read_resources() {
    out_.parallelism = in_.integer("component_flink_parallelism");
    out_.slots = in_.integer("component_flink_slots");
    out_.jobmanager_memory_bytes = in_.memory_bytes("component_flink_jobmanager_memory");
    out_.taskmanager_memory_bytes = in_.memory_bytes("component_flink_taskmanager_memory");
    out_.queue = in_.valid_text("component_flink_queue").value_or("");
  }

  void read_profile() {
    constexpr std::string_view name = "component_flink_profile";
    const auto text = in_.text(name);
    if (!text) return;
    out_.profile = input::parse_start_profile(*text);
    if (!out_.profile) in_.refuse_value(name, *text);
  }

  void read_configuration() {
    constexpr std::string_view name = "component_flink_configuration";
    out_.configuration = in_.object(name, [](std::string_view key) -> std::string {
      if (!is_configuration_key(key))
        return "a Flink key: 1 to 255 of A-Z a-z 0-9 . _ -, beginning with a letter";
      if (secret_name(key) && !key.starts_with(delegation_tokens))
        return std::string(no_secret_key);
      return flink::reserved_key_reason(key);
    });
    for (const property_name& entry : property_names()) {
      if (!entry.flink_key.empty() && has_key(entry.flink_key) && in_.given(entry.name)) {
        in_.refuse(fmt::format("{}.{}", name, entry.flink_key),
                   "given here and by " + std::string(entry.name), "one of the two");
      }
    }
  }

  bool has_key(std::string_view key) const {
    return std::any_of(out_.configuration.begin(), out_.configuration.end(),
                       [&](const auto& entry) { return entry.first == key; });
  }

  void read_environment() {
    out_.environment =
        in_.object("component_flink_environment", [](std::string_view variable) -> std::string {
          if (!is_environment_name(variable))
            return "1 to 128 of A-Z 0-9 _, not beginning with a digit";
          if (secret_name(variable)) {
            return "a variable that holds no secret: let the program read it from a file that only "
                   "its user can read";
          }
          return refused_environment_reason(variable);
        });
  }

  void read_tags() {
    constexpr std::string_view name = "component_flink_tags";
    std::vector<std::string> folded;
    for (std::string& tag : in_.list(name)) {
      std::string lower = io::lower_ascii(tag);
      if (std::find(folded.begin(), folded.end(), lower) != folded.end()) continue;
      folded.push_back(std::move(lower));
      out_.tags.push_back(std::move(tag));
    }
    if (out_.tags.size() > most_user_tags)
      in_.refuse(name, fmt::format("{} tags", out_.tags.size()));
  }

  void read_options() {
    constexpr std::string_view name = "component_flink_config_args";
    const auto text = in_.text(name);
    if (!text) return;
    if (text->find(flink::incarnation_placeholder) != std::string::npos) {
      in_.refuse(name, std::string(flink::incarnation_placeholder),
                 "options without this text: it is the place where flink-guard puts its own");
      return;
    }
    if (!installed_ || !flink::known_version(*installed_)) return;
    auto checked =
        flink::check_config_arguments(*installed_, out_.submission, *text, property_path(name));
    out_.options = std::move(checked.options);
    in_.problems.append(std::move(checked.problems));
    out_.option_configuration = checked.configuration;
    // The option would win silently, also over an override that the operator gave as a property.
    for (const auto& [key, value] : checked.configuration) {
      if (secret_name(key) && !key.starts_with(delegation_tokens))
        in_.refuse(name, "the key " + shown(key), no_secret_key);
      if (const property_name* property = property_of_key(key);
          property != nullptr && in_.given(property->name)) {
        in_.refuse(name, fmt::format("sets {}, and {} is given too", shown(key), property->name),
                   "one of the two");
      }
      if (has_key(key)) {
        in_.refuse(name,
                   fmt::format("sets {}, and component_flink_configuration does too", shown(key)),
                   "one of the two");
      }
    }
  }

  const property_map& all_;
  const component::component_name& name_;
  const std::optional<flink::version>& installed_;
  property_reader in_;
  descriptor_reading result_;
  descriptor& out_ = result_.descriptor;
};

}  // namespace

std::optional<error> descriptor_reading::failure(const component::component_name& name) const {
  if (problems.empty()) return std::nullopt;
  const std::size_t count = problems.count();
  error e = invalid(fmt::format("the descriptor of {} has {} problem{}", name.text(), count,
                                count == 1 ? "" : "s"),
                    problems.details());
  e.component = name.text();
  return e;
}

descriptor_reading read_descriptor(const property_map& properties,
                                   const component::component_name& name,
                                   const std::optional<flink::version>& installed,
                                   references references) {
  return reader(properties, name, installed, references).read();
}

}  // namespace dm::package
