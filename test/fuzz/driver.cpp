// A fuzz target without libFuzzer, for an ordinary test: every file of the corpus as it is, every
// prefix of the small ones, and mutations of them, the same in every run.
//
//   <target> <corpus folder> [number of mutations per file]
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "fuzz.h"

namespace {

constexpr std::size_t largest_with_prefixes = 2000;

void run(const std::string& input) {
  // A copy of its exact size on the heap: a read beyond it is seen by the address sanitizer.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::string mutated(const std::string& seed, const std::string& other, std::mt19937& random) {
  // Words that parsers stumble over.
  static const std::vector<std::string> tokens = {"\"",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  ",",
                                                  ":",
                                                  "<",
                                                  ">",
                                                  "&",
                                                  "\\u0000",
                                                  "\\ud800",
                                                  "null",
                                                  "-1",
                                                  "1e999",
                                                  "18446744073709551616",
                                                  std::string(1, '\0'),
                                                  "\xFF",
                                                  "\xC0\x80",
                                                  "%",
                                                  "$",
                                                  "${",
                                                  "\n",
                                                  "]]>",
                                                  "<!DOCTYPE"};
  std::string text = seed;
  const auto below = [&](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    const std::size_t at = below(text.size() + 1);
    switch (below(6)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(std::min(at, text.size()), below(20));
        break;
      case 2:
        text.insert(at, tokens[below(tokens.size())]);
        break;
      case 3:
        text.insert(at, text.substr(below(text.size() + 1), below(50)));
        break;
      case 4:
        text.resize(at);
        break;
      default:
        text = text.substr(0, at) + other.substr(below(other.size() + 1));
        break;
    }
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s <corpus folder> [number of mutations per file]\n", argv[0]);
    return 2;
  }
  const int mutations = argc > 2 ? std::atoi(argv[2]) : 500;
  std::vector<std::string> seeds;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1]))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());  // the order of a folder is nobody's
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  if (seeds.empty()) {
    std::fprintf(stderr, "%s has no files\n", argv[1]);
    return 2;
  }
  std::mt19937 random(42);
  run("");
  for (const std::string& seed : seeds) {
    run(seed);
    if (seed.size() <= largest_with_prefixes) {
      for (std::size_t size = 0; size < seed.size(); ++size) run(seed.substr(0, size));
    }
    for (int i = 0; i < mutations; ++i) run(mutated(seed, seeds[random() % seeds.size()], random));
  }
  std::printf("%zu files, %d mutations each\n", seeds.size(), mutations);
  return 0;
}
