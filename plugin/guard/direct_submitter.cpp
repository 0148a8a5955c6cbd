// Submitting an application without Flink's client.
// SPDX-License-Identifier: Apache-2.0
#include "guard/direct_submitter.h"

#include <filesystem>

#include <fmt/format.h>

#include "flink/application_configuration.h"
#include "flink/class_sharing.h"
#include "flink/direct_keys.h"
#include "flink/memory_size.h"
#include "flink/yarn_diagnostics.h"
#include "guard/direct_resources.h"
#include "io/file.h"
#include "io/hash.h"

namespace dm::guard {

namespace {

namespace fs = std::filesystem;
using part = flink::local_resource::part;

constexpr std::string_view log_file = "log4j.properties";
constexpr std::size_t largest_logging = std::size_t{4} << 20;
constexpr std::size_t largest_document = std::size_t{8} << 20;
constexpr io::milliseconds discard_limit{5'000};

}  // namespace

result<std::variant<direct_preparation, direct_refusal>> direct_submitter::prepare(
    const io::operation& op, const direct_order& order) {
  using outcome = std::variant<direct_preparation, direct_refusal>;
  const auto given = yarn_.ask_for_application(op);
  if (!given) {
    if (given.error().code == status_code::permission_denied) {
      error reason = given.error();
      reason.hint =
          "this cluster takes no applications by REST (yarn.webapp.enable-rest-app-submissions): "
          "set component_flink_submission to application, or auto";
      return outcome(direct_refusal{flink::failure_class::start_refused, std::move(reason), true});
    }
    return fail_while("asking YARN for an application's id", given.error());
  }
  component::direct_submission submission;
  submission.application_id = given->id;
  submission.staging = fmt::format("/user/{}/.flink/{}", spec_.user, given->id);
  auto prepared = prepare_in(op, order, *given, submission);
  const bool done = prepared && std::holds_alternative<direct_preparation>(*prepared);
  if (!done) discard(submission);
  if (prepared) return prepared;
  if (auto definite = refusal_of(prepared.error())) return outcome(std::move(*definite));
  return fail(std::move(prepared.error()));
}

result<std::variant<direct_preparation, direct_refusal>> direct_submitter::prepare_in(
    const io::operation& op, const direct_order& order,
    const cluster::resource_manager::new_application& given,
    component::direct_submission submission) {
  using outcome = std::variant<direct_preparation, direct_refusal>;
  const auto version = flink::parse_version(spec_.flink_version);
  if (!version) return fail(version.error());
  auto command = flink::read_application_command(*version, order.argv);
  if (!command) return fail(std::move(command.error()));
  if (spec_.arguments) command->arguments = *spec_.arguments;
  const std::string directory = component::client_configuration_directory(spec_);
  auto installed = flink::read_installed_file(*version, directory);
  if (!installed) return fail(of_this_node(installed.error()));
  auto obstacles = flink::direct_obstacles(*installed);
  auto configuration = flink::merged_configuration(installed->content.keys, *command);
  for (problem& one : flink::direct_obstacles(configuration)) obstacles.push_back(std::move(one));
  if (!obstacles.empty()) {
    error reason;
    reason.code = status_code::unimplemented;
    reason.message =
        fmt::format("it cannot be submitted without Flink's client: {} {}: {}",
                    obstacles.front().path, obstacles.front().found, obstacles.front().allowed);
    reason.hint = "set component_flink_submission to application, or auto";
    reason.details = std::move(obstacles);
    return fail(std::move(reason));
  }
  if (command->main_class.empty()) {
    return fail(status_code::invalid_argument, "the command names no class (-c)",
                "create the component again");
  }
  auto refused = check_queue(op, configuration);
  if (!refused) return fail(std::move(refused.error()));
  if (*refused) return outcome(std::move(**refused));

  const auto facts = ask_cluster(op);
  if (!facts) return fail(facts.error());
  const auto* const libraries = flink::find_key(configuration, "yarn.provided.lib.dirs");
  if (libraries == nullptr) {
    direct_refusal missing =
        refusal(flink::failure_class::cluster_not_ready,
                fmt::format("Flink's libraries are not on HDFS{}{}",
                            order.without_libraries.empty() ? "" : ": ", order.without_libraries),
                "see to that, set yarn.provided.lib.dirs in Flink's configuration on this node, or "
                "set component_flink_submission to application, or auto");
    missing.client_can = true;
    return outcome(std::move(missing));
  }
  if (auto made = hdfs_.make_directory(op, submission.staging, "700"); !made)
    return fail(std::move(made.error()));
  direct_resources resources(op, hdfs_, spec_, facts->file_system, submission.staging);
  direct_preparation prepared;
  const library::class_data* data = order.libraries == nullptr ? nullptr : order.class_data;
  if (data != nullptr) {
    prepared.without_class_data = flink::share_classes(*version, configuration);
    if (!prepared.without_class_data.empty()) data = nullptr;
  }
  if (data != nullptr) {
    resources.add_libraries(*order.libraries, *data);
  } else if (order.libraries != nullptr) {
    resources.add_libraries(*order.libraries);
  } else if (auto added = resources.add_libraries(*libraries); !added) {
    return fail(std::move(added.error()));
  }
  if (auto added = resources.add_jar(command->jar); !added) return fail(std::move(added.error()));
  if (const auto* const shipped = flink::find_key(configuration, "yarn.ship-files")) {
    if (auto added = resources.add_shipped(*shipped); !added) return fail(std::move(added.error()));
  }
  auto logging = io::read_file(fs::path(directory) / log_file, largest_logging);
  if (!logging) return fail(of_this_node(logging.error()));
  if (auto added = resources.upload(std::string(log_file), *logging, part::shipped); !added)
    return fail(std::move(added.error()));
  auto text = flink::render_application_configuration(
      *version, configuration,
      {command->main_class, fs::path(command->jar).filename().string(), command->arguments,
       submission.application_id});
  if (!text) return fail(of_the_client(std::move(text.error())));
  const std::string name(flink::application_configuration_name(*version));
  if (auto added = resources.upload(name, *text, part::configuration); !added)
    return fail(std::move(added.error()));

  flink::application_request request;
  request.application_id = submission.application_id;
  request.user = spec_.user;
  request.staging = facts->file_system + submission.staging;
  request.home = fmt::format("{}/user/{}", facts->file_system, spec_.user);
  request.yarn_class_path = facts->class_path;
  request.resources = resources.take();
  auto launch = flink::plan_application_launch(*version, configuration, request);
  if (!launch) return fail(std::move(launch.error()));
  if (auto too_large = check_sizes(given, *launch, configuration))
    return outcome(std::move(*too_large));
  submission.sha256 = io::sha256_hex(launch->document);
  if (auto written = hdfs_.create(op, submission.document(), launch->document, "600"); !written)
    return fail(std::move(written.error()));
  prepared.submission = std::move(submission);
  prepared.document = std::move(launch->document);
  return outcome(std::move(prepared));
}

result<direct_submitter::cluster_facts> direct_submitter::ask_cluster(const io::operation& op) {
  // All three have a value in every configuration of Hadoop's, if only an empty one.
  const auto authentication = yarn_.configured(op, "hadoop.security.authentication");
  const auto file_system = yarn_.configured(op, "fs.defaultFS");
  const auto class_path = yarn_.configured(op, "yarn.application.classpath");
  if (!authentication || !file_system || !class_path) {
    return fail(status_code::unavailable,
                "the ResourceManager does not tell its configuration (GET /conf), from which an "
                "application's file system and class path are taken",
                "if it never does, set component_flink_submission to application");
  }
  if (*authentication != "simple") {
    return fail(status_code::unimplemented,
                fmt::format("the cluster's authentication is {}; directly an application is "
                            "submitted with simple alone",
                            first_line(*authentication, 40)),
                "set component_flink_submission to application");
  }
  std::string root = *file_system;
  while (root.ends_with('/')) root.pop_back();
  if (!root.starts_with("hdfs://")) {
    return fail(
        status_code::unimplemented,
        fmt::format("the cluster's file system is {}, and no HDFS", first_line(*file_system, 120)),
        "set component_flink_submission to application");
  }
  return cluster_facts{std::move(root), *class_path};
}

result<std::optional<direct_refusal>> direct_submitter::check_queue(
    const io::operation& op, const flink::configuration_map& configuration) {
  const std::string* set = flink::find_key(configuration, "yarn.application.queue");
  const std::string queue = set == nullptr ? "default" : *set;
  const auto known = yarn_.queues(op);
  if (!known) return fail_while("looking for the queue " + queue, known.error());
  const cluster::queue_capacity* leaf = known->find(queue);
  if (leaf == nullptr) {
    if (known->leaves.empty() || known->makes_queues) return std::nullopt;
    return refusal(flink::failure_class::queue_refused,
                   fmt::format("YARN has no queue {} that an application can go to", queue),
                   "set component_flink_queue to one of the cluster's leaf queues");
  }
  if (!leaf->running) {
    return refusal(flink::failure_class::queue_refused,
                   fmt::format("YARN's queue {} is stopped", leaf->path),
                   "have it started, or set component_flink_queue to another one");
  }
  const auto access = yarn_.may_submit(op, leaf->name_is_enough ? leaf->name : leaf->path);
  if (!access) return fail_while("asking who may submit to the queue " + queue, access.error());
  if (*access != cluster::queue_access::denied) return std::nullopt;
  return refusal(flink::failure_class::queue_refused,
                 fmt::format("{} may not submit to YARN's queue {}", spec_.user, leaf->path),
                 "have the account added to the queue's list, or set component_flink_queue to "
                 "another one");
}

std::optional<direct_refusal> direct_submitter::check_sizes(
    const cluster::resource_manager::new_application& given,
    const flink::application_launch& launch, const flink::configuration_map& configuration) const {
  const auto too_large = [&](std::string_view whose, std::int64_t wanted, std::string_view unit,
                             std::int64_t most) {
    return refusal(flink::failure_class::no_resources,
                   fmt::format("the {} needs {} {}, and YARN's largest container has {}", whose,
                               wanted, unit, most),
                   "make it smaller, or have yarn.scheduler.maximum-allocation-* raised");
  };
  const std::int64_t memory = given.maximum_memory_mb;
  if (memory > 0 && launch.memory.container_mb() > memory)
    return too_large("JobManager", launch.memory.container_mb(), "MB", memory);
  if (given.maximum_cores > 0 && launch.cores > given.maximum_cores)
    return too_large("JobManager", launch.cores, "cores", given.maximum_cores);
  // YARN would take the application, and its JobManager fail with each TaskManager.
  const std::string* worker = flink::find_key(configuration, "taskmanager.memory.process.size");
  const auto bytes = worker == nullptr ? std::nullopt : flink::parse_memory_size(*worker);
  if (memory > 0 && bytes && (*bytes >> 20) > memory)
    return too_large("TaskManager", *bytes >> 20, "MB", memory);
  return std::nullopt;
}

result<std::optional<direct_refusal>> direct_submitter::send(
    const io::operation& op, const component::direct_submission& submission,
    const std::string& document) {
  auto sent = yarn_.submit(op, document);
  if (!sent && sent.error().code != status_code::invalid_argument &&
      sent.error().code != status_code::permission_denied)
    return fail(std::move(sent.error()));
  if (sent) return std::nullopt;
  // One that was sent before may be taken at this moment: YARN then refuses this one as its
  // duplicate (seen on 3.3.6).
  const auto known = yarn_.find_application(op, submission.application_id);
  if (!known) return fail_while("after a submission that YARN refused", known.error());
  if (known->application) return std::nullopt;
  auto refused = refusal_of(sent.error());
  // Queues' refusals and a size that is too large now are YARN's, and none of the program's.
  if (const auto said = flink::read_yarn_diagnostics(sent.error().message);
      refused && said.failure != flink::failure_class::unknown)
    refused->failure = said.failure;
  return refused;
}

result<std::optional<std::string>> direct_submitter::kept(
    const io::operation& op, const component::direct_submission& submission) {
  auto document = hdfs_.read(op, submission.document(), largest_document);
  if (!document) {
    if (document.error().code == status_code::not_found) return std::nullopt;
    return fail(std::move(document.error()));
  }
  if (io::sha256_hex(*document) != submission.sha256) return std::nullopt;
  return std::optional(std::move(*document));
}

void direct_submitter::discard(const component::direct_submission& submission) {
  // Also of who is told to end: under no end but its own (INV-5).
  (void)hdfs_.remove(io::operation::within(discard_limit), submission.staging, true);
}

}  // namespace dm::guard
