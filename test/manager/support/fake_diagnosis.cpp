// What the fake plugin tells of failures.
// SPDX-License-Identifier: Apache-2.0
#include "support/fake_diagnosis.h"

namespace fake_diagnosis {

namespace {

constexpr char head[] =
    R"("id":"3-end","at":"2026-11-23T12:30:00.500Z","epoch":3,"application_id":"application_1_0001",)"
    R"("class":"user_exception","source":"job archive","message":"java.lang.IllegalStateException: boo",)"
    R"-("frame":"a.B.c(B.java:1)","count":2,"last_at":"2026-11-23T12:30:00.500Z","size_bytes":500,"kept":true)-";

std::string text_of(const rapidjson::Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsString() ? found->value.GetString() : "";
}

}  // namespace

fake_savepoints::answer carry_out(const std::string& verb, const rapidjson::Value& request,
                                  const std::string& state) {
  if (verb == "explain") {
    return {DM_STATUS_OK,
            R"({"schema":1,"state":")" + state +
                R"(","sentences":["Somebody asked for a start.","It is )" + state +
                R"(."],"facts":[{"source":"fake","message":"it says so"}],"rules":["It is so."]})"};
  }
  const std::string wanted = text_of(request, "incident");
  if (!wanted.empty() && wanted != "3-end") {
    return {
        DM_STATUS_NOT_FOUND,
        R"({"schema":1,"error":{"code":"NOT_FOUND","message":"no such incident","details":[],"retry":false}})"};
  }
  const std::string document =
      wanted.empty()
          ? ""
          : R"(,"document":{"diagnostics":{},"exceptions":[],"vertices":[],"logs":[{"source":"jobmanager.log","text":"its end"}],"missing":[]})";
  const bool behind = text_of(request, "after") == "3-end";
  return {DM_STATUS_OK, std::string(R"({"schema":1,"incidents":[)") +
                            (behind ? "" : "{" + (head + document) + "}") + R"(],"more":false})"};
}

}  // namespace fake_diagnosis
