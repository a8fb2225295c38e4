package journal_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
)

// The hashes were computed by another program from the documented encoding.
func TestChainGolden(t *testing.T) {
	c := journal.NewChain(journal.Head{})
	e := c.Link("order/1001", journal.Draft{
		Type: "order.placed", Version: 1, At: time.Unix(0, 1772443800123456789).In(time.FixedZone("", 3600)), Actor: "edi", Data: []byte(`{"customer":"C-7"}`),
	})
	assert.Equal(t, "0afba3ebbb6c0a446e363c087c649295d817f4ac64c95bdf9f1985585c71d376", e.Hash.String())
	assert.Equal(t, time.UTC, e.At.Location())
	e = c.Link("Bestellung/ä", journal.Draft{Type: "order.held", Version: 2, At: time.Unix(0, -1)})
	assert.Equal(t, "1a2fbf243c868aadb606ea63def1c8c40fc66420c64a1ec667ec61c22cb1befb", e.Hash.String())
	assert.Equal(t, journal.Head{Position: 2, Hash: e.Hash}, c.Head())
}

func TestHeadText(t *testing.T) {
	c := journal.NewChain(journal.Head{})
	c.Link("s", journal.Draft{Type: "t", Version: 1, At: time.Unix(0, 0)})
	for _, h := range []journal.Head{{}, c.Head(), {Position: 1<<63 - 1, Hash: journal.Hash{0xff}}} {
		got, err := journal.ParseHead(h.String())
		require.NoError(t, err)
		assert.Equal(t, h, got)
	}
	digits := journal.Hash{}.String()
	for _, bad := range []string{"", "1", ":" + digits, "1:", "-1:" + digits, "1:" + digits + "0", "1:" + digits + "00", "1:x" + digits[1:], "9223372036854775808:" + digits} {
		_, err := journal.ParseHead(bad)
		assert.Error(t, err, bad)
	}
}

// FuzzCanonical takes two events: their encodings are equal only if they are.
func FuzzCanonical(f *testing.F) {
	f.Add(uint64(1), "s", "t", 1, int64(0), "a", []byte("d"), uint64(1), "st", "", 1, int64(0), "", []byte("ad"))
	f.Add(uint64(1), "s", "t", 1, int64(0), "a", []byte("d"), uint64(1), "s", "t", 1, int64(0), "a", []byte("d"))
	f.Add(uint64(1), "", "\x00\x00\x00\x01t", 1, int64(0), "", []byte(nil), uint64(1), "\x00\x00\x00\x01t", "", 1, int64(0), "", []byte{})
	f.Fuzz(func(t *testing.T, p1 uint64, s1, t1 string, v1 int, at1 int64, a1 string, d1 []byte, p2 uint64, s2, t2 string, v2 int, at2 int64, a2 string, d2 []byte) {
		one := journal.Event{Position: journal.Position(p1), Stream: s1, Type: t1, Version: v1, At: time.Unix(0, at1), Actor: a1, Data: d1}
		two := journal.Event{Position: journal.Position(p2), Stream: s2, Type: t2, Version: v2, At: time.Unix(0, at2), Actor: a2, Data: d2}
		same := p1 == p2 && s1 == s2 && t1 == t2 && v1 == v2 && at1 == at2 && a1 == a2 && bytes.Equal(d1, d2)
		if got := bytes.Equal(one.AppendCanonical(nil), two.AppendCanonical(nil)); got != same {
			t.Fatalf("encodings are equal: %v; events are equal: %v", got, same)
		}
		if whole := one.AppendCanonical([]byte("before")); !bytes.Equal(whole[6:], one.AppendCanonical(nil)) {
			t.Fatal("what stands before changes the encoding")
		}
	})
}

// forged is a journal with any events and any head.
type forged struct {
	journal.Journal
	events []journal.Event
	head   journal.Head
	links  error
}

func (f *forged) Read(context.Context, string, journal.Position) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		for _, e := range f.events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (f *forged) Head(context.Context) (journal.Head, error) { return f.head, nil }

func (f *forged) CheckStreams(context.Context) error { return f.links }

