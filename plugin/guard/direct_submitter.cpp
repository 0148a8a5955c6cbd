// Submitting an application without Flink's client.
// SPDX-License-Identifier: Apache-2.0
#include "guard/direct_submitter.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "flink/application_configuration.h"
#include "flink/direct_keys.h"
#include "flink/hdfs_location.h"
#include "flink/memory_size.h"
#include "flink/yarn_diagnostics.h"
#include "io/file.h"
#include "io/hash.h"
#include "library/job_jar.h"

namespace dm::guard {

namespace {

namespace fs = std::filesystem;
using part = flink::local_resource::part;

constexpr std::string_view log_file = "log4j.properties";
constexpr std::size_t largest_small_file = std::size_t{4} << 20;  // shipped beside the jar
constexpr std::size_t largest_document = std::size_t{8} << 20;
constexpr std::size_t most_shipped = 200;
constexpr std::size_t most_libraries = 2'000;
constexpr int deepest = 8;
constexpr io::milliseconds discard_limit{5'000};

// What is definite of an error; nullopt: it says nothing, and is asked again.
std::optional<direct_refusal> refusal_of(const error& reason) {
  using flink::failure_class;
  switch (reason.code) {
    case status_code::invalid_argument:
      return direct_refusal{failure_class::program_invalid, reason, false};
    case status_code::unimplemented:  // of_the_client
      return direct_refusal{failure_class::start_refused, reason, true};
    case status_code::permission_denied:
      return direct_refusal{failure_class::start_refused, reason, false};
    case status_code::internal:  // of_this_node
      return direct_refusal{failure_class::node_trouble, reason, false};
    case status_code::failed_precondition:
    case status_code::not_found:
    case status_code::already_exists:
    case status_code::resource_exhausted:
      return direct_refusal{failure_class::cluster_not_ready, reason, false};
    default:
      return std::nullopt;
  }
}

direct_refusal refusal(flink::failure_class failure, std::string message, std::string hint) {
  error reason;
  reason.code = status_code::failed_precondition;
  reason.message = std::move(message);
  reason.hint = std::move(hint);
  return {failure, std::move(reason), false};
}

// Whatever is wrong with a file of this node is this node's trouble, however definite.
error of_this_node(error problem) {
  if (problem.code != status_code::cancelled && problem.code != status_code::deadline_exceeded)
    problem.code = status_code::internal;
  return problem;
}

// Flink's client could do it.
error of_the_client(error problem) {
  problem.code = status_code::unimplemented;
  return problem;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const auto end = std::min(list.find(';'), list.size());
    if (end > 0) parts.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

// Where the client would read its configuration: the component's own directory, or the
// installation's.
std::string configuration_directory(const component::guard_spec& spec,
                                    const std::string& flink_command) {
  for (const auto& [name, value] : spec.environment) {
    if (name == "FLINK_CONF_DIR") return value;
  }
  return (fs::path(flink_command).parent_path().parent_path() / "conf").string();
}

bool readable_by_all(const cluster::file_status& status) {
  return !status.permission.empty() && (status.permission.back() - '0') & 4;
}

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
  if (!done) discard(op, submission);
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
  const std::string directory = configuration_directory(spec_, order.argv.front());
  auto installed = flink::read_installed_file(*version, directory);
  if (!installed) return fail(of_this_node(installed.error()));
  auto obstacles = flink::direct_obstacles(*installed);
  const auto configuration = flink::merged_configuration(installed->content.keys, *command);
  for (problem& one : flink::direct_obstacles(*version, configuration))
    obstacles.push_back(std::move(one));
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
  resources list;
  if (auto added = add_libraries(op, *libraries, *facts, list); !added)
    return fail(std::move(added.error()));
  if (auto added = add_program(op, *command, *facts, list); !added)
    return fail(std::move(added.error()));
  if (const auto* const shipped = flink::find_key(configuration, "yarn.ship-files")) {
    if (auto added = add_shipped(op, *shipped, submission.staging, *facts, list); !added)
      return fail(std::move(added.error()));
  }
  auto logging = io::read_file(fs::path(directory) / log_file, largest_small_file);
  if (!logging) return fail(of_this_node(logging.error()));
  if (auto added = upload(op, std::string(log_file), *logging, submission.staging, *facts,
                          part::shipped, list);
      !added)
    return fail(std::move(added.error()));
  auto text = flink::render_application_configuration(
      *version, configuration,
      {command->main_class, fs::path(command->jar).filename().string(), command->arguments,
       submission.application_id});
  if (!text) return fail(of_the_client(std::move(text.error())));
  if (auto added = upload(op, std::string(flink::application_configuration_name(*version)), *text,
                          submission.staging, *facts, part::configuration, list);
      !added)
    return fail(std::move(added.error()));

  flink::application_request request;
  request.application_id = submission.application_id;
  request.user = spec_.user;
  request.staging = facts->file_system + submission.staging;
  request.home = fmt::format("{}/user/{}", facts->file_system, spec_.user);
  request.yarn_class_path = facts->class_path;
  request.resources = std::move(list);
  auto launch = flink::plan_application_launch(*version, configuration, request);
  if (!launch) return fail(std::move(launch.error()));
  if (auto too_large = check_sizes(given, *launch, configuration))
    return outcome(std::move(*too_large));
  submission.sha256 = io::sha256_hex(launch->document);
  if (auto written = hdfs_.create(op, submission.document(), launch->document, "600"); !written)
    return fail(std::move(written.error()));
  return outcome(direct_preparation{std::move(submission), std::move(launch->document)});
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

result<void> direct_submitter::add_libraries(const io::operation& op,
                                             const std::string& directories,
                                             const cluster_facts& facts, resources& list) {
  flink::own_hdfs own(spec_.name_nodes);
  own.learn(facts.file_system + "/user", "/user");  // its own name for itself
  for (const std::string& directory : split(directories)) {
    const auto location = flink::parse_hdfs_location(directory);
    if (!location || !own.owns(*location)) {
      return fail(status_code::unimplemented,
                  fmt::format("yarn.provided.lib.dirs names {}, which is no directory of this "
                              "cluster's HDFS",
                              first_line(directory, 200)),
                  "name directories on HDFS, or set component_flink_submission to application");
    }
    const std::string file_system =
        location->authority.empty() ? facts.file_system : "hdfs://" + location->authority;
    const std::string name = location->path.substr(location->path.rfind('/') + 1);
    if (auto added = add_directory(op, location->path, name, file_system, 0, list); !added)
      return fail_while("listing Flink's libraries on HDFS", std::move(added.error()));
  }
  return {};
}

result<void> direct_submitter::add_directory(const io::operation& op, const std::string& path,
                                             const std::string& name,
                                             const std::string& file_system, int depth,
                                             resources& list) {
  auto entries = hdfs_.list(op, path);
  if (!entries) return fail(std::move(entries.error()));
  for (const cluster::file_status& entry : *entries) {
    const std::string below = path + "/" + entry.name;
    const std::string named = name + "/" + entry.name;
    if (entry.directory) {
      if (depth >= deepest) {
        return fail(status_code::unimplemented, fmt::format("{} lies too deep", below),
                    "take it out of yarn.provided.lib.dirs");
      }
      if (auto added = add_directory(op, below, named, file_system, depth + 1, list); !added)
        return added;
      continue;
    }
    if (list.size() >= most_libraries) {
      return fail(status_code::unimplemented,
                  fmt::format("yarn.provided.lib.dirs has more than {} files", most_libraries),
                  "name Flink's lib and plugins directories there");
    }
    if (!readable_by_all(entry)) {
      return fail(status_code::unimplemented,
                  fmt::format("hdfs:{} is not readable by all (mode {}), as YARN wants it of a "
                              "library that all applications share",
                              below, entry.permission),
                  "make it readable: hdfs dfs -chmod o+r");
    }
    flink::local_resource library;
    library.role = named.starts_with("plugins/")        ? part::plugin
                   : flink::is_distribution(entry.name) ? part::distribution
                                                        : part::library;
    library.name = named;
    library.uri = file_system + below;
    library.size_bytes = entry.length_bytes;
    library.modified_ms = entry.modified_ms;
    library.of_all = true;
    list.push_back(std::move(library));
  }
  return {};
}

result<void> direct_submitter::upload(const io::operation& op, const std::string& name,
                                      std::string_view content, const std::string& staging,
                                      const cluster_facts& facts, part role, resources& list) {
  const std::string path = staging + "/" + name;
  if (auto created = hdfs_.create(op, path, content, "600"); !created)
    return fail_while("uploading " + name, std::move(created.error()));
  const auto status = hdfs_.status(op, path);
  if (!status) return fail_while("uploading " + name, status.error());
  if (status->length_bytes != static_cast<std::int64_t>(content.size())) {
    return fail(status_code::unavailable, fmt::format("hdfs:{} has {} bytes after {} were written",
                                                      path, status->length_bytes, content.size()));
  }
  list.push_back(
      {role, name, facts.file_system + path, status->length_bytes, status->modified_ms, false});
  return {};
}

result<void> direct_submitter::add_program(const io::operation& op,
                                           const flink::application_command& command,
                                           const cluster_facts& facts, resources& list) {
  library::local_digests digests(spec_.work_directory + "/digests.json");
  const auto directory =
      library::jar_directory(component::hdfs_directory(spec_.state_root, spec_.name));
  // Not in the staging directory: a restart finds it where the first submission has put it.
  auto provided = library::provide_jar(op, hdfs_, directory, command.jar, digests);
  if (!provided) return fail_while("providing the job's jar on HDFS", std::move(provided.error()));
  (void)digests.keep();  // it is only read anew the next time
  list.push_back({part::program, fs::path(command.jar).filename().string(),
                  facts.file_system + provided->path, provided->bytes, provided->modified_ms,
                  false});
  return {};
}

result<void> direct_submitter::add_shipped(const io::operation& op, const std::string& paths,
                                           const std::string& staging, const cluster_facts& facts,
                                           resources& list) {
  std::size_t count = 0;
  const auto add = [&](const fs::path& file, const std::string& name) -> result<void> {
    if (++count > most_shipped) {
      return fail(status_code::unimplemented,
                  fmt::format("more than {} files are shipped (yarn.ship-files)", most_shipped),
                  "set component_flink_submission to application");
    }
    auto content = io::read_file(file, largest_small_file);
    if (!content) return fail(of_this_node(content.error()));
    return upload(op, name, *content, staging, facts, part::shipped, list);
  };
  for (const std::string& path : split(paths)) {
    const fs::path root(path);
    std::error_code problem;
    if (!fs::is_directory(root, problem)) {
      if (auto added = add(root, root.filename().string()); !added) return added;
      continue;
    }
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator it(root, problem), end; !problem && it != end;
         it.increment(problem)) {
      if (it->is_regular_file(problem) && !problem) files.push_back(it->path());
      if (files.size() > most_shipped) break;
    }
    if (problem) {
      return fail(status_code::failed_precondition,
                  fmt::format("{}, which is shipped, cannot be read: {}", path, problem.message()));
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      if (auto added = add(file, file.lexically_relative(root.parent_path()).string()); !added)
        return added;
    }
  }
  return {};
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

void direct_submitter::discard(const io::operation& op,
                               const component::direct_submission& submission) {
  (void)hdfs_.remove(op.limited_to(discard_limit), submission.staging, true);
}

}  // namespace dm::guard
