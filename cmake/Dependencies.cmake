# Every library this project stands on, from the distribution's packages, with the package to install when one is absent.

# dm_require(<found variable> <package>): a clear end when a dependency is missing.
function(dm_require found package)
  if(NOT ${found})
    message(FATAL_ERROR "dm-flink needs ${package}. On Debian 12: apt-get install ${package}")
  endif()
endfunction()

find_package(PkgConfig)
dm_require(PKG_CONFIG_FOUND pkg-config)

find_package(Threads REQUIRED)
find_package(CURL 7.88 QUIET)
dm_require(CURL_FOUND libcurl4-openssl-dev)
find_package(OpenSSL 3.0 QUIET)
dm_require(OPENSSL_FOUND libssl-dev)
find_package(fmt 9.1 QUIET)
dm_require(fmt_FOUND libfmt-dev)
find_package(pugixml 1.13 QUIET)
dm_require(pugixml_FOUND libpugixml-dev)
find_package(ZLIB 1.2 QUIET)
dm_require(ZLIB_FOUND zlib1g-dev)
find_package(LibArchive 3.6 QUIET)
dm_require(LibArchive_FOUND libarchive-dev)
find_package(Boost 1.81 QUIET)
dm_require(Boost_FOUND libboost1.81-dev)
find_package(CLI11 2.1 QUIET)
dm_require(CLI11_FOUND libcli11-dev)
find_path(RAPIDJSON_INCLUDE_DIR rapidjson/document.h)
dm_require(RAPIDJSON_INCLUDE_DIR rapidjson-dev)
find_path(EXPECTED_INCLUDE_DIR tl/expected.hpp)
dm_require(EXPECTED_INCLUDE_DIR libexpected-dev)

add_library(dm_rapidjson INTERFACE)
target_include_directories(dm_rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIR})
# An assertion that fails on untrusted input must not end the host's process (DM-14): it becomes an exception.
target_compile_definitions(dm_rapidjson INTERFACE RAPIDJSON_HAS_STDSTRING=1)
