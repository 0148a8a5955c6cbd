# Every library this project stands on, from the distribution's packages, with the package to install when one is absent.

include(Find)

find_package(PkgConfig)
dm_require(PKG_CONFIG_FOUND pkg-config)

find_package(Threads REQUIRED)
dm_find(CURL 7.88 libcurl4-openssl-dev)
dm_find(OpenSSL 3.0 libssl-dev)
dm_find(fmt 9.1 libfmt-dev)
dm_find(pugixml 1.13 libpugixml-dev)
dm_find(ZLIB 1.2 zlib1g-dev)
dm_find(LibArchive 3.6 libarchive-dev)
dm_find(LibLZMA 5.4 liblzma-dev)
dm_find(Boost 1.81 libboost1.81-dev)
dm_find(CLI11 2.1 libcli11-dev)
# What people look for in logs: its expressions take linear time, whatever they say.
pkg_check_modules(RE2 QUIET IMPORTED_TARGET re2)
dm_require(RE2_FOUND libre2-dev)
# Without its -pthread, which defines a macro that the precompiled header was made without.
add_library(dm_re2 INTERFACE)
target_include_directories(dm_re2 SYSTEM INTERFACE ${RE2_INCLUDE_DIRS})
target_link_libraries(dm_re2 INTERFACE ${RE2_LINK_LIBRARIES})
find_path(RAPIDJSON_INCLUDE_DIR rapidjson/document.h)
dm_require(RAPIDJSON_INCLUDE_DIR rapidjson-dev)
find_path(EXPECTED_INCLUDE_DIR tl/expected.hpp)
dm_require(EXPECTED_INCLUDE_DIR libexpected-dev)

add_library(dm_rapidjson INTERFACE)
target_include_directories(dm_rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIR})
target_compile_definitions(dm_rapidjson INTERFACE RAPIDJSON_HAS_STDSTRING=1)
# An assertion that fails on untrusted input must not end the host's process (DM-14), nor, with NDEBUG, go on with what is not
# there: it becomes a std::logic_error, in every target. As an option, since CMake drops function-like definitions; with
# libstdc++'s own function, since rapidjson.h includes <string> and not <stdexcept>.
target_compile_options(dm_rapidjson INTERFACE
  "$<$<COMPILE_LANGUAGE:CXX>:-DRAPIDJSON_ASSERT(x)=((x)?void(): ::std::__throw_logic_error(\"RapidJSON: \" #x))>")
