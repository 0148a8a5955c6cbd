# dm_add_test(<name> SOURCES <files> LIBRARIES <targets>): one Catch2 executable whose test cases ctest knows one by one.
dm_find(Catch2 2.13 catch2)
include(Catch)

# What only tests run is most of what is compiled, and gains nothing from being optimised: that halves its time.
set(dm_quick_options $<$<CONFIG:Release>:-O0>)
function(dm_compile_quickly target)
  target_compile_options(${target} PRIVATE ${dm_quick_options})
  dm_precompile(${target} AS_TEST)
endfunction()

if(DM_PRECOMPILE)
  dm_add_precompiled(dm_precompiled_for_tests ${DM_PRECOMPILED_HEADERS} <fstream> <sstream> <catch2/catch.hpp>)
  target_link_libraries(dm_precompiled_for_tests PRIVATE Catch2::Catch2)
  target_compile_options(dm_precompiled_for_tests PRIVATE ${dm_quick_options})
endif()

# Catch's main is compiled once (D-41). What it defines before the header is its own.
add_library(dm_catch_main STATIC ${CMAKE_SOURCE_DIR}/test/catch_main.cpp)
target_link_libraries(dm_catch_main PUBLIC Catch2::Catch2)
dm_compile_quickly(dm_catch_main)
set_source_files_properties(${CMAKE_SOURCE_DIR}/test/catch_main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)

# Until a test counts as hanging; the thread sanitizer makes the longest ones fifteen times as long.
if(DM_SANITIZERS)
  set(dm_test_seconds 900)
else()
  set(dm_test_seconds 120)
endif()

function(dm_add_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE dm_catch_main dm_warnings ${ARG_LIBRARIES})
  dm_compile_quickly(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
  catch_discover_tests(${name} TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${dm_test_seconds})
endfunction()
