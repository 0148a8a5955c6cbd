# Proves that abi-check sees what it is there to see: a copy of the header is changed, the probe is built from it, and the
# check must refuse it. Run as: cmake -D... -P check_refuses.cmake
#   CHANGE   swap_members | swap_extension_members | narrow_member | renumber | append | drop_types | none
#   HEADERS  the folder with the headers, probe.c and dm_plugin.abi;  C_COMPILER, VERSION_SCRIPT, ABIDW, ABIDIFF, CHECK
set(directory ${WORK_DIRECTORY}/${CHANGE})
file(REMOVE_RECURSE ${directory})
file(MAKE_DIRECTORY ${directory})
foreach(name dm_plugin.h dm_savepoint.h dm_logs.h dm_diagnosis.h dm_metrics.h dm_housekeeping.h probe.c)
  file(COPY ${HEADERS}/${name} DESTINATION ${directory})
endforeach()

# Replaces a text that must be there, so that a change of the header cannot make this test vacuous.
function(edit file from to)
  file(READ ${directory}/${file} text)
  string(FIND "${text}" "${from}" position)
  if(position EQUAL -1)
    message(FATAL_ERROR "test out of date: ${file} has no '${from}'")
  endif()
  string(REPLACE "${from}" "${to}" text "${text}")
  file(WRITE ${directory}/${file} "${text}")
endfunction()

set(debug -g)
if(CHANGE STREQUAL "swap_members")
  edit(dm_plugin.h "dm_operation start;" "dm_operation SWAPPED;")
  edit(dm_plugin.h "dm_operation stop;" "dm_operation start;")
  edit(dm_plugin.h "dm_operation SWAPPED;" "dm_operation stop;")
elseif(CHANGE STREQUAL "swap_extension_members")
  edit(dm_savepoint.h "dm_operation pin;" "dm_operation SWAPPED;")
  edit(dm_savepoint.h "dm_operation unpin;" "dm_operation pin;")
  edit(dm_savepoint.h "dm_operation SWAPPED;" "dm_operation unpin;")
elseif(CHANGE STREQUAL "narrow_member")
  edit(dm_plugin.h "uint64_t timeout_ms;" "uint32_t timeout_ms;")
elseif(CHANGE STREQUAL "renumber")
  edit(dm_plugin.h "DM_STATUS_UNAVAILABLE = 14" "DM_STATUS_UNAVAILABLE = 15")
elseif(CHANGE STREQUAL "append")
  edit(dm_plugin.h "(*extension)(dm_string id);" "(*extension)(dm_string id);\n  dm_operation appended;")
elseif(CHANGE STREQUAL "drop_types")
  set(debug -g0)
elseif(NOT CHANGE STREQUAL "none")
  message(FATAL_ERROR "unknown change ${CHANGE}")
endif()

execute_process(COMMAND ${C_COMPILER} -std=c11 ${debug} -shared -fPIC -fvisibility=hidden
                        -Wl,--version-script,${VERSION_SCRIPT} probe.c -o libprobe.so
                WORKING_DIRECTORY ${directory} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -D ABIDW=${ABIDW} -D ABIDIFF=${ABIDIFF} -D BASELINE=${HEADERS}/dm_plugin.abi
                        -D LIBRARY=${directory}/libprobe.so -D WORK_DIRECTORY=${directory} -P ${CHECK}
                RESULT_VARIABLE code ERROR_VARIABLE error OUTPUT_VARIABLE output)
if(CHANGE STREQUAL "none" AND NOT code EQUAL 0)
  message(FATAL_ERROR "abi-check refuses the unchanged header:\n${error}")
elseif(NOT CHANGE STREQUAL "none" AND code EQUAL 0)
  message(FATAL_ERROR "abi-check does not see the change ${CHANGE}")
endif()
