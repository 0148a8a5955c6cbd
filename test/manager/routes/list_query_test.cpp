// The query of a list.
// SPDX-License-Identifier: Apache-2.0
#include "routes/list_query.h"

#include <catch2/catch.hpp>

#include <map>

using namespace manager;

namespace {

http_request asks(const std::string& target) {
  http_request request;
  const auto parsed = parse_target(target);
  request.path = parsed->path;
  request.query = parsed->query;
  return request;
}

std::vector<problem> problems_of(const list_query& query) {
  try {
    query.check();
    return {};
  } catch (const failure& why) {
    CHECK(why.kind() == failure_kind::failed_validation);
    return why.problems();
  }
}

}  // namespace

TEST_CASE("what is given is read, what is not given or empty restricts nothing") {
  const auto request = asks(
      "/list?colour=red&prefix=a.b-1&user=ada%40x&since=2024-05-01T12:00:00Z&limit=7&after=&flag="
      "true");
  list_query query(request, {"colour", "prefix", "user", "since", "flag", "shape"});
  CHECK(query.one_of("colour", {"red", "blue"}) == "red");
  CHECK(query.one_of("shape", {"round"}).empty());
  CHECK(query.prefix() == "a.b-1");
  CHECK(query.account("user") == "ada@x");
  CHECK(query.time("since") == 1714564800000);
  CHECK(query.limit(50) == 7);
  CHECK(query.after_name().empty());
  CHECK(query.flag("flag", false));
  query.check();
  const auto bare = asks("/list");
  list_query empty(bare, {"since"});
  CHECK(empty.limit(50) == 50);
  CHECK(empty.limit(no_limit) == no_limit);
  CHECK(empty.time("since") == 0);
}

TEST_CASE("everything that is wrong is said at once, with what is allowed") {
  const auto request =
      asks("/list?colour=green&colour=red&limit=1001&after=%0A&since=yesterday&prefix=%27&size=3");
  list_query query(request, {"colour", "since", "prefix"});
  query.one_of("colour", {"red", "blue"});
  query.limit(50);
  query.after_name();
  query.time("since");
  query.prefix();
  const auto problems = problems_of(query);
  std::map<std::string, std::string> allowed;
  for (const problem& one : problems) allowed[one.path + " " + one.message] = one.allowed;
  CHECK(allowed.size() == 7);
  CHECK(allowed["colour "] == "red, blue");
  CHECK(allowed["colour is given twice"] == "once");
  CHECK(allowed["limit "] == "a whole number, 1 to 1000");
  CHECK(allowed["after "] == "the last name of the page before");
  CHECK(allowed["since "].find("2024-05-01T12:00:00Z") != std::string::npos);
  CHECK(allowed["prefix "].find("letters") != std::string::npos);
  CHECK(allowed["size is not a known query parameter"] ==
        "user.name, colour, since, prefix, limit, after");
  for (const char* limit : {"0", "-1", "7x", "99999999999999999999"}) {
    const auto wrong = asks(std::string("/list?limit=") + limit);
    list_query one(wrong, {});
    one.limit(50);
    CHECK(problems_of(one).size() == 1);
  }
}

TEST_CASE("the next page is the same list, behind the last entry") {
  const auto request = asks("/a%20list/x?user.name=ada&colour=red%26blue&after=old&limit=2");
  list_query query(request, {"colour"});
  http_response response;
  query.set_next(response, "new one");
  REQUIRE(response.headers.size() == 1);
  CHECK(response.headers[0].first == "Link");
  CHECK(response.headers[0].second ==
        "</a%20list/x?user.name=ada&colour=red%26blue&limit=2&after=new%20one>; rel=\"next\"");
}

TEST_CASE("a page is cut, and one more entry tells that there are more") {
  CHECK(one_more_than(2) == 3);
  CHECK(one_more_than(no_limit) == no_limit);
  std::vector<int> rows = {1, 2, 3};
  CHECK(cut_to_page(rows, 2));
  CHECK(rows == std::vector<int>{1, 2});
  CHECK_FALSE(cut_to_page(rows, 2));
  CHECK_FALSE(cut_to_page(rows, no_limit));
}
