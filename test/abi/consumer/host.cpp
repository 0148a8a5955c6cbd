// A host of another project in C++11 without exceptions: prints the manifest of each plugin that it is given.
#include <dm_plugin.hpp>

#include <cstdio>

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const dm::plugin plugin = dm::plugin::load(argv[i]);
    if (!plugin) return std::fprintf(stderr, "%s\n", plugin.problem().c_str()), 1;
    std::printf("%s\n", plugin.manifest().c_str());
  }
}
