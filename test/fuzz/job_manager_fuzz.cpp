// Flink's REST answers, and its job archive. Each answer with several HTTP statuses.
// SPDX-License-Identifier: Apache-2.0
#include "flink/job_archive.h"
#include "flink/job_manager.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dm::flink;
  const std::string address = "http://jm:8081";
  dm::io::http_response response;
  response.content_type = "application/json";
  response.body = dm::fuzz::text_of(data, size);
  for (const long status : {200L, 404L, 500L, 503L}) {
    response.status = status;
    static_cast<void>(read_jobs_overview(response, address));
    static_cast<void>(read_job(response, address));
    static_cast<void>(read_exceptions(response, address));
    static_cast<void>(read_restarts(response, address));
    static_cast<void>(read_flink_version(response, address));
    static_cast<void>(read_cancel(response, address));
  }
  static_cast<void>(read_job_archive(response.body, "79027c5e5ce9d22420e092835033910c"));
  return 0;
}
