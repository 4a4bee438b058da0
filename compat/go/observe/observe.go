// Package observe prints what a script saw: one JSON line per step, compared later between Kampa and Apache Kafka.
//
// A step that nobody expected to fail says "unexpected", and the runner then blames the script if Apache Kafka failed
// it too. ErrorName is the client's own way to name an error; set it first.
package observe

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime/debug"
	"sort"
	"time"
)

// Fields is a JSON object.
type Fields map[string]any

// ErrorName names an error by its code.
var ErrorName func(error) string

type line struct {
	Client     string `json:"client,omitempty"`
	Step       string `json:"step,omitempty"`
	Result     any    `json:"result,omitempty"`
	Unexpected string `json:"unexpected,omitempty"`
}

// Called says which client it is and its version, as the program was built with it.
func Called(name, module string) {
	info, _ := debug.ReadBuildInfo()
	version := "?"
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			version = dependency.Version[1:]
		}
	}
	print(line{Client: name + " " + version})
}

// Step runs a step that is expected to succeed.
func Step(name string, run func() (any, error)) {
	result, err := run()
	said := line{Step: name, Result: result}
	if err != nil {
		said = line{Step: name, Unexpected: err.Error()}
	}
	print(said)
}

// Refused runs a step of which an error is the expected answer.
func Refused(name string, run func() (any, error)) {
	Step(name, func() (any, error) { return Refusal(run()), nil })
}

// Refusal is the error's name, or what came instead of an error.
func Refusal(result any, err error) Fields {
	if err != nil {
		return Fields{"refused": ErrorName(err)}
	}
	return Fields{"refused": false, "result": result}
}

func print(said line) {
	text, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(text, '\n'))
}

// Sorted gives a map's keys in order.
func Sorted[V any](names map[string]V) []string {
	keys := []string{}
	for key := range names {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// Settled asks until the answer is the wanted one, for some of them come late; it returns the last answer.
func Settled(wanted any, ask func() (any, error)) (any, error) {
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		answer, err := ask()
		if time.Now().After(end) || err == nil && reflect.DeepEqual(answer, wanted) {
			return answer, err
		}
	}
}

// Until waits for something that the script itself sees.
func Until(what string, condition func() bool) error {
	for end := time.Now().Add(30 * time.Second); !condition(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("waited in vain for %s", what)
		}
	}
	return nil
}
