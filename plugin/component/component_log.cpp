// The component's log on HDFS: listing, reading, claiming.
// SPDX-License-Identifier: Apache-2.0
#include "component/component_log.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "io/hash.h"

namespace dm::component {

namespace {

constexpr std::size_t record_limit_bytes = 256 << 10;
constexpr std::size_t newest_records_read = 200;

// "17.json", "17-app.json", "17-end.json".
enum class file_kind { record, application, end };
struct file_name {
  std::uint64_t number;
  file_kind kind;
};

std::optional<file_name> parse_file_name(std::string_view name) {
  file_name parsed{};
  const char* end = name.data() + name.size();
  const auto [stop, code] = std::from_chars(name.data(), end, parsed.number);
  if (code != std::errc() || parsed.number == 0) return std::nullopt;
  const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
  if (rest == ".json") {
    parsed.kind = file_kind::record;
  } else if (rest == "-app.json") {
    parsed.kind = file_kind::application;
  } else if (rest == "-end.json") {
    parsed.kind = file_kind::end;
  } else {
    return std::nullopt;
  }
  return parsed;
}

// An application fact may be completed later (job id, address); records and ends never change.
bool holds(const log_snapshot& known, const file_name& file) {
  switch (file.kind) {
    case file_kind::record:
      return known.records.contains(file.number);
    case file_kind::end:
      return known.ends.contains(file.number);
    case file_kind::application:
      break;
  }
  const auto fact = known.applications.find(file.number);
  return fact != known.applications.end() && !fact->second.job_id.empty();
}

template <class Fact>
result<void> keep(result<Fact> read, std::uint64_t number, std::map<std::uint64_t, Fact>& facts) {
  if (!read) return fail(std::move(read.error()));
  facts[number] = std::move(*read);
  return {};
}

result<void> take_in(log_snapshot& known, const file_name& file, const std::string& content) {
  switch (file.kind) {
    case file_kind::record:
      return keep(read_log_record(content, file.number), file.number, known.records);
    case file_kind::application:
      return keep(read_application_fact(content, file.number), file.number, known.applications);
    case file_kind::end:
      break;
  }
  return keep(read_end_fact(content, file.number), file.number, known.ends);
}

}  // namespace

const log_record* log_snapshot::newest_intent() const {
  for (auto it = records.rbegin(); it != records.rend(); ++it) {
    if (it->second.kind != record_kind::incarnation) return &it->second;
  }
  return nullptr;
}

const log_record* log_snapshot::newest_incarnation() const {
  for (auto it = records.rbegin(); it != records.rend(); ++it) {
    if (it->second.kind == record_kind::incarnation) return &it->second;
  }
  return nullptr;
}

std::uint64_t log_snapshot::newest_number() const {
  return records.empty() ? 0 : records.rbegin()->first;
}

bool log_snapshot::wanted() const {
  const log_record* intent = newest_intent();
  return intent != nullptr && intent->kind == record_kind::run;
}

std::uint64_t log_snapshot::run_began() const {
  if (!wanted()) return 0;
  const log_record* run = newest_intent();
  // Numbers only fall along the chain, so that a damaged one ends.
  while (run->continues != 0 && run->continues < run->number) {
    const auto before = records.find(run->continues);
    if (before == records.end()) return run->continues;  // pruned, or older than what is read
    run = &before->second;
  }
  return run->number;
}

const log_record* log_snapshot::current_incarnation() const {
  const log_record* incarnation = newest_incarnation();
  const std::uint64_t began = run_began();
  return incarnation != nullptr && began != 0 && incarnation->number > began ? incarnation
                                                                             : nullptr;
}

component_log::component_log(cluster::hdfs& hdfs, std::string directory)
    : hdfs_(hdfs), directory_(std::move(directory)) {}

result<void> component_log::prepare(const io::operation& op, const std::string& state_root) {
  if (hdfs_.status(op, directory_ + "/log")) return {};
  // The namespace's directory is shared by all application users, like the state root itself; what
  // is below belongs to this component's user alone.
  const std::size_t name_space_end = directory_.find('/', state_root.size() + 1);
  const std::string name_space = directory_.substr(0, name_space_end);
  if (auto found = hdfs_.status(op, name_space); !found) {
    if (found.error().code != status_code::not_found) return fail(found.error());
    if (auto root = hdfs_.status(op, state_root); !root) {
      if (root.error().code != status_code::not_found) return fail(root.error());
      return fail(status_code::failed_precondition,
                  fmt::format("the state root {} does not exist on HDFS", state_root),
                  fmt::format("an administrator creates it once: hdfs dfs -mkdir -p {0} && hdfs "
                              "dfs -chmod 1777 {0}",
                              state_root));
    }
    if (auto made = hdfs_.make_directory(op, name_space, "1777"); !made) return fail(made.error());
    // MKDIRS applies the NameNode's umask to what was asked for.
    if (auto set = hdfs_.set_permission(op, name_space, "1777"); !set) {
      // Another user made it at the same moment: then it is that user's to set.
      if (set.error().code != status_code::permission_denied) return fail(set.error());
    }
  }
  if (auto made = hdfs_.make_directory(op, directory_ + "/log", "750"); !made)
    return fail(made.error());
  return {};
}

result<std::string> component_log::read_file(const io::operation& op, const std::string& name) {
  return hdfs_.read(op, directory_ + "/log/" + name, record_limit_bytes);
}

result<log_snapshot> component_log::read(const io::operation& op) {
  auto listing = hdfs_.list(op, directory_ + "/log");
  if (!listing) {
    if (listing.error().code == status_code::not_found) return log_snapshot{};
    return fail_while("reading the component's log", listing.error());
  }
  std::vector<std::pair<file_name, std::string>> files;
  std::vector<std::uint64_t> numbers;
  for (const cluster::file_status& file : *listing) {
    const auto parsed = parse_file_name(file.name);
    if (!parsed || file.directory) continue;
    files.emplace_back(*parsed, file.name);
    if (parsed->kind == file_kind::record) numbers.push_back(parsed->number);
  }
  std::sort(numbers.begin(), numbers.end());
  const std::uint64_t oldest =
      numbers.size() > newest_records_read ? numbers[numbers.size() - newest_records_read] : 0;

  std::vector<file_name> wanted;
  std::vector<std::string> paths;
  for (const auto& [parsed, name] : files) {
    if (parsed.number < oldest || holds(known_, parsed)) continue;
    wanted.push_back(parsed);
    paths.push_back(directory_ + "/log/" + name);
  }
  auto contents = hdfs_.read_all(op, paths, record_limit_bytes);
  if (!contents) return fail_while("reading the component's log", contents.error());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!(*contents)[i]) continue;  // pruned since the listing
    if (auto taken = take_in(known_, wanted[i], *(*contents)[i]); !taken)
      return fail_while(fmt::format("reading {}", paths[i]), taken.error());
  }
  if (auto found = read_newest_intent(op, numbers); !found) return fail(found.error());
  return known_;
}

