// What the components' logs on HDFS say.
// SPDX-License-Identifier: Apache-2.0
#include "observation/log_facts.h"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "component/component_name.h"
#include "component/log_reader.h"

namespace dm::observation {

namespace {

constexpr std::size_t record_limit_bytes = 256 << 10;
constexpr std::size_t connections_to_hdfs = 32;
// Components whose logs are read at once; a whole log may have hundreds of files.
constexpr std::size_t logs_at_once = 1000;
constexpr std::size_t whole_logs_at_once = 16;

struct open_log {
  open_log(observed_component& component, cluster::hdfs client)
      : of(component),
        hdfs(std::move(client)),
        reader(hdfs, component::hdfs_directory(of.data->state_root, of.data->name)) {
    of.facts.log_source = fmt::format("hdfs {}", reader.listed_directory());
  }
  open_log(const open_log&) = delete;
  open_log& operator=(const open_log&) = delete;

  observed_component& of;
  cluster::hdfs hdfs;
  component::log_reader reader;
  bool over = false;  // nothing is left to be read
};
using open_logs = std::vector<std::unique_ptr<open_log>>;

// A file of one of them.
struct log_file_of {
  open_log* log;
  std::string name;
  std::optional<io::http_request> content;  // to the DataNode that has it
};

class log_batch {
 public:
  log_batch(io::http_client::rounds& http, const io::operation& op, bool whole)
      : http_(http), op_(op), whole_(whole) {}

  void read(open_logs logs) {
    logs_ = std::move(logs);
    if (!somebody_serves()) return;
    list();
    read_files();
    for (const auto& one : logs_) conclude(*one);
  }

 private:
  // Of a pair, before all of them ask one that may be silent.
  bool somebody_serves() {
    open_log& first = *logs_.front();
    if (first.hdfs.addresses().size() < 2) return true;
    const auto looked = first.hdfs.status(op_, first.reader.listed_directory());
    if (looked || (looked.error().code != status_code::unavailable &&
                   looked.error().code != status_code::deadline_exceeded))
      return true;
    for (const auto& one : logs_) give_up(*one, looked.error());
    return false;
  }

  cluster::replicas& service() { return logs_.front()->hdfs.service(); }

  using asked = std::function<io::http_request(std::size_t)>;
  using taken = std::function<void(std::size_t, result<io::http_response>)>;

  // All side by side. Where nobody answers that is remembered, and costs the next ones less.
  void ask(std::size_t count, const asked& make, const taken& take, cluster::silence& silence) {
    const io::steady_time since = std::chrono::steady_clock::now();
    bool any = false;
    http_.perform_each(
        silence.patience(op_), count, make,
        [&](std::size_t i, result<io::http_response> answer) {
          any = any || answer.has_value();
          take(i, std::move(answer));
        },
        connections_to_hdfs);
    if (any) {
      silence.note_answer();
    } else if (count > 0 && !op_.cancelled()) {
      silence.note_none(since);
    }
  }

  void list() {
    ask(
        logs_.size(),
        [this](std::size_t i) {
          return logs_[i]->hdfs.list_request(logs_[i]->reader.listed_directory());
        },
        [this](std::size_t i, const result<io::http_response>& answer) {
          take_listing(*logs_[i], answer);
        },
        service().own_silence());
  }

  void take_listing(open_log& log, const result<io::http_response>& answer) {
    if (!answer) {
      // With one NameNode there is nobody else to ask.
      if (log.hdfs.addresses().size() == 1) give_up(log, answer.error());
      return;
    }
    auto listing = log.hdfs.read_list(*answer, log.reader.listed_directory());
    if (listing) {
      log.reader.offer_listing(std::move(*listing));
    } else if (listing.error().code == status_code::not_found) {
      log.reader.offer_listing({});
    } else {
      return;
    }
    const observed_facts& facts = log.of.facts;
    // Of which run intent the coordinator is, the log tells alone.
    if (log.of.data->schedule) return;
    if (whole_ || !facts.job || facts.job->terminal()) return;
    const std::uint64_t live = component::newest_live_epoch(facts.applications);
    const std::vector<std::uint64_t> numbers = log.reader.numbers();
    log.over = live != 0 && !numbers.empty() && numbers.back() == live;
    log.of.facts.run_is_newest = log.over;
  }

  void read_files() {
    std::vector<log_file_of> files;
    for (const auto& one : logs_) {
      if (one->over) continue;
      for (const std::string& name : one->reader.wanted_files(!whole_))
        files.push_back({one.get(), name, {}});
    }
    ask(
        files.size(),
        [&](std::size_t i) {
          const log_file_of& file = files[i];
          return file.log->hdfs.open_request(file.log->reader.listed_directory() + "/" + file.name);
        },
        [&](std::size_t i, const result<io::http_response>& opened) {
          if (opened)
            files[i].content = cluster::hdfs::content_request(*opened, record_limit_bytes);
        },
        service().own_silence());
    std::erase_if(files, [](const log_file_of& file) { return !file.content; });
    contents_silent_ = !files.empty();
    ask(
        files.size(), [&](std::size_t i) { return std::move(*files[i].content); },
        [&](std::size_t i, const result<io::http_response>& content) {
          contents_failed_ = contents_failed_ || !content;
          contents_silent_ = contents_silent_ && !content &&
                             content.error().code == status_code::deadline_exceeded;
          if (content && content->status == 200)
            files[i].log->reader.offer_file(files[i].name, content->body);
        },
        service().contents_silence());
  }

  // What did not come at once is asked for alone, unless no DataNode answers.
  void conclude(open_log& log) {
    if (log.over) return;
    const io::operation op = contents_silent_ ? op_.limited_to(io::milliseconds(0)) : op_;
    auto snapshot = whole_ ? log.reader.read(op) : log.reader.read_newest(op);
    if (snapshot) {
      // Another DataNode may have given what the first one did not.
      if (contents_failed_ && !contents_silent_) service().contents_silence().note_answer();
      log.of.facts.log = std::move(*snapshot);
    } else {
      give_up(log, snapshot.error());
    }
  }

  static void give_up(open_log& log, const error& problem) {
    log.over = true;
    log.of.facts.log_error = problem.code == status_code::deadline_exceeded
                                 ? "HDFS has not answered in the time that was left for it"
                                 : problem.message;
  }

  io::http_client::rounds& http_;
  const io::operation& op_;
  bool whole_;
  bool contents_failed_ = false;  // those of some file did not come at once
  bool contents_silent_ = false;
  open_logs logs_;
};

}  // namespace

void read_logs(context::session& session, io::http_client::rounds& http, const io::operation& op,
               const observed_batch& batch, bool whole) {
  const std::size_t at_once = whole ? whole_logs_at_once : logs_at_once;
  open_logs logs;
  const auto read = [&] {
    if (!logs.empty()) log_batch(http, op, whole).read(std::exchange(logs, {}));
  };
  for (observed_component* one : batch) {
    if (one->data->state_root.empty()) {
      one->facts.log_source = "the component's record";
      one->facts.log_error =
          "it is a record of the original deployment manager, which keeps none, and whose "
          "applications carry no tags: whether one lives is not known";
      continue;
    }
    logs.push_back(std::make_unique<open_log>(*one, session.hdfs_for(one->data->user)));
    if (logs.size() == at_once) read();
  }
  read();
}

}  // namespace dm::observation
