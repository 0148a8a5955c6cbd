# dm_add_test(<name> SOURCES <files> LIBRARIES <targets>): one Catch2 executable whose test cases ctest knows one by one.
find_package(Catch2 2.13 QUIET)
dm_require(Catch2_FOUND catch2)
include(Catch)

# Catch's main is compiled once (D-41).
add_library(dm_catch_main STATIC ${CMAKE_SOURCE_DIR}/test/catch_main.cpp)
target_link_libraries(dm_catch_main PUBLIC Catch2::Catch2)

# What only tests run is most of what is compiled, and gains nothing from being optimised: that halves its time.
function(dm_compile_quickly target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
endfunction()

function(dm_add_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE dm_catch_main dm_warnings ${ARG_LIBRARIES})
  dm_compile_quickly(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
  catch_discover_tests(${name} TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120)
endfunction()
