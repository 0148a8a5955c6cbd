// Finds class data on HDFS, or puts it there.
// SPDX-License-Identifier: Apache-2.0
#include "library/class_data.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "io/hash.h"
#include "io/json.h"
#include "library/flink_libraries.h"
#include "library/verified_upload.h"

namespace dm::library {

namespace {

constexpr std::string_view mark = "-classes-";
constexpr std::string_view libraries_name = "lib.tar";
constexpr std::string_view classes_name = "classes.jsa";
constexpr std::string_view manifest_name = "classes.json";
constexpr std::size_t largest_manifest = std::size_t{1} << 20;
constexpr std::size_t most_entries = 2'000;
constexpr int schema = 1;
constexpr int most_directories = 99;  // of one set, over the years
constexpr io::milliseconds removal_limit{10'000};

// 0: it is none of the set's.
int number_of(std::string_view entry, std::string_view set_name) {
  if (set_of_class_data(entry) != set_name) return 0;
  entry.remove_prefix(set_name.size() + mark.size());
  int number = 0;
  std::from_chars(entry.data(), entry.data() + entry.size(), number);
  return number;
}

std::string directory_name(const std::string& set_name, int number) {
  return fmt::format("{}{}{}", set_name, mark, number);
}

std::string manifest_of(const class_data_files& files, std::int64_t libraries_bytes,
                        std::int64_t classes_bytes) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", schema);
  io::put(writer, "java", files.java);
  io::key(writer, "class_path");
  writer.StartArray();
  for (const std::string& entry : files.class_path) io::string(writer, entry);
  writer.EndArray();
  io::put(writer, "libraries_bytes", libraries_bytes);
  io::put(writer, "classes_bytes", classes_bytes);
  writer.EndObject();
  return std::string(io::text(buffer)) + "\n";
}

// A jar of lib by its path in a container: it stands in the JobManager's class path.
bool is_entry(std::string_view text) {
  return text.starts_with("lib/") && text.ends_with(".jar") && text.size() <= 255 &&
         text.find("..") == std::string_view::npos &&
         text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
             "._-+@=~/") == std::string_view::npos;
}

// But for paths and times.
std::optional<class_data> read_manifest(std::string_view text) {
  const auto document = io::parse_json(text, "classes.json");
  if (!document || io::integer_member(*document, "schema") != schema) return std::nullopt;
  const auto java = io::string_member(*document, "java");
  const auto libraries = io::integer_member(*document, "libraries_bytes");
  const auto classes = io::integer_member(*document, "classes_bytes");
  const io::json_value* entries = io::member(*document, "class_path");
  if (!java || !libraries || !classes || entries == nullptr || !entries->IsArray() ||
      entries->Empty() || entries->Size() > most_entries)
    return std::nullopt;
  class_data data;
  data.java = first_line(*java, 80);
  data.libraries.bytes = *libraries;
  data.classes.bytes = *classes;
  for (const io::json_value& entry : entries->GetArray()) {
    if (!entry.IsString() || !is_entry(io::view(entry))) return std::nullopt;
    data.class_path.emplace_back(io::view(entry));
  }
  return data;
}

struct judgement {
  std::optional<class_data> good;
  std::string why_not;
};

result<judgement> judge(const io::operation& op, cluster::hdfs& hdfs, const std::string& root,
                        const std::string& root_owner, const cluster::file_status& candidate) {
  if (candidate.owner != hdfs.user() && candidate.owner != root_owner)
    return judgement{{}, fmt::format("it is {}'s", candidate.owner)};
  if (!candidate.others_may_pass()) return judgement{{}, "others may not pass it"};
  const std::string directory = root + "/" + candidate.name;
  const auto text = hdfs.read(op, fmt::format("{}/{}", directory, manifest_name), largest_manifest);
  if (!text && text.error().code == status_code::not_found)
    return judgement{{}, fmt::format("{} is not there", manifest_name)};
  if (!text) return fail(text.error());
  auto data = read_manifest(*text);
  if (!data) return judgement{{}, fmt::format("{} is not understood", manifest_name)};
  data->directory = directory;
  for (auto [name, file] :
       {std::pair(libraries_name, &data->libraries), std::pair(classes_name, &data->classes)}) {
    file->path = fmt::format("{}/{}", directory, name);
    const auto there = hdfs.status(op, file->path);
    if (!there && there.error().code == status_code::not_found)
      return judgement{{}, fmt::format("{} is not there", name)};
    if (!there) return fail(there.error());
    if (there->directory || there->length_bytes != file->bytes) {
      return judgement{
          {}, fmt::format("{} has {} bytes instead of {}", name, there->length_bytes, file->bytes)};
    }
    if (!there->others_may_read())
      return judgement{{}, fmt::format("others may not read {}", name)};
    file->modified_ms = there->modified_ms;
  }
  return judgement{std::move(data), {}};
}

result<std::vector<cluster::file_status>> candidates(const io::operation& op, cluster::hdfs& hdfs,
                                                     const std::string& root,
                                                     const std::string& set_name) {
  std::vector<cluster::file_status> found;
  const auto walked = hdfs.for_each(op, root, [&](const cluster::file_status& entry) {
    if (entry.directory && number_of(entry.name, set_name) != 0) found.push_back(entry);
    return true;
  });
  if (!walked) return fail(walked.error());
  std::sort(found.begin(), found.end(), [&](const auto& one, const auto& other) {
    return number_of(one.name, set_name) > number_of(other.name, set_name);
  });
  return found;
}

}  // namespace

