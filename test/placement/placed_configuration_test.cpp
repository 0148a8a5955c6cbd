// The configuration directory of a component's client, as it lies in the component's directory.
#include "placement/placed_configuration.h"

#include <catch2/catch.hpp>

#include <filesystem>

#include "support/node.h"

using namespace dm::placement;
using dm::package::client_configuration;
using dm::test::mode_of;
using dm::test::names_in;
using dm::test::read_text;
using dm::test::temporary_directory;
using dm::test::write_text;
namespace io = dm::io;

TEST_CASE("it is made, left where it is right, and replaced as a whole where it is not") {
  const temporary_directory directory;
  write_text(directory / "site/config.yaml", "a: b\n");
  std::filesystem::create_directory(directory / "component");
  const auto opened = io::open_directory(directory / "component");
  REQUIRE(opened);
  client_configuration planned{
      directory / "site", {"config.yaml"}, {{"log4j.properties", "one\n"}}};
  const auto place = [&] { return place_configuration(opened->get(), planned, {}); };
  CHECK(place().value());
  CHECK(read_text(directory / "component/conf/config.yaml") == "a: b\n");
  CHECK(read_text(directory / "component/conf/log4j.properties") == "one\n");
  CHECK(mode_of(directory / "component/conf") == 0750);
  CHECK_FALSE(place().value());
  // What the site changes there counts.
  write_text(directory / "site/config.yaml", "a: c\n");
  CHECK_FALSE(place().value());
  CHECK(read_text(directory / "component/conf/config.yaml") == "a: c\n");
  planned.files.front().second = "two\n";
  CHECK(place().value());
  CHECK(read_text(directory / "component/conf/log4j.properties") == "two\n");
  write_text(directory / "component/conf/stranger", "x");
  CHECK(place().value());
  CHECK_FALSE(std::filesystem::exists(directory / "component/conf/stranger"));
  // What a killed one has left goes, too.
  std::filesystem::create_directory(directory / "component/conf.new-0000");
  planned.links.clear();
  CHECK(place().value());
  CHECK(names_in(directory / "component") == std::vector<std::string>{"conf"});
}
