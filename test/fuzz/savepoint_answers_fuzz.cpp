// Flink's answers about savepoints and checkpoints, each with several HTTP statuses; and the header
// of _metadata.
// SPDX-License-Identifier: Apache-2.0
#include "flink/job_checkpoints.h"
#include "flink/savepoint_metadata.h"
#include "flink/savepoint_rest.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dm::flink;
  using dm::fuzz::require;
  const std::string_view text = dm::fuzz::text_of(data, size);
  const std::string address = "http://jm:8081";
  dm::io::http_response response;
  response.content_type = "application/json";
  response.body = text;
  for (const long status : {200L, 202L, 400L, 404L, 409L, 503L}) {
    response.status = status;
    static_cast<void>(read_trigger(response, address));
    static_cast<void>(read_disposal_status(response, address));
    static_cast<void>(read_checkpoints(response, address));
    static_cast<void>(read_checkpoint_interval(response, address));
    const auto read = read_savepoint_status(response, address);
    if (!read || !read->completed) continue;
    require(read->location.empty() != read->failure.empty(), "either a location or a failure");
    require(read->failure.size() <= 1000, "a failure is for people");
  }
  if (const auto path = hdfs_path(text)) {
    require(path->starts_with('/') && path->find("/../") == std::string::npos,
            "a path leads nowhere else");
    require(hdfs_path(hdfs_uri(*path)) == path, "a path survives being a URI");
  }
  if (const auto header = read_metadata_header(text))
    require(header->version >= 1 && header->version <= newest_metadata_version, "a known version");
  return 0;
}
