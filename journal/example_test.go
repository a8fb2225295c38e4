package journal_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/journal"
)

func ExampleMemory() {
	ctx := context.Background()
	at := time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC) // the host's clock

	j := journal.NewMemory()
	submit := journal.Batch{
		Key: "submit PO-1001", // appended again, it is still one event
		Writes: []journal.Write{{
			Stream: "order/1001",
			Expect: 0, // the stream's last Position: 0 says that it is new
			Events: []journal.Draft{{
				Type: "order.placed", Version: 1, At: at, Actor: "edi",
				Data: []byte(`{"customer":"C-7"}`),
			}},
		}},
	}
	for range 2 {
		commit, err := j.Append(ctx, submit)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("committed at", commit.First)
	}
	for e, err := range j.Read(ctx, "order/1001", 0) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.Position, e.Type, e.Actor, string(e.Data))
	}
	// Output:
	// committed at 1
	// committed at 1
	// 1 order.placed edi {"customer":"C-7"}
}

func ExampleMemory_Follow() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	j := journal.NewMemory()
	go func() {
		var at journal.Position
		for _, number := range []string{"1001", "1002", "1003"} {
			commit, err := j.Append(ctx, journal.Batch{Writes: []journal.Write{{
				Stream: "orders", Expect: at,
				Events: []journal.Draft{{Type: "order.placed", Version: 1, At: time.Unix(0, 0), Data: []byte(number)}},
			}}})
			if err != nil {
				return
			}
			at = commit.Last
		}
	}()
	for e, err := range j.Follow(ctx, 0) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.Position, string(e.Data))
		if e.Position == 3 {
			break // a follower ends when it breaks off, or with its context
		}
	}
	// Output:
	// 1 1001
	// 2 1002
	// 3 1003
}

func ExampleCodec() {
	// The payload of today, and the one that older journals hold.
	type Placed struct {
		Customer string `json:"customer"`
		Lines    int    `json:"lines"`
	}
	type placedV1 struct {
		Customer string `json:"cust"`
	}
	codec, err := journal.NewCodec(
		journal.JSON[Placed]("order.placed", 2),
		journal.Upcast("order.placed", 1, func(old placedV1) (any, error) {
			return Placed{Customer: old.Customer, Lines: 1}, nil
		}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	draft, err := codec.Encode(Placed{Customer: "C-7", Lines: 3})
	fmt.Println(draft.Type, draft.Version, string(draft.Data), err)

	v, known, err := codec.Decode(journal.Event{Type: "order.placed", Version: 1, Data: []byte(`{"cust":"C-9"}`)})
	fmt.Printf("%+v %v %v\n", v, known, err)

	_, known, err = codec.Decode(journal.Event{Type: "atp.reserved", Version: 1})
	fmt.Println(known, err)
	// Output:
	// order.placed 2 {"customer":"C-7","lines":3} <nil>
	// {Customer:C-9 Lines:1} true <nil>
	// false <nil>
}

func ExampleVerify() {
	ctx := context.Background()
	j := journal.NewMemory()
	draft := journal.Draft{Type: "invoice.issued", Version: 1, At: time.Unix(0, 0), Data: []byte(`{"total":"99.00 USD"}`)}
	if _, err := j.Append(ctx, journal.Batch{Writes: []journal.Write{{Stream: "invoice/1", Events: []journal.Draft{draft}}}}); err != nil {
		fmt.Println(err)
		return
	}
	head, err := journal.Verify(ctx, j, journal.Head{})
	fmt.Println(head, err)

	// A month later the head that was noted then is the checkpoint. A journal
	// that somebody has written anew does not lead through it.
	forged := journal.NewMemory()
	draft.Data = []byte(`{"total":"9.00 USD"}`)
	if _, err := forged.Append(ctx, journal.Batch{Writes: []journal.Write{{Stream: "invoice/1", Events: []journal.Draft{draft}}}}); err != nil {
		fmt.Println(err)
		return
	}
	_, err = journal.Verify(ctx, forged, head)
	fmt.Println(err)
	// Output:
	// 1:e37470d17661864e32699b67ad09da44b10f61ed1aa647656aa764de5ff71e35 <nil>
	// journal: event 1 has hash 6a9fed18cfdc7afc11afe9bad56084ab14cb39b3030e54e7502b8060aef7bf59, the checkpoint says e37470d17661864e32699b67ad09da44b10f61ed1aa647656aa764de5ff71e35
}

// A snapshot saves folding from the beginning: load it, and read on after it.
func ExampleSnapshots() {
	ctx := context.Background()
	j := journal.NewMemory()
	var snapshots journal.Snapshots = journal.NewMemorySnapshots()
	add := journal.Write{Stream: "count", Events: []journal.Draft{{Type: "count.raised", Version: 1, At: time.Unix(0, 0)}}}

	fold := func() (count int, at journal.Position) {
		if s, err := snapshots.Load(ctx, "count/v1"); err == nil {
			count, at = len(s.Data), s.At
		}
		for e, err := range j.Read(ctx, "count", at) {
			if err != nil {
				fmt.Println(err)
				return
			}
			count, at = count+1, e.Position
		}
		return count, at
	}
	for range 3 {
		commit, err := j.Append(ctx, journal.Batch{Writes: []journal.Write{add}})
		if err != nil {
			fmt.Println(err)
			return
		}
		add.Expect = commit.Last
		count, at := fold()
		if err := snapshots.Save(ctx, "count/v1", journal.Snapshot{At: at, Data: make([]byte, count)}); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(fold())
	// Output: 3 3
}
