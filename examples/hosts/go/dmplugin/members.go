package dmplugin

import (
	"fmt"
	"reflect"
)

func membersOf(name string, value any) []string {
	kind := reflect.TypeOf(value)
	lines := []string{fmt.Sprintf("type %s %d", name, kind.Size())}
	for i := 0; i < kind.NumField(); i++ {
		member := kind.Field(i)
		lines = append(lines, fmt.Sprintf("member %s.%s %d %d", name, member.Name, member.Offset, member.Type.Size()))
	}
	return lines
}
