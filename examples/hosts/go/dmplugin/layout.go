package dmplugin

// #include "bridge.h"
import "C"

import (
	"fmt"
	"unsafe"
)

// What cgo makes of the contract's types, in the lines of abi/layout.txt. Not in the test, since a test cannot use cgo.
func facts() []string {
	lines := []string{
		fmt.Sprint("value DM_PLUGIN_ABI_MAJOR ", C.DM_PLUGIN_ABI_MAJOR), fmt.Sprint("value DM_PLUGIN_ABI_MINOR ", C.DM_PLUGIN_ABI_MINOR),
		"text DM_PLUGIN_ENTRY_SYMBOL " + C.DM_PLUGIN_ENTRY_SYMBOL, "text DM_SAVEPOINT_EXTENSION " + savepoints,
		"text DM_LOGS_EXTENSION " + logs, "text DM_DIAGNOSIS_EXTENSION " + diagnosis, "text DM_METRICS_EXTENSION " + metrics,
		"text DM_HOUSEKEEPING_EXTENSION " + housekeeping, fmt.Sprint("type dm_status ", unsafe.Sizeof(C.dm_status(0)))}
	for status, word := range statusWords {
		lines = append(lines, fmt.Sprintf("value DM_STATUS_%s %d", word, status))
	}
	for level, word := range map[LogLevel]string{LogTrace: "TRACE", LogDebug: "DEBUG", LogInfo: "INFO", LogWarning: "WARNING",
		LogError: "ERROR", LogOff: "OFF"} {
		lines = append(lines, fmt.Sprintf("value DM_LOG_%s %d", word, level))
	}
	for name, value := range map[string]any{"dm_string": C.dm_string{}, "dm_document": C.dm_document{}, "dm_host": C.dm_host{},
		"dm_call_options": C.dm_call_options{}, "dm_plugin": C.dm_plugin{}, "dm_savepoint": C.dm_savepoint{}, "dm_logs": C.dm_logs{},
		"dm_diagnosis": C.dm_diagnosis{}, "dm_metrics": C.dm_metrics{}, "dm_housekeeping": C.dm_housekeeping{}} {
		lines = append(lines, membersOf(name, value)...)
	}
	return lines
}
