// Prints what a script saw: one JSON line per step, compared later between Kampa and Apache Kafka.
//
// A step that nobody expected to fail says "unexpected", and the runner then blames the script if Apache Kafka failed
// it too.

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"sort"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

type fields map[string]any

type line struct {
	Step       string `json:"step"`
	Result     any    `json:"result,omitempty"`
	Unexpected string `json:"unexpected,omitempty"`
}

func step(name string, run func() (any, error)) {
	result, err := run()
	said := line{Step: name, Result: result}
	if err != nil {
		said = line{Step: name, Unexpected: err.Error()}
	}
	text, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(text, '\n'))
}

// refused runs a step of which an error is the expected answer.
func refused(name string, run func() (any, error)) {
	step(name, func() (any, error) {
		result, err := run()
		if err != nil {
			return fields{"refused": errorName(err)}, nil
		}
		return fields{"refused": false, "result": result}, nil
	})
}

func errorName(err error) string {
	var code kafka.Error
	var many kafka.WriteErrors
	switch {
	case err == nil:
		return "none"
	case errors.As(err, &code):
		return fmt.Sprintf("%d %s", int(code), code.Title())
	case errors.As(err, &many):
		names := map[string]bool{}
		for _, one := range many {
			if one != nil {
				names[errorName(one)] = true
			}
		}
		return strings.Join(sorted(names), ", ")
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return "the connection was closed"
	}
	return fmt.Sprintf("%T: %s", err, err)
}

func sorted[V any](names map[string]V) []string {
	keys := []string{}
	for key := range names {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// settled asks until the answer is the wanted one, for some of them come late; it returns the last answer.
func settled(wanted any, ask func() (any, error)) (any, error) {
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		answer, err := ask()
		if time.Now().After(end) || err == nil && reflect.DeepEqual(answer, wanted) {
			return answer, err
		}
	}
}

// until waits for something that the script itself sees.
func until(what string, condition func() bool) error {
	for end := time.Now().Add(30 * time.Second); !condition(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("waited in vain for %s", what)
		}
	}
	return nil
}