func TestVerifyFaults(t *testing.T) {
	errLinks := errors.New("links")
	chain := journal.NewChain(journal.Head{})
	var genuine []journal.Event
	for i := range 5 {
		genuine = append(genuine, chain.Link("s", journal.Draft{Type: "t", Version: 1, At: time.Unix(int64(i), 0), Actor: "a", Data: []byte{byte(i)}}))
	}
	at := func(p journal.Position) journal.Head { return journal.Head{Position: p, Hash: genuine[p-1].Hash} }
	tests := []struct {
		name       string
		checkpoint journal.Head
		forge      func(*forged)
		fault      journal.Fault
		position   journal.Position
	}{
		{"genuine", journal.Head{}, func(*forged) {}, "", 0},
		{"genuine, with a checkpoint", at(3), func(*forged) {}, "", 0},
		{"genuine, appended to since the head was read", at(5), func(f *forged) { f.head = at(2) }, "", 0},
		{"data", journal.Head{}, func(f *forged) { f.events[2].Data = []byte{9} }, journal.FaultAltered, 3},
		{"type", journal.Head{}, func(f *forged) { f.events[0].Type = "T" }, journal.FaultAltered, 1},
		{"version", journal.Head{}, func(f *forged) { f.events[4].Version = 2 }, journal.FaultAltered, 5},
		{"time", journal.Head{}, func(f *forged) { f.events[1].At = f.events[1].At.Add(1) }, journal.FaultAltered, 2},
		{"actor", journal.Head{}, func(f *forged) { f.events[1].Actor = "" }, journal.FaultAltered, 2},
		{"stream", journal.Head{}, func(f *forged) { f.events[1].Stream = "S" }, journal.FaultAltered, 2},
		{"hash", journal.Head{}, func(f *forged) { f.events[1].Hash[31] ^= 1 }, journal.FaultAltered, 2},
		{"a gap", journal.Head{}, func(f *forged) { f.events = slices.Delete(f.events, 1, 2) }, journal.FaultGap, 2},
		{"an event twice", journal.Head{}, func(f *forged) { f.events = slices.Insert(f.events, 2, f.events[1]) }, journal.FaultGap, 3},
		{"the first gone", journal.Head{}, func(f *forged) { f.events = f.events[1:] }, journal.FaultGap, 1},
		{"two exchanged", journal.Head{}, func(f *forged) { f.events[1], f.events[2] = f.events[2], f.events[1] }, journal.FaultGap, 2},
		{"the tail cut", journal.Head{}, func(f *forged) { f.events = f.events[:3] }, journal.FaultCut, 4},
		{"all cut", journal.Head{}, func(f *forged) { f.events = nil }, journal.FaultCut, 1},
		{"the tail cut and the head set back", at(5), func(f *forged) { f.events, f.head = f.events[:3], at(3) }, journal.FaultCut, 4},
		{"all cut and the head set back", at(5), func(f *forged) { f.events, f.head = nil, journal.Head{} }, journal.FaultCut, 1},
		{"a wrong head", journal.Head{}, func(f *forged) { f.head.Hash[0] ^= 1 }, journal.FaultHead, 5},
		{"a wrong head of an empty journal", journal.Head{}, func(f *forged) { f.events, f.head = nil, journal.Head{Hash: journal.Hash{1}} }, journal.FaultHead, 0},
		{"a head within", journal.Head{}, func(f *forged) { f.head = journal.Head{Position: 2, Hash: f.events[2].Hash} }, journal.FaultHead, 2},
		{"another checkpoint", journal.Head{Position: 4, Hash: genuine[2].Hash}, func(*forged) {}, journal.FaultCheckpoint, 4},
		{"links of streams", journal.Head{}, func(f *forged) { f.links = errLinks }, "links", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &forged{events: slices.Clone(genuine), head: at(5)}
			tt.forge(f)
			head, err := journal.Verify(t.Context(), f, tt.checkpoint)
			if tt.fault == "" {
				require.NoError(t, err)
				assert.Equal(t, at(5), head)
				return
			}
			if tt.fault == "links" {
				require.ErrorIs(t, err, errLinks)
				return
			}
			var got *journal.ChainError
			require.ErrorAs(t, err, &got)
			assert.Equal(t, tt.fault, got.Fault)
			assert.Equal(t, tt.position, got.Position)
			assert.NotEmpty(t, got.Error())
		})
	}
}
