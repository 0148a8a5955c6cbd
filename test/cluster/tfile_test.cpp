// Aggregated logs, as Hadoop 3.3.6 wrote them (AggregatedLogFormat.LogWriter): two containers with
// three files each, with values in one piece and, with tfile.io.chunk.size=300, in many.
#include "cluster/tfile.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <random>

using namespace dm::cluster;
using dm::status_code;

namespace {

std::string file(const std::string& name) {
  std::ifstream in(std::string(DM_TFILES) + "/" + name, std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

range_reader reader_of(const std::string& bytes) {
  return [&bytes](std::int64_t offset, std::int64_t length) -> dm::result<std::string> {
    return bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
  };
}

std::int64_t size(const std::string& bytes) { return static_cast<std::int64_t>(bytes.size()); }

}  // namespace

TEST_CASE("an aggregated log tells its containers and their files") {
  for (const char* name : {"aggregated.tfile", "aggregated_small_pieces.tfile"}) {
    INFO(name);
    const std::string bytes = file(name);
    const auto read = reader_of(bytes);
    const auto files = read_aggregated_files(read, size(bytes));
    REQUIRE(files);
    REQUIRE(files->size() == 6);
    CHECK(files->front().container == "container_1795438290778_0007_01_000001");
    CHECK(files->front().name == "jobmanager.err");
    const aggregated_file& log = files->at(1);
    CHECK(log.name == "jobmanager.log");
    CHECK(log.size_bytes == 2590);
    CHECK(files->at(2).size_bytes == 0);
    CHECK(files->back().container == "container_1795438290778_0007_01_000002");
    const auto whole = read_aggregated_part(read, log, 0, log.size_bytes);
    REQUIRE(whole);
    CHECK(whole->size() == 2590);
    CHECK(whole->starts_with("2026-11-27 01:00:00,000 INFO  job - line 0 of jobmanager äöü\n"));
    CHECK(whole->ends_with("line 39 of jobmanager äöü\n"));
    CHECK(*read_aggregated_part(read, log, 1000, 700) == whole->substr(1000, 700));
    CHECK(read_aggregated_part(read, log, 2590, 10)->empty());
    CHECK(*read_aggregated_part(read, files->front(), 0, 100) == "error of jobmanager\n");
  }
}

TEST_CASE("a compressed one is said to be that, and what is none is none") {
  const std::string gz = file("aggregated_gz.tfile");
  const auto compressed = read_aggregated_files(reader_of(gz), size(gz));
  REQUIRE_FALSE(compressed);
  CHECK(compressed.error().code == status_code::failed_precondition);
  CHECK(compressed.error().message.find("gz") != std::string::npos);
  for (const std::string& other : {std::string(), std::string(1000, 'x'), std::string(28, '\0')}) {
    CHECK(read_aggregated_files(reader_of(other), size(other)).error().code ==
          status_code::failed_precondition);
  }
}

TEST_CASE("blocks that name the same bytes again and again are damage (INV-12)") {
  const auto with_blocks = [](std::size_t count) {
    std::string bytes("\x03\x00\x01V\x01x", 6);  // a key that is no container's, and its value
    const auto index_at = static_cast<char>(bytes.size());
    bytes += "\x04none";
    bytes += static_cast<char>(count);
    for (std::size_t i = 0; i < count; ++i) bytes += std::string("\x00\x06\x06", 3);
    const auto index_bytes = static_cast<char>(bytes.size() - 6);
    const auto names_at = static_cast<char>(bytes.size());
    bytes +=
        "\x01\x11"
        "data:BCFile.index\x04none";
    bytes += {index_at, index_bytes, index_bytes};
    bytes += std::string(7, '\0') + names_at + std::string("\x00\x01\x00\x00", 4);
    const std::string good = file("aggregated.tfile");
    return bytes + good.substr(good.size() - 16);
  };
  const std::string one = with_blocks(1);
  const auto read = read_aggregated_files(reader_of(one), size(one));
  if (!read) FAIL(read.error().text());
  CHECK(read->empty());
  const std::string two = with_blocks(2);
  const auto refused = read_aggregated_files(reader_of(two), size(two));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("overlap") != std::string::npos);
}

TEST_CASE("whatever is damaged in it, it is an error and no more") {
  const std::string good = file("aggregated_small_pieces.tfile");
  std::mt19937 random(7);
  std::uniform_int_distribution<std::size_t> place(0, good.size() - 1);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = good;
    for (int k = 0; k < 4; ++k) bytes[place(random)] = static_cast<char>(byte(random));
    const auto read = reader_of(bytes);
    const auto files = read_aggregated_files(read, size(bytes));
    if (!files) continue;
    for (const aggregated_file& one : *files) {
      for (const tfile_extent& extent : one.extents) CHECK(extent.length >= 0);
    }
  }
}
