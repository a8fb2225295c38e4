package amend_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/o2ckit/o2c/edi/mapping"
)

// A customer wants 10 of 100 pieces, of which 30 have left.
func ExampleChanges_Apply() {
	t := new(exampleT)
	h := newHouse(t)
	change := sent(t, mapping.Options{}, head+"POC*1*QD*10*0*EA\nCTT*1")
	answer, err := h.changes.Apply(context.Background(), h.order, change)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, l := range answer.Lines {
		fmt.Println(change.Lines[i].ID, l.Outcome, l.Quantity, l.Reason)
	}
	// Output:
	// 1 partly 30 EA line 1: 100 EA became 30 EA, 30 EA have left
}

// exampleT lets the example use what the tests use.
type exampleT struct{ testing.TB }

func (*exampleT) Helper()                      {}
func (*exampleT) Context() context.Context     { return context.Background() }
func (*exampleT) Errorf(f string, args ...any) { fmt.Printf(f, args...) }
func (*exampleT) FailNow()                     { panic("the example fails") }
