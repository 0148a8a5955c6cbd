// A host in Go, by the package dmplugin beside it: the life of one component.
//
//	host-go <plugin.so> <environment.json> <create request.json>
//
// SPDX-License-Identifier: Apache-2.0
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"dm.example/hosts/dmplugin"
)

// What a host reads of a reply, or of an entry of one.
type entry struct {
	Changed    bool
	State      string
	Desired    *string
	Savepoint  *struct{ State string }
	Total      *int
	Data       json.RawMessage
	Components []entry
}

// Who the component is and what create returned, in one document that is every verb's request: they ignore what they do not
// know (DM-7).
type component struct {
	session *dmplugin.Session
	request map[string]json.RawMessage
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "host-go:", err)
		os.Exit(1)
	}
}

func text(value any) []byte {
	made, err := json.Marshal(value)
	fail(err)
	return made
}

// One line on what a verb has answered; of status and list that is the component's own entry.
func show(verb dmplugin.Verb, document []byte, err error) entry {
	var told entry
	_ = json.Unmarshal(document, &told) // without a document nothing is told
	if len(told.Components) > 0 {
		told = told.Components[0]
	}
	line := fmt.Sprintf("%s: %s", verb.Name(), dmplugin.StatusOf(err))
	if told.Changed {
		line += ", changed"
	}
	if told.State != "" {
		line += ", state " + told.State
	}
	if told.Desired != nil {
		line += ", desired " + *told.Desired
	}
	if told.Savepoint != nil {
		line += ", savepoint " + told.Savepoint.State
	}
	if told.Total != nil {
		line += fmt.Sprintf(", total %d", *told.Total)
	}
	fmt.Println(line)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return told
}

func (c *component) run(ctx context.Context, verb dmplugin.Verb, options dmplugin.Options) {
	document, err := c.session.Run(ctx, verb, text(c.request), options)
	// A host stores it, also when it stands beside an error: every later verb needs it (DM-13, DM-24).
	if told := show(verb, document, err); told.Data != nil {
		c.request["data"] = told.Data
	}
}

func (c *component) batch(verb dmplugin.Verb) {
	request := map[string]any{"schema": 1, "components": []any{c.request}}
	document, err := c.session.Run(context.Background(), verb, text(request), dmplugin.Options{})
	show(verb, document, err)
}

func (c *component) start(cancelled bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	seen := make(chan struct{})
	var once sync.Once
	if cancelled {
		go func() { // somebody has seen enough, and ends the waiting (DM-20)
			<-seen
			cancel()
		}()
	}
	c.run(ctx, dmplugin.Start, dmplugin.Options{CorrelationID: "host-go", OnEvent: func(event []byte) {
		var told struct{ Phase, Message string }
		_ = json.Unmarshal(event, &told)
		fmt.Printf("  %s: %s\n", told.Phase, told.Message)
		once.Do(func() { close(seen) })
	}})
}

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("usage: host-go <plugin.so> <environment.json> <create request.json>"))
	}
	plugin, err := dmplugin.Load(os.Args[1])
	fail(err)
	var manifest struct{ Name string }
	fail(json.Unmarshal(plugin.Manifest(), &manifest))
	major, minor := plugin.ABI()
	fmt.Printf("plugin %s, ABI %d.%d\n", manifest.Name, major, minor)
	environment, err := os.ReadFile(os.Args[2])
	fail(err)
	create, err := os.ReadFile(os.Args[3])
	fail(err)
	session, err := plugin.Open(environment, dmplugin.LogError, func(_ dmplugin.LogLevel, line string) {
		fmt.Fprintln(os.Stderr, line)
	})
	fail(err)
	one := &component{session: session}
	fail(json.Unmarshal(create, &one.request))
	background, none := context.Background(), dmplugin.Options{}
	one.run(background, dmplugin.Validate, none)
	one.run(background, dmplugin.Create, none)
	one.start(true)
	one.start(false)
	one.batch(dmplugin.Observe)
	// The id is the caller's, and stored before: the same one again never takes a second savepoint.
	one.request["operation"] = text(fmt.Sprintf("host-go-%d", time.Now().Unix()))
	one.run(background, dmplugin.Trigger, none)
	one.batch(dmplugin.List)
	delete(one.request, "operation") // the stop takes one of its own
	one.run(background, dmplugin.Stop, none)
	one.run(background, dmplugin.Destroy, none)
	session.Close()
	plugin.Close()
	fmt.Println("closed")
}