// numbers: of all records, sorted. Incarnations name their intent; the walk is for records that do
// not.
result<void> component_log::read_newest_intent(const io::operation& op,
                                               const std::vector<std::uint64_t>& numbers) {
  if (known_.records.empty() || known_.newest_intent() != nullptr) return {};
  const log_record& oldest_known = known_.records.begin()->second;
  std::vector<std::uint64_t> candidates;
  for (const std::uint64_t number : numbers) {
    if (number < oldest_known.number) candidates.push_back(number);
  }
  if (oldest_known.intent != 0 &&
      std::binary_search(candidates.begin(), candidates.end(), oldest_known.intent)) {
    candidates = {oldest_known.intent};
  }
  for (auto it = candidates.rbegin(); it != candidates.rend(); ++it) {
    auto content = read_file(op, fmt::format("{}.json", *it));
    if (!content) {
      if (content.error().code == status_code::not_found) continue;  // pruned since the listing
      return fail_while("reading the component's log", content.error());
    }
    auto record = read_log_record(*content, *it);
    if (!record)
      return fail_while(fmt::format("reading {}/log/{}.json", directory_, *it), record.error());
    if (record->kind == record_kind::incarnation) continue;
    known_.records[*it] = std::move(*record);
    break;
  }
  return {};
}

