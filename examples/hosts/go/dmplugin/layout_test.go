package dmplugin

import (
	"os"
	"sort"
	"strings"
	"testing"
)

// What cgo makes of the contract's types is laid out as the C headers say: the same lines, none missing, none more.
func TestLayoutIsThatOfTheHeaders(t *testing.T) {
	stored, err := os.ReadFile("../../../../abi/layout.txt")
	if err != nil {
		t.Fatal(err)
	}
	var wanted []string
	for _, line := range strings.Split(strings.TrimSpace(string(stored)), "\n") {
		if !strings.HasPrefix(line, "#") {
			wanted = append(wanted, line)
		}
	}
	found := facts()
	sort.Strings(wanted)
	sort.Strings(found)
	if len(wanted) < 80 || strings.Join(found, "\n") != strings.Join(wanted, "\n") {
		t.Fatalf("found:\n%s\nwanted:\n%s", strings.Join(found, "\n"), strings.Join(wanted, "\n"))
	}
}
