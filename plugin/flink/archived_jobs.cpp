// A history server's overview, counted while it is read.
// SPDX-License-Identifier: Apache-2.0
#include "flink/archived_jobs.h"

#include <rapidjson/error/error.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <string_view>

#include "flink/job_manager.h"
#include "flink/rest_answer.h"
#include "io/json.h"

namespace dm::flink {

namespace {

constexpr std::string_view beginning = R"({"jobs":[)";

// Sees {"jobs":[{"state":"FINISHED",...},...]}, or "finished" instead of "jobs" of a version before
// 1.5, and keeps nothing of it but counts.
class counter {
 public:
  archived_jobs jobs;
  bool has_list = false;

  bool Null() { return true; }
  bool Bool(bool) { return true; }
  bool Int(int) { return true; }
  bool Uint(unsigned) { return true; }
  bool Int64(std::int64_t) { return true; }
  bool Uint64(std::uint64_t) { return true; }
  bool Double(double) { return true; }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return true; }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    if (!in_list_ || depth_ != in_a_job || !state_follows_) return true;
    state_follows_ = false;
    has_state_ = true;
    const std::string_view state(text, length);
    if (state == "FINISHED") ++jobs.finished;
    if (state == "FAILED") ++jobs.failed;
    if (state == "CANCELED") ++jobs.canceled;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view name(text, length);
    if (depth_ == 1) list_follows_ = name == "jobs" || name == "finished";
    state_follows_ = depth_ == in_a_job && name == "state" && !has_state_;
    return true;
  }
  bool StartObject() {
    state_follows_ = false;
    if (in_list_ && depth_ == 2) {
      ++jobs.count;
      has_state_ = false;
    }
    return ++depth_ <= deepest;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray() {
    state_follows_ = false;
    if (depth_ == 1 && list_follows_) in_list_ = has_list = true;
    return ++depth_ <= deepest;
  }
  bool EndArray(rapidjson::SizeType) {
    if (--depth_ == 1) in_list_ = false;
    return true;
  }

 private:
  static constexpr int in_a_job = 3;
  static constexpr int deepest = 64;
  int depth_ = 0;
  bool list_follows_ = false;
  bool in_list_ = false;
  bool state_follows_ = false;
  bool has_state_ = false;  // of the job that is read; the first of two counts
};

// What ends within a character or its escape is wrong from that one's beginning on, for RapidJSON.
bool is_cut(const rapidjson::ParseResult& parsed, std::size_t size) {
  constexpr std::size_t longest_escape = std::string_view(R"(\ud83d\ude00)").size();
  switch (parsed.Code()) {
    case rapidjson::kParseErrorStringEscapeInvalid:
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
    case rapidjson::kParseErrorStringInvalidEncoding:
      return parsed.Offset() + longest_escape > size;
    default:
      return parsed.Offset() >= size;
  }
}

}  // namespace

io::http_request archived_jobs_request(const std::string& address) {
  return jobs_overview_request(address);
}

io::http_request old_archived_jobs_request(const std::string& address) {
  return get(address, "/joboverview");
}

result<archived_jobs> read_archived_jobs(const io::http_response& response,
                                         const std::string& address) {
  if (response.status == 200 && response.json()) {
    counter seen;
    rapidjson::MemoryStream text(response.body.data(), response.body.size());
    rapidjson::Reader reader;
    constexpr unsigned flags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
    const rapidjson::ParseResult parsed = reader.Parse<flags>(text, seen);
    if (!parsed.IsError() && seen.has_list) return seen.jobs;
    const bool cut = parsed.IsError() && is_cut(parsed, response.body.size());
    if (cut && (seen.has_list || beginning.starts_with(response.body))) {
      seen.jobs.whole = false;
      return seen.jobs;
    }
    return not_as_expected(address, "list of jobs");
  }
  auto refused = read_document(response, address);
  return refused ? not_as_expected(address, "list of jobs") : fail(std::move(refused.error()));
}

result<history_server_config> read_history_server_config(const io::http_response& response,
                                                         const std::string& address) {
  const auto document = read_document(response, address);
  if (!document) return fail(document.error());
  if (!document->IsObject()) return not_as_expected(address, "configuration");
  history_server_config config;
  config.version = io::string_member_or(*document, "flink-version", "");
  if (config.version.empty() && !io::integer_member(*document, "refresh-interval"))
    return not_as_expected(address, "flink-version");
  // Versions before 1.10 do not tell.
  if (const io::json_value* features = io::member(*document, "features"))
    config.job_manager = io::bool_member(*features, "web-history") == false;
  return config;
}

}  // namespace dm::flink
