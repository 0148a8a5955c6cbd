// application.properties: the package's own, references, generated lines, escapes, secrets.
#include "package/application_properties.h"

#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::package;
using dm::test::json;

namespace {

application_properties render(const std::optional<std::string>& file, const std::string& properties,
                              bool generate = true) {
  const auto document = json(properties);
  return render_application_properties(file, read_properties(document), generate,
                                       references::complete);
}

}  // namespace

TEST_CASE(
    "the package's file comes first byte for byte, then one line per property in order (contract "
    "3.3)") {
  const std::string file = "# comment\r\na=b\\\n  c\nregex=^x$ $1\n";
  const auto result = render(
      file, "{'environment_name_node':'hdfs://nn','component_job_name':'app-c-job','plain':true}");
  CHECK(result.problems.empty());
  CHECK(result.text ==
        file + "\nenvironment.name_node=hdfs://nn\ncomponent.job_name=app-c-job\nplain=True\n");
}

TEST_CASE(
    "component_no_auto_props leaves the package's file alone, and an absent file is generated "
    "whole") {
  CHECK(render("a=b\n", "{'component_x':'1'}", false).text == "a=b\n");
  CHECK(render(std::nullopt, "{'component_x':'1'}").text == "\ncomponent.x=1\n");
  CHECK(render(std::nullopt, "{'component_x':'1'}", false).text.empty());
}

TEST_CASE("references in the file and in values are replaced once") {
  const auto result = render("a=${component_x}/$component_x $$5\n",
                             "{'component_x':'${environment_y}','environment_y':'why'}");
  CHECK(result.problems.empty());
  CHECK(result.text ==
        "a=${environment_y}/${environment_y} $5\n\ncomponent.x=why\nenvironment.y=why\n");
}

TEST_CASE("what is put in is escaped for java.util.Properties, in values and in keys") {
  const auto result = render("${component_k}=${component_v}\n",
                             "{'component_k':'a b:c=d','component_v':' "
                             "C:\\\\x\\ny\\tz','component_u':'ä€😀','component_h':'#x = y'}");
  CHECK(result.problems.empty());
  CHECK(result.text ==
        "a\\ b\\:c\\=d=\\ C:\\\\x\\ny\\tz\n"
        "\ncomponent.k=a b:c=d\ncomponent.v=\\ C:\\\\x\\ny\\tz\n"
        "component.u=\\u00E4\\u20AC\\uD83D\\uDE00\ncomponent.h=#x = y\n");
}

TEST_CASE("names of properties cannot add a line or a separator") {
  const auto result =
      render(std::nullopt, "{'component_a\\nevil':'1','component_b=c':'2','#x_y':'3'}");
  CHECK(result.text == "\ncomponent.a\\nevil=1\ncomponent.b\\=c=2\n\\#x.y=3\n");
}

TEST_CASE("all unknown references are told with their lines (E34)") {
  const auto result = render("a=${no_1}\nb=c\nd=${no_2} ${no_1}\n# ${no_3}\ne=$no_4\n", "{}");
  REQUIRE(result.problems.size() == 4);
  CHECK(result.problems[0].path == "application.properties:1");
  CHECK(result.problems[1].path == "application.properties:3");
  CHECK(result.problems[2].path == "application.properties:3");
  CHECK(result.problems[3].path == "application.properties:4");
  CHECK(result.problems[1].found.find("no_2") != std::string::npos);
  REQUIRE(result.warnings.size() == 1);  // without braces it may be anything
  CHECK(result.warnings[0].path == "application.properties:5");
}

TEST_CASE("secrets get no line, and a reference to one is refused (E33, D-10)") {
  const std::string secrets =
      "{'environment_hadoop_manager_password':'s3cr3t','environment_cluster_private_key':'s3cr3t',"
      "'component_db':{'user':'u','password':'s3cr3t'},'component_api_token':'s3cr3t','component_x'"
      ":'${component_api_token}'}";
  const auto generated = render("a=b\n", secrets);
  CHECK(generated.problems.empty());
  CHECK(generated.text == "a=b\n\ncomponent.x=${component_api_token}\n");
  CHECK(generated.warnings.size() == 2);  // the environment's are the administrator's
  const auto referred = render("a=b\np=${environment_hadoop_manager_password}\n", secrets);
  REQUIRE(referred.problems.size() == 1);
  CHECK(referred.problems[0].path == "application.properties:2");
  for (const auto& p : referred.problems)
    CHECK((p.found + p.allowed).find("s3cr3t") == std::string::npos);
}

TEST_CASE("a file that is not UTF-8 is left alone") {
  const std::string file =
      "name=Gr\xF6\xDF"
      "e ${no_such}\n";
  const auto result = render(file, "{'component_x':'1'}");
  CHECK(result.problems.empty());
  CHECK(result.text == file + "\ncomponent.x=1\n");
  CHECK(result.warnings.size() == 1);
}

TEST_CASE("of a property given twice only the last one gets a line") {
  CHECK(render(std::nullopt, "{'component_x':'1','component_y':'2','component_x':'3'}").text ==
        "\ncomponent.y=2\ncomponent.x=3\n");
}

TEST_CASE("an open last line does not swallow the first generated one") {
  const std::string line = "component.x=1\n";
  const std::string properties = "{'component_x':'1'}";
  for (const char* open : {"dir=x\\", "dir=x\\\n", "dir=x\\\r\n", "dir=x\\\r", "dir=x\\\\\\"}) {
    INFO(open);
    CHECK(render(open, properties).text == std::string(open) + "\n\n" + line);
  }
  for (const char* closed : {"dir=x", "dir=x\\\\", "dir=x\n", "dir=x\\\\\n", ""}) {
    INFO(closed);
    CHECK(render(closed, properties).text == std::string(closed) + "\n" + line);
  }
}

TEST_CASE("a byte order mark is left out and named; UTF-16 is refused") {
  const auto marked = render(
      "\xEF\xBB\xBF"
      "a=${component_x}\r\n",
      "{'component_x':'1'}");
  CHECK(marked.problems.empty());
  CHECK(marked.text == "a=1\r\n\ncomponent.x=1\n");
  CHECK(marked.warnings.size() == 1);
  const auto wide = render(std::string("\xFF\xFE"
                                       "a\0=\0",
                                       6),
                           "{}");
  REQUIRE(wide.problems.size() == 1);
  CHECK(wide.problems[0].found.find("UTF-16") != std::string::npos);
}

TEST_CASE("many references cost no more each than few, and their problems are cut with a count") {
  std::string file;
  for (int i = 0; i < 400'000; ++i) file += "${nothing}";  // one line of 4 MB
  const auto one_line = render(file, "{}");
  CHECK(one_line.problems.size() == dm::most_problems);
  CHECK(one_line.problems.count() == 400'000);
  REQUIRE(one_line.problems.details().size() == dm::most_problems + 1);
  CHECK(one_line.problems.details().back().found == "and 399900 more");
  std::string lines;
  for (int i = 0; i < 100'000; ++i) lines += "k$nothing\nv\n";
  const auto many_lines = render(lines, "{}");
  CHECK(many_lines.problems.empty());
  REQUIRE(many_lines.warnings.size() == dm::most_problems + 1);
  CHECK(many_lines.warnings[99].path == "application.properties:199");
}
