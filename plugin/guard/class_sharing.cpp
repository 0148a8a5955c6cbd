// The guard looking whether class data is used.
// SPDX-License-Identifier: Apache-2.0
#include "guard/class_sharing.h"

#include <fmt/format.h>

#include "flink/class_sharing.h"
#include "flink/container_log.h"

namespace dm::guard {

namespace {

constexpr std::chrono::seconds interval{5};
constexpr io::milliseconds limit{2'000};
constexpr int most_questions = 12;           // of one container
constexpr std::size_t most_containers = 50;  // of one application; the others are like these
constexpr std::int64_t file_end = 65'536;

}  // namespace

void class_sharing::look(const io::operation& op, const cluster::yarn_application& application,
                         const component::log_record& incarnation,
                         const std::vector<cluster::container_place>& running) {
  if (application_id_ != application.id) {
    application_id_ = application.id;
    done_.clear();
    asked_.clear();
    looked_at_ = {};
  }
  const io::steady_time now = std::chrono::steady_clock::now();
  if (looked_at_ != io::steady_time() && now - looked_at_ < interval) return;
  looked_at_ = now;
  const io::operation bounded = op.limited_to(limit);
  bool first = true;
  for (const cluster::container_place& container : running) {
    const std::string_view process = first ? "JobManager" : "TaskManager";
    first = false;
    if (done_.contains(container.id) || done_.size() >= most_containers) continue;
    const answer came = ask(bounded, application, incarnation, container, process);
    if (op.cancelled()) return;
    if (came != answer::said && ++asked_[container.id] < most_questions) continue;
    if (came != answer::said) {
      log_.info(fmt::format("whether the {} {} uses class data could not be told", process,
                            container.id));
    }
    done_.insert(container.id);
    asked_.erase(container.id);
  }
}

class_sharing::answer class_sharing::ask(const io::operation& op,
                                         const cluster::yarn_application& application,
                                         const component::log_record& incarnation,
                                         const cluster::container_place& container,
                                         std::string_view process) {
  if (container.node.empty()) return answer::could_not_tell;
  const std::string_view file =
      process == "JobManager" ? flink::job_manager_err : flink::task_manager_err;
  const auto response = http_.perform(
      op, cluster::container_piece_request(container, file, application.user, file_end, file_end));
  if (!response) return answer::could_not_tell;
  const auto piece = cluster::read_container_piece(*response, file, file_end, file_end);
  if (!piece) {
    return piece.error().code == status_code::not_found ? answer::not_yet : answer::could_not_tell;
  }
  const auto jvm = flink::read_jvm_version(piece->bytes);
  if (!jvm) return answer::not_yet;
  const std::string build = first_line(jvm->build, 80);
  if (jvm->shares) {
    log_.info(fmt::format("the {} {} uses class data (JVM {})", process, container.id, build));
    return answer::said;
  }
  log_.warning(fmt::format(
      "the {} {} on {} does not use hdfs:{}: its JVM, {}, has refused it. Where classes.json there "
      "names another build of Java, make it again with that of the nodes (flink-guard "
      "class-data); else flags of the JVM are in its way (pointers of heaps from 32 GB on), or it "
      "was altered: -Xlog:cds -Xlog:class+path=info tell",
      process, container.id, container.node, incarnation.class_data, build));
  return answer::said;
}

}  // namespace dm::guard
