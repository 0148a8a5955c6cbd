# dm_precompile(<target> [AS_TEST]): with DM_PRECOMPILE, the target's C++ files begin with headers that are compiled once for
# all targets. A precompiled header serves one set of flags only, and so there are two: what is shipped and what measures it,
# and what only tests run (AS_TEST; AddTest.cmake). With DM_PRECOMPILE=TESTS only the latter: the preset release does so, and
# proves that every file that is shipped includes what it uses.
include_guard(GLOBAL)

# Chosen by what they cost in how many files; what stands here is rebuilt with every file when it changes, so none is ours.
set(DM_PRECOMPILED_HEADERS
  <algorithm> <array> <charconv> <chrono> <filesystem> <functional> <map> <memory> <mutex> <optional> <random> <set> <string>
  <string_view> <thread> <unordered_map> <utility> <variant> <vector>
  <fmt/format.h> <tl/expected.hpp> <rapidjson/document.h> <rapidjson/stringbuffer.h> <rapidjson/writer.h>)

# ccache cannot look into what is precompiled otherwise.
set(dm_precompiled_option $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)

function(dm_add_precompiled name)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled/${name}.cpp CONTENT "// Only its flags and headers count.\n")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/precompiled/${name}.cpp)
  target_link_libraries(${name} PRIVATE fmt::fmt dm_rapidjson dm_warnings)
  target_include_directories(${name} SYSTEM PRIVATE ${EXPECTED_INCLUDE_DIR})
  target_compile_options(${name} PRIVATE ${dm_precompiled_option})
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

function(dm_precompile target)
  if("AS_TEST" IN_LIST ARGN)
    set(precompiled dm_precompiled_for_tests)
  else()
    set(precompiled dm_precompiled)
  endif()
  if(NOT TARGET ${precompiled})
    return()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${precompiled})
  # The same macros as there, or the compiler refuses what is precompiled; what else uses them has them anyway.
  target_compile_definitions(${target} PRIVATE $<TARGET_PROPERTY:fmt::fmt,INTERFACE_COMPILE_DEFINITIONS>
                                               $<TARGET_PROPERTY:dm_rapidjson,INTERFACE_COMPILE_DEFINITIONS>)
  target_compile_options(${target} PRIVATE ${dm_precompiled_option} $<TARGET_PROPERTY:dm_rapidjson,INTERFACE_COMPILE_OPTIONS>)
endfunction()

if(DM_PRECOMPILE AND NOT DM_PRECOMPILE STREQUAL "TESTS")
  dm_add_precompiled(dm_precompiled ${DM_PRECOMPILED_HEADERS})
endif()