std::string_view set_of_class_data(std::string_view name) {
  const std::size_t at = name.rfind(mark);
  if (at == std::string_view::npos || at == 0) return {};
  const std::string_view digits = name.substr(at + mark.size());
  const bool number = !digits.empty() && digits.size() <= 2 && digits.front() != '0' &&
                      digits.find_first_not_of("0123456789") == std::string_view::npos;
  const std::string_view set = name.substr(0, at);
  return number && !version_of_library_directory(set).empty() ? set : std::string_view();
}

result<class_data_search> find_class_data(const io::operation& op, cluster::hdfs& hdfs,
                                          const std::string& root, const std::string& set_name) {
  class_data_search search;
  const auto stands = hdfs.status(op, root);
  if (!stands && stands.error().code == status_code::not_found) return search;
  if (!stands) return fail(stands.error());
  const auto there = candidates(op, hdfs, root, set_name);
  if (!there) return fail(there.error());
  for (const cluster::file_status& candidate : *there) {
    auto judged = judge(op, hdfs, root, stands->owner, candidate);
    if (!judged) return fail(std::move(judged.error()));
    if (judged->good) {
      search.found = std::move(judged->good);
      return search;
    }
    search.notes.push_back(
        fmt::format("hdfs:{}/{} is passed over: {}", root, candidate.name, judged->why_not));
  }
  return search;
}

result<std::string> publish_class_data(const io::operation& op, cluster::hdfs& hdfs,
                                       const std::string& root, const std::string& set_name,
                                       const class_data_files& files) {
  const std::string temporary =
      fmt::format("{}/.{}.{}.tmp", root, directory_name(set_name, 0), io::random_hex(8));
  local_digests digests;
  const auto upload = [&]() -> result<void> {
    const auto libraries = digests.open(op, files.libraries);
    if (!libraries) return fail(libraries.error());
    const auto classes = digests.open(op, files.classes);
    if (!classes) return fail(classes.error());
    if (auto made = hdfs.make_directory(op, temporary, "755"); !made) return made;
    for (const auto& [name, file] :
         {std::pair(libraries_name, &*libraries), std::pair(classes_name, &*classes)}) {
      if (auto sent =
              upload_verified(op, hdfs, *file, fmt::format("{}/{}", temporary, name), "644");
          !sent)
        return sent;
    }
    return hdfs.create(op, fmt::format("{}/{}", temporary, manifest_name),
                       manifest_of(files, libraries->bytes, classes->bytes), "644");
  };
  const auto give_up = [&](error why) {
    (void)hdfs.remove(io::operation::within(removal_limit), temporary, true);
    return fail(std::move(why));
  };
  if (auto sent = upload(); !sent) return give_up(std::move(sent.error()));
  for (int round = 0; round < most_directories; ++round) {
    const auto there = candidates(op, hdfs, root, set_name);
    if (!there) return give_up(there.error());
    const int number = there->empty() ? 1 : number_of(there->front().name, set_name) + 1;
    if (number > most_directories) {
      return give_up(fail(status_code::failed_precondition,
                          fmt::format("hdfs:{}/{} is there already", root,
                                      directory_name(set_name, most_directories)),
                          "remove the class data that no application uses (housekeeping shows it)")
                         .value());
    }
    std::string target = root + "/" + directory_name(set_name, number);
    auto named = hdfs.rename(op, temporary, target, cluster::hdfs::rename_option::none);
    if (named) return target;
    if (named.error().code != status_code::already_exists) return give_up(std::move(named.error()));
  }
  return give_up(fail(status_code::unavailable,
                      fmt::format("others put class data to hdfs:{} all the time", root))
                     .value());
}

}  // namespace dm::library
