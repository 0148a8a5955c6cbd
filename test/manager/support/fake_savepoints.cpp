// The savepoints of the fake plugin.
// SPDX-License-Identifier: Apache-2.0
#include "support/fake_savepoints.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fake_savepoints {
namespace {

using rapidjson::Document;
using rapidjson::Value;

std::string text_of(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

std::string member(const Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsString() ? found->value.GetString() : "";
}

std::string file_of(const std::string& script, const Value& request) {
  return script + "/savepoints-" + member(request, "application") + "-" +
         member(request, "component");
}

// An array, the oldest first.
Document load(const std::string& script, const Value& request) {
  std::ifstream stream(file_of(script, request));
  std::stringstream text;
  text << stream.rdbuf();
  Document points(rapidjson::kArrayType);
  if (!text.str().empty()) points.Parse(text.str().c_str());
  return points;
}

// Whole or not at all: a list may be asked for at the same moment.
void store(const std::string& script, const Value& request, const Document& points) {
  static std::atomic<int> count{0};
  const std::string file = file_of(script, request);
  const std::string written = script + "/.new-" + std::to_string(++count);
  std::ofstream(written, std::ios::trunc) << text_of(points);
  std::filesystem::rename(written, file);
}

Value* find(Document& points, const std::string& id) {
  for (Value& point : points.GetArray()) {
    if (point["id"] == id) return &point;
  }
  return nullptr;
}

answer refusal(dm_status status, const char* code, const std::string& message) {
  return {status, std::string(R"({"schema":1,"error":{"code":")") + code + R"(","message":")" +
                      message + R"(","details":[],"retry":false}})"};
}

answer not_found(const std::string& id) {
  return refusal(DM_STATUS_NOT_FOUND, "NOT_FOUND", "there is no restore point " + id);
}

bool passes(const Value& point, const Value& request) {
  const std::string state = point["state"].GetString();
  if (!request.HasMember("states")) return state != "DISPOSED" && state != "FAILED";
  const auto states = request["states"].GetArray();
  return std::any_of(states.begin(), states.end(), [&](const Value& one) { return one == state; });
}

std::string list_one(const std::string& script, const Value& component, const Value& request) {
  Document points = load(script, component);
  const std::string after = member(request, "after");
  const std::int64_t limit = request.HasMember("limit") ? request["limit"].GetInt64() : 50;
  bool begun = after.empty();
  std::int64_t total = 0;
  std::int64_t shown = 0;
  bool more = false;
  std::string list;
  for (auto point = points.End(); point != points.Begin();) {
    --point;
    if (passes(*point, request)) {
      ++total;
      if (begun && shown == limit) more = true;
      if (begun && shown < limit) {
        list += (shown++ == 0 ? "" : ",") + text_of(*point);
      }
    }
    if ((*point)["id"] == after) begun = true;
  }
  return std::string(R"({"namespace":"test","application":")") + member(component, "application") +
         R"(","component":")" + member(component, "component") + R"(","id":"0","points":[)" + list +
         R"(],"total":)" + std::to_string(total) + R"(,"more":)" + (more ? "true" : "false") + "}";
}

answer list(const std::string& script, const Value& request) {
  std::string all;
  for (const Value& component : request["components"].GetArray()) {
    all += (all.empty() ? "" : ",") + list_one(script, component, request);
  }
  return {DM_STATUS_OK, R"({"schema":1,"components":[)" + all + "]}"};
}

answer change(const std::string& script, const Value& request, const std::string& verb) {
  Document points = load(script, request);
  Value* point = find(points, member(request, "savepoint"));
  if (point == nullptr) return not_found(member(request, "savepoint"));
  if (verb == "dispose") {
    if ((*point)["pinned"].GetBool()) {
      return refusal(DM_STATUS_FAILED_PRECONDITION, "FAILED_PRECONDITION", "it is pinned");
    }
    (*point)["state"] = "DISPOSED";
  } else {
    (*point)["pinned"] = verb == "pin";
  }
  store(script, request, points);
  return {DM_STATUS_OK, std::string(R"({"schema":1,"changed":true,"pinned":)") +
                            ((*point)["pinned"].GetBool() ? "true" : "false") + "}"};
}

answer plan(const std::string& script, const Value& request) {
  const bool upgrade = request.HasMember("next");
  const std::string wanted = member(request, "savepoint");
  Document points = load(script, request);
  const bool possible = wanted.empty() || find(points, wanted) != nullptr;
  return {
      DM_STATUS_OK,
      std::string(R"({"schema":1,"possible":)") + (possible ? "true" : "false") +
          R"(,"obstacles":[)" + (possible ? "" : "\"there is no " + wanted + "\"") +
          R"(],"steps":[")" +
          (upgrade ? "stop, lay out " + member(request["next"], "package") : std::string("start")) +
          R"("],"restore_point":null,"why":"nothing is known","age_ms":0,"changes":[],)"
          R"("not_restorable":[],"not_known":[],"warnings":[]})"};
}

}  // namespace

std::size_t count(const std::string& script, const Value& request) {
  return load(script, request).Size();
}

std::string take(const std::string& script, const Value& request, const std::string& id,
                 const std::string& operation) {
  Document points = load(script, request);
  if (const Value* known = find(points, id)) return text_of(*known);
  auto& memory = points.GetAllocator();
  const std::string number = std::to_string(points.Size());
  Document point(&memory);
  const std::string text = R"({"id":")" + id +
                           R"(","kind":"savepoint","state":"COMPLETED","operation":")" + operation +
                           R"(","pinned":false,"path":"hdfs:///state/)" + id + R"(","user":")" +
                           member(request, "user") + R"(","completed_at":"2024-01-01T00:)" +
                           (number.size() < 2 ? "0" : "") + number + R"(:00.000Z"})";
  point.Parse(text.c_str());
  points.PushBack(point, memory);
  store(script, request, points);
  return text;
}

std::string newest_of_stop(const std::string& script, const Value& request) {
  const Document points = load(script, request);
  for (auto point = points.End(); point != points.Begin();) {
    --point;
    if ((*point)["operation"] == "stop") return text_of(*point);
  }
  return "null";
}

answer carry_out(const std::string& verb, const std::string& script, const Value& request,
                 bool running) {
  if (verb == "list") return list(script, request);
  if (verb == "plan") return plan(script, request);
  if (verb == "resume") {
    Document points = load(script, request);
    const std::string id = member(request, "savepoint");
    const Value* point = find(points, id);
    if (point == nullptr && id != "latest" && id.find('/') == std::string::npos) {
      return not_found(id);
    }
    const std::string from = point == nullptr
                                 ? ""
                                 : R"(,"restore_point":{"id":")" + id + R"(","path":")" +
                                       member(*point, "path") + R"(","why":"named"})";
    return {DM_STATUS_OK,
            R"({"schema":1,"changed":true,"state":"RUNNING","desired":"RUNNING","information":"")" +
                from + "}"};
  }
  if (verb != "trigger") return change(script, request, verb);
  const std::string id = member(request, "operation");
  Document points = load(script, request);
  const Value* known = find(points, id);
  if (known == nullptr && !running) {
    return refusal(DM_STATUS_FAILED_PRECONDITION, "FAILED_PRECONDITION", "no job runs");
  }
  const std::string point = take(script, request, id, "trigger");
  return {DM_STATUS_OK, std::string(R"({"schema":1,"changed":)") +
                            (known == nullptr ? "true" : "false") + R"(,"operation":")" + id +
                            R"(","savepoint":)" + point + R"(,"retired":[]})"};
}

}  // namespace fake_savepoints
