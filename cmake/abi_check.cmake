# Compares a built interface with the stored one; run by the target abi-check as: cmake -D... -P abi_check.cmake
#   ABIDW, ABIDIFF  the programs of libabigail
#   BASELINE        abi/dm_plugin.abi
#   LIBRARY         what is compared
#   SUPPRESSIONS    file for abidiff; may be empty
# Any difference fails, an added member too: abidiff cannot tell an addition from a break, a reviewer can. What was meant
# is stored by the target abi-store, in the same commit as the header, its minor number and CHANGELOG.md.

# Without debug information there are no types, and abidiff calls that "no difference" (D-40).
function(require_types file description)
  file(STRINGS ${file} table REGEX "class-decl name='dm_plugin' size-in-bits")
  if(NOT table)
    message(FATAL_ERROR "${description} has no description of struct dm_plugin: nothing would be compared. "
                        "Build it with -g, and do not strip it.")
  endif()
endfunction()

get_filename_component(name ${LIBRARY} NAME)
set(described ${WORK_DIRECTORY}/${name}.abi)
execute_process(COMMAND ${ABIDW} --no-show-locs --no-corpus-path --no-comp-dir-path --out-file ${described} ${LIBRARY}
                RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "abidw cannot read ${LIBRARY} (exit ${code}):\n${output}")
endif()
require_types(${described} ${LIBRARY})
require_types(${BASELINE} ${BASELINE})

set(arguments --no-default-suppression)
if(SUPPRESSIONS)
  list(APPEND arguments --suppressions ${SUPPRESSIONS})
endif()
execute_process(COMMAND ${ABIDIFF} ${arguments} ${BASELINE} ${LIBRARY}
                RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "The binary interface of ${name} is not the one stored in ${BASELINE} (abidiff: exit ${code}).\n"
                      "${output}\n"
                      "A host that was built earlier would break, unless members were only appended (DM-3). If that is "
                      "so: raise DM_PLUGIN_ABI_MINOR, add a line to abi/CHANGELOG.md, and store the new interface with "
                      "the target abi-store.")
endif()
message(STATUS "${name}: the interface stored in ${BASELINE}")
