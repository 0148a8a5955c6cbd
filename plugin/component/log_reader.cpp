// Reads a component's log: one listing, and side by side what is not known yet.
// SPDX-License-Identifier: Apache-2.0
#include "component/log_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace dm::component {

namespace {

constexpr std::size_t record_limit_bytes = 256 << 10;
constexpr std::size_t newest_records_read = 200;
// Where nothing tells where the newest of a kind is: so many at a time, from the newest down.
constexpr std::size_t searched_at_once = 16;
// More unreadable files than this are no damaged files but an HDFS in trouble.
constexpr int most_unreadable = 4;

constexpr std::string_view doing = "reading the component's log";

template <class Fact>
result<void> keep(result<Fact> read, std::uint64_t number, std::map<std::uint64_t, Fact>& facts) {
  if (!read) return fail(std::move(read.error()));
  facts[number] = std::move(*read);
  return {};
}

result<void> parse_into(log_snapshot& known, const log_file& file, const std::string& content) {
  switch (file.kind) {
    case log_file_kind::record:
      return keep(read_log_record(content, file.number), file.number, known.records);
    case log_file_kind::application:
      return keep(read_application_fact(content, file.number), file.number, known.applications);
    case log_file_kind::checkpoints:
      return keep(read_checkpoint_fact(content, file.number), file.number, known.checkpoints);
    case log_file_kind::end:
      break;
  }
  return keep(read_end_fact(content, file.number), file.number, known.ends);
}

}  // namespace

log_reader::log_reader(cluster::hdfs& hdfs, std::string directory)
    : hdfs_(hdfs), directory_(std::move(directory)) {}

result<void> log_reader::list(const io::operation& op) {
  auto listing = hdfs_.list(op, listed_directory());
  if (!listing && listing.error().code != status_code::not_found) {
    take_listing({});
    return fail_while(doing, std::move(listing.error()));
  }
  take_listing(listing ? std::move(*listing) : std::vector<cluster::file_status>());
  return {};
}

result<void> log_reader::list_unless_offered(const io::operation& op) {
  if (std::exchange(offered_, false)) return {};
  known_.unreadable.clear();
  return list(op);
}

void log_reader::offer_listing(std::vector<cluster::file_status> listing) {
  known_.unreadable.clear();
  take_listing(std::move(listing));
  offered_ = true;
}

std::vector<std::string> log_reader::wanted_files(bool newest_only) const {
  std::vector<std::string> names;
  for (const log_file& file : newest_only ? newest_files() : all_files()) {
    if (files_.at(file).length_bytes <= static_cast<std::int64_t>(record_limit_bytes))
      names.push_back(name_of(file));
  }
  return names;
}

void log_reader::offer_file(const std::string& name, const std::string& content) {
  const auto file = parse_log_file(name);
  if (file && there(*file)) take_in(*file, content);
}

void log_reader::take_listing(std::vector<cluster::file_status> listing) {
  files_.clear();
  listing_ = std::move(listing);
  for (const cluster::file_status& file : listing_) {
    const auto parsed = parse_log_file(file.name);
    if (parsed && !file.directory) files_[*parsed] = file;
  }
}

std::vector<std::uint64_t> log_reader::numbers() const {
  std::vector<std::uint64_t> found;
  for (const auto& [file, status] : files_) {
    if (file.kind == log_file_kind::record) found.push_back(file.number);
  }
  return found;
}

bool log_reader::holds(const log_file& file) const {
  switch (file.kind) {
    case log_file_kind::record:
      return known_.records.contains(file.number);
    case log_file_kind::end:
      return known_.ends.contains(file.number);
    case log_file_kind::application: {
      const auto fact = known_.applications.find(file.number);
      if (fact == known_.applications.end()) return false;
      if (fact->second.job_id.empty() && !there({file.number, log_file_kind::end})) return false;
      break;
    }
    case log_file_kind::checkpoints:
      if (!known_.checkpoints.contains(file.number)) return false;
      break;
  }
  const auto read = read_modified_.find(file);
  return read != read_modified_.end() && read->second == files_.at(file).modified_ms;
}

void log_reader::want(std::vector<log_file>& wanted, const log_file& file) const {
  if (there(file) && !holds(file)) wanted.push_back(file);
}

void log_reader::put_aside(const log_file& file, bool damaged, error reason) {
  const std::string name = name_of(file);
  reason =
      fail_while(fmt::format("reading {}/log/{}", directory_, name), std::move(reason)).value();
  known_.unreadable[name] = {damaged, std::move(reason)};
}

void log_reader::take_in(const log_file& file, const std::string& content) {
  if (auto parsed = parse_into(known_, file, content); !parsed)
    return put_aside(file, true, std::move(parsed.error()));
  known_.unreadable.erase(name_of(file));
  if (const auto found = files_.find(file); found != files_.end())
    read_modified_[file] = found->second.modified_ms;
}

