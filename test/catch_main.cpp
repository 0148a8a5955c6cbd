// Catch2's own main, compiled once for all test programs.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#if defined(__SANITIZE_THREAD__)
// libarchive turns a zip's times into local time. glibc keeps its time zone under a lock that the
// sanitizer does not see, since neither library is compiled with it.
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() { return "race:libarchive.so\n"; }
#endif
