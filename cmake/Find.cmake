# A clear end when a dependency is missing, or there in a version that does not fit.
include_guard(GLOBAL)

# dm_require(<variable> <Debian package>): for what is found by other means than find_package.
function(dm_require found package)
  if(NOT ${found})
    message(FATAL_ERROR "dm-flink needs ${package}. On Debian 12: apt-get install ${package}")
  endif()
endfunction()

# dm_find(<name> <version> <Debian package>): find_package that says what it wanted and what it found. A macro, since what
# find_package sets is for the caller.
macro(dm_find name version package)
  find_package(${name} ${version} QUIET)
  if(NOT ${name}_FOUND)
    dm_refuse(${name} ${version} ${package})
  endif()
endmacro()

# A configuration of another version is only "considered"; a Find module leaves the version that it saw.
function(dm_refuse name version package)
  string(TOUPPER ${name} upper)
  foreach(variable ${name}_CONSIDERED_VERSIONS ${name}_VERSION ${name}_VERSION_STRING ${upper}_VERSION ${upper}_VERSION_STRING)
    if(${variable})
      string(REPLACE ";" ", " seen "${${variable}}")
      message(FATAL_ERROR "dm-flink needs ${name} ${version} or a later one that is compatible with it; found is ${seen}. "
                          "The package ${package} of Debian 12 has one that fits.")
    endif()
  endforeach()
  message(FATAL_ERROR "dm-flink needs ${name} ${version}, which is not found. On Debian 12: apt-get install ${package}")
endfunction()