result<void> log_reader::fetch(const io::operation& op, std::vector<log_file> wanted) {
  std::erase_if(wanted, [this](const log_file& file) {
    const std::int64_t length = files_.at(file).length_bytes;
    if (length <= static_cast<std::int64_t>(record_limit_bytes)) return false;
    put_aside(file, true,
              fail(status_code::internal,
                   fmt::format("it has {} bytes, more than any record has", length))
                  .value());
    return true;
  });
  if (wanted.empty()) return {};
  std::vector<std::string> paths;
  for (const log_file& file : wanted) paths.push_back(directory_ + "/log/" + name_of(file));
  auto contents = hdfs_.read_all(op, paths, record_limit_bytes);
  if (!contents) {
    if (auto in_time = op.check("the component's log"); !in_time) return in_time;
    return fetch_singly(op, wanted);
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if ((*contents)[i]) take_in(wanted[i], *(*contents)[i]);  // else pruned since the listing
  }
  return {};
}

result<void> log_reader::fetch_singly(const io::operation& op,
                                      const std::vector<log_file>& wanted) {
  const std::vector<std::uint64_t> all = numbers();
  const std::uint64_t newest = all.empty() ? 0 : all.back();
  int failures = 0;
  for (auto file = wanted.rbegin(); file != wanted.rend(); ++file) {
    auto content = hdfs_.read(op, directory_ + "/log/" + name_of(*file), record_limit_bytes);
    if (content) {
      take_in(*file, *content);
      continue;
    }
    if (content.error().code == status_code::not_found) continue;  // pruned since the listing
    if (file->number == newest || ++failures > most_unreadable ||
        !op.check("the component's log")) {
      return fail_while(doing, std::move(content.error()));
    }
    put_aside(*file, false, std::move(content.error()));
  }
  return {};
}

std::uint64_t log_reader::newest_with_facts() const {
  std::uint64_t newest = 0;
  for (const auto& [file, status] : files_) {
    if (file.kind != log_file_kind::record && there({file.number, log_file_kind::record}))
      newest = std::max(newest, file.number);
  }
  return newest;
}

std::vector<log_file> log_reader::all_files() const {
  const std::vector<std::uint64_t> all = numbers();
  const std::uint64_t oldest =
      all.size() > newest_records_read ? all[all.size() - newest_records_read] : 0;
  std::vector<log_file> wanted;
  for (const auto& [file, status] : files_) {
    if (file.number >= oldest) want(wanted, file);
  }
  return wanted;
}

std::vector<log_file> log_reader::newest_files() const {
  std::vector<log_file> wanted;
  const std::vector<std::uint64_t> all = numbers();
  if (all.empty()) return wanted;
  want(wanted, {all.back(), log_file_kind::record});
  // The newest incarnation, unless a newer one has been claimed and not been seen in YARN yet.
  const std::uint64_t epoch = newest_with_facts();
  if (epoch != 0) {
    if (epoch != all.back()) want(wanted, {epoch, log_file_kind::record});
    // An end says what the other fact says, and more.
    const bool ended = there({epoch, log_file_kind::end});
    want(wanted, {epoch, ended ? log_file_kind::end : log_file_kind::application});
  }
  std::sort(wanted.begin(), wanted.end());
  return wanted;
}

result<log_snapshot> log_reader::read(const io::operation& op) {
  if (auto listed = list_unless_offered(op); !listed) return fail(std::move(listed.error()));
  if (files_.empty()) return log_snapshot{};
  if (auto read = fetch(op, all_files()); !read) return fail(std::move(read.error()));
  if (auto found = find_newest(op, false); !found) return fail(std::move(found.error()));
  if (auto found = find_newest_incarnation(op); !found) return fail(std::move(found.error()));
  if (auto sure = check_newest(); !sure) return fail(std::move(sure.error()));
  return known_;
}

result<log_snapshot> log_reader::read_newest(const io::operation& op) {
  if (auto listed = list_unless_offered(op); !listed) return fail(std::move(listed.error()));
  const std::vector<std::uint64_t> all = numbers();
  if (all.empty()) return log_snapshot{};
  if (auto read = fetch(op, newest_files()); !read) return fail(std::move(read.error()));
  const std::uint64_t newest = all.back();
  const auto record = known_.records.find(newest);
  if (record != known_.records.end()) {
    const log_record& last = record->second;
    if (last.kind == record_kind::run && last.continues != 0 && last.began == 0) return read(op);
  }
  if (auto found = find_newest(op, false); !found) return fail(std::move(found.error()));
  if (auto found = find_newest_incarnation(op); !found) return fail(std::move(found.error()));
  if (auto sure = check_newest(); !sure) return fail(std::move(sure.error()));
  return known_;
}

