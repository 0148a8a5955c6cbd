// The page's files.
// SPDX-License-Identifier: Apache-2.0
#include "routes/page_files.h"

#include <catch2/catch.hpp>

#include <regex>

using namespace manager;

namespace {

std::string header(const http_response& response, const std::string& name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("a browser asks for three files, all from here, with nothing inside the document") {
  const page_files files;
  const std::string text = files.index(false).text;
  const std::regex asked(R"re((src|href)="(/[^"]*)")re");
  int found = 0;
  for (std::sregex_iterator one(text.begin(), text.end(), asked), end; one != end; ++one, ++found) {
    const std::string path = (*one)[2];
    INFO(path);
    REQUIRE(path.substr(0, 6) == "/page/");
    CHECK(files.find(path.substr(6)) != nullptr);
  }
  CHECK(found == 3);  // style, script, icon
  CHECK(text.find("://") == std::string::npos);
  CHECK(text.find("style=") == std::string::npos);
  CHECK_FALSE(std::regex_search(text, std::regex(R"(<script[^>]*>[^<])")));
  CHECK_FALSE(std::regex_search(text, std::regex(R"( on[a-z]+=)")));
}

TEST_CASE("none of them makes markup or code out of a text, or asks somebody else") {
  const page_files files;
  const std::string script = files.find("page.js")->text;
  for (const char* never :
       {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
        "createContextualFragment", "srcdoc", "import("}) {
    INFO(never);
    CHECK(script.find(never) == std::string::npos);
  }
  const std::string style = files.find("page.css")->text;
  CHECK(style.find("url(") == std::string::npos);
  CHECK(style.find("@import") == std::string::npos);
}

TEST_CASE("the first paint is small") {
  const page_files files;
  std::size_t zipped = 0;
  for (const char* name : {"index.html", "page.css", "page.js"})
    zipped += files.find(name)->zipped.size();
  CHECK(zipped < 150'000);
}

TEST_CASE("an answer is small where it may be, and none where the client has it") {
  const page_files files;
  const page_file& file = *files.find("page.js");
  http_request request;
  const http_response plain = page_response(file, request);
  CHECK(plain.body == file.text);
  const std::string policy = header(plain, "Content-Security-Policy");
  for (const char* part : {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
                           "base-uri 'none'", "require-trusted-types-for 'script'"}) {
    INFO(part);
    CHECK(policy.find(part) != std::string::npos);
  }
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(header(plain, "Cache-Control") == "no-cache");
  request.accept_encoding = "gzip";
  CHECK(page_response(file, request).body == file.zipped);
  request.if_none_match = header(plain, "ETag");
  const http_response known = page_response(file, request);
  CHECK(known.status == 304);
  CHECK(known.body.empty());
  CHECK(header(known, "ETag") == file.tag);
}

TEST_CASE("who has to give a token is told so, in another document with another tag") {
  const page_files files;
  CHECK(files.index(true).text.find("data-asks=\"token\"") != std::string::npos);
  CHECK(files.index(false).text.find("data-asks=\"\"") != std::string::npos);
  CHECK(files.index(true).tag != files.index(false).tag);
}