result<void> component_log::place(const io::operation& op, const std::string& name,
                                  const std::string& content, cluster::hdfs::rename_option option) {
  const std::string directory = directory_ + "/log/";
  // A created file exists, empty, before its content: it gets its name only when it is whole.
  const std::string temporary = fmt::format("{}.{}.{}.tmp", directory, name, io::random_hex(8));
  if (auto created = hdfs_.create(op, temporary, content); !created) return fail(created.error());
  auto renamed = hdfs_.rename(op, temporary, directory + name, option);
  if (!renamed) {
    const error reason = renamed.error();
    (void)hdfs_.remove(op, temporary,
                       false);  // best effort: a dot file is never read, and prune removes it
    return fail(reason);
  }
  return {};
}

result<std::optional<std::uint64_t>> component_log::claim(const io::operation& op,
                                                          log_record record, std::uint64_t after) {
  record.number = after + 1;
  record.nonce = io::random_hex(16);
  record.written_at = io::now();
  const std::string name = fmt::format("{}.json", record.number);
  auto placed = place(op, name, to_json(record), cluster::hdfs::rename_option::none);
  if (placed) {
    known_.records[record.number] = record;
    return std::optional(record.number);
  }
  const status_code code = placed.error().code;
  if (code != status_code::already_exists && code != status_code::unavailable &&
      code != status_code::not_found) {
    return fail_while(fmt::format("claiming number {} of the component's log", record.number),
                      placed.error());
  }
  // Taken, or an answer that was lost on the way: the record under that name says whose it is.
  auto content = read_file(op, name);
  if (!content) {
    if (content.error().code == status_code::not_found) {
      return fail_while(fmt::format("claiming number {} of the component's log", record.number),
                        placed.error());
    }
    return fail_while("reading the component's log back after an unclear answer", content.error());
  }
  auto found = read_log_record(*content, record.number);
  if (!found) return fail(found.error());
  if (found->nonce != record.nonce) return std::optional<std::uint64_t>();
  known_.records[record.number] = record;
  return std::optional(record.number);
}

result<void> component_log::write_application(const io::operation& op,
                                              const application_fact& fact) {
  auto placed = place(op, fmt::format("{}-app.json", fact.epoch), to_json(fact),
                      cluster::hdfs::rename_option::overwrite);
  if (!placed) return fail_while("recording the YARN application", placed.error());
  known_.applications[fact.epoch] = fact;
  return {};
}

result<void> component_log::write_end(const io::operation& op, const end_fact& fact) {
  auto placed = place(op, fmt::format("{}-end.json", fact.epoch), to_json(fact),
                      cluster::hdfs::rename_option::none);
  if (!placed && placed.error().code != status_code::already_exists) {
    return fail_while("recording the end of the incarnation", placed.error());
  }
  if (placed) known_.ends[fact.epoch] = fact;
  return {};
}

result<void> component_log::prune(const io::operation& op, std::size_t keep) {
  auto seen = read(op);
  if (!seen) return fail(seen.error());
  const std::uint64_t intent = seen->newest_intent() == nullptr ? 0 : seen->newest_intent()->number;
  auto listing = hdfs_.list(op, directory_ + "/log");
  if (!listing) {
    if (listing.error().code == status_code::not_found) return {};
    return fail(listing.error());
  }
  std::vector<std::uint64_t> numbers;
  for (const cluster::file_status& file : *listing) {
    const auto parsed = parse_file_name(file.name);
    if (parsed && parsed->kind == file_kind::record) numbers.push_back(parsed->number);
  }
  std::sort(numbers.begin(), numbers.end());
  const std::uint64_t oldest = numbers.size() > keep ? numbers[numbers.size() - keep] : 0;
  for (const cluster::file_status& file : *listing) {
    const auto parsed = parse_file_name(file.name);
    const bool temporary = file.name.starts_with('.') && file.name.ends_with(".tmp");
    if (!temporary && (!parsed || parsed->number >= oldest || parsed->number == intent)) continue;
    if (auto removed = hdfs_.remove(op, directory_ + "/log/" + file.name, false); !removed) {
      return fail(removed.error());
    }
  }
  return {};
}

}  // namespace dm::component
