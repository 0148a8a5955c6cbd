// The ResourceManager's list of applications.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/yarn_application.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dm::io::http_response response;
  response.status = 200;
  response.content_type = "application/json";
  response.body = dm::fuzz::text_of(data, size);
  static_cast<void>(dm::cluster::read_applications(response, "http://rm:8088"));
  response.status = 503;
  static_cast<void>(dm::cluster::read_applications(response, "http://rm:8088"));
  return 0;
}