result<log_snapshot> log_reader::read_after(const io::operation& op, std::uint64_t number) {
  std::vector<log_file> wanted;
  for (const std::uint64_t later : numbers()) {
    if (later > number) want(wanted, {later, log_file_kind::record});
  }
  if (auto read = fetch(op, std::move(wanted)); !read) return fail(std::move(read.error()));
  for (const auto& [name, problem] : known_.unreadable) {
    const auto file = parse_log_file(name);
    const bool asked_for = file && file->kind == log_file_kind::record && file->number > number;
    if (asked_for && !problem.damaged) return fail(problem.reason);
  }
  return known_;
}

result<std::optional<application_fact>> log_reader::application_of(const io::operation& op,
                                                                   std::uint64_t epoch) {
  const log_file file{epoch, log_file_kind::application};
  std::vector<log_file> wanted;
  want(wanted, file);
  if (auto read = fetch(op, std::move(wanted)); !read) return fail(std::move(read.error()));
  const auto problem = known_.unreadable.find(name_of(file));
  if (problem != known_.unreadable.end() && !problem->second.damaged)
    return fail(problem->second.reason);
  const auto fact = known_.applications.find(epoch);
  return fact == known_.applications.end() ? std::nullopt : std::optional(fact->second);
}

// Only intents tell it, and each repeats it, but for those of an earlier version.
result<void> log_reader::learn_what_was_before(const io::operation& op) {
  const log_record* intent = known_.newest_intent();
  if (intent == nullptr || intent->last_epoch != 0) return {};
  std::vector<log_file> wanted;
  for (const log_file& file : all_files()) {
    if (file.kind == log_file_kind::record && file.number < intent->number) wanted.push_back(file);
  }
  return fetch(op, std::move(wanted));
}

result<void> log_reader::find_newest_incarnation(const io::operation& op) {
  if (auto found = find_newest(op, true); !found) return found;
  const log_record* incarnation = known_.newest_incarnation();
  if (incarnation == nullptr) return {};
  std::vector<log_file> wanted;
  const bool ended = there({incarnation->number, log_file_kind::end});
  want(wanted, {incarnation->number, ended ? log_file_kind::end : log_file_kind::application});
  return fetch(op, std::move(wanted));
}

// From the newest down to the first of the kind. A record of the other kind that names it ends the
// search; those of earlier versions do not, so that what lies between is read.
result<void> log_reader::find_newest(const io::operation& op, bool incarnation) {
  const auto is_it = [incarnation](const log_record& record) {
    return (record.kind == record_kind::incarnation) == incarnation;
  };
  std::vector<log_file> batch;
  const auto fetch_batch = [&]() -> result<bool> {
    const std::vector<log_file> wanted = std::exchange(batch, {});
    if (auto read = fetch(op, wanted); !read) return fail(std::move(read.error()));
    return std::any_of(wanted.begin(), wanted.end(), [&](const log_file& file) {
      const auto record = known_.records.find(file.number);
      return record != known_.records.end() && is_it(record->second);
    });
  };
  const std::vector<std::uint64_t> all = numbers();
  for (auto number = all.rbegin(); number != all.rend(); ++number) {
    const auto record = known_.records.find(*number);
    if (record == known_.records.end()) {
      if (!known_.is_unreadable(*number)) batch.push_back({*number, log_file_kind::record});
      if (batch.size() < searched_at_once) continue;
      auto found = fetch_batch();
      if (!found) return fail(std::move(found.error()));
      if (*found) return {};
      continue;
    }
    if (is_it(record->second)) break;
    const std::uint64_t named = incarnation ? record->second.last_epoch : record->second.intent;
    if (named == 0 || !there({named, log_file_kind::record})) continue;
    if (!known_.records.contains(named)) batch.push_back({named, log_file_kind::record});
    break;
  }
  auto found = fetch_batch();
  return found ? result<void>() : fail(std::move(found.error()));
}

result<void> log_reader::check_newest() const {
  const log_record* intent = known_.newest_intent();
  const log_record* incarnation = known_.newest_incarnation();
  const std::uint64_t intent_number = intent == nullptr ? 0 : intent->number;
  const std::uint64_t epoch = incarnation == nullptr ? 0 : incarnation->number;
  for (const auto& [name, problem] : known_.unreadable) {
    const auto file = parse_log_file(name);
    if (!file) continue;
    if (file->kind != log_file_kind::record) {
      const bool decides = file->number == epoch && file->kind != log_file_kind::checkpoints;
      if (decides) return fail(problem.reason);
      continue;
    }
    // It may be the newest of its kind, unless a newer record of the other kind names another one.
    const bool no_intent =
        file->number < intent_number ||
        (epoch > file->number && incarnation->intent == intent_number && intent_number != 0);
    const bool no_incarnation = file->number < epoch || (intent_number > file->number &&
                                                         intent->last_epoch == epoch && epoch != 0);
    if (!no_intent || !no_incarnation) return fail(problem.reason);
  }
  return {};
}

}  // namespace dm::component
