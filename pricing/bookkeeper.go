package pricing

import (
	"cmp"
	"crypto/sha256"
	"math"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// stored is a record in the tree: one of a shard, or one that is about to be.
type stored struct {
	hash uint64
	from *Record // nil: the record stands in a shard
	in   *shard
	at   int32
	drop bool
}

func (s stored) place() uint64 { return s.hash }
func (s stored) tag() uint64   { return uint64(s.at) }
func (s stored) drops() bool   { return s.drop }

// id returns the id of the record.
func (s stored) id() string {
	if s.from != nil {
		return s.from.ID
	}
	return s.in.id(int(s.at))
}

// texts returns id, step and the values of the key.
func (s stored) texts() recordTexts {
	if s.from != nil {
		t := recordTexts{id: s.from.ID, step: s.from.Step}
		for _, v := range s.from.Key.values() {
			if v != "" {
				t.parts[t.count] = v
				t.count++
			}
		}
		return t
	}
	return s.in.textsOf(int(s.at))
}

// head returns what else orders records of one hash.
func (s stored) head() (fields fieldSet, currency money.Currency, unit quantity.Unit, from, to calendar.Date) {
	if r := s.from; r != nil {
		return r.Key.fields(), r.currency(), r.Unit, r.From, r.To
	}
	r := &s.in.records[s.at]
	return r.fields, r.price.Currency(), r.unit, r.from, r.to
}

// recordTexts are the texts of a record.
type recordTexts struct {
	id, step string
	parts    [maxParts]string
	count    int
}

func (t *recordTexts) compareKey(u *recordTexts) int {
	return cmp.Or(strings.Compare(t.step, u.step), slices.Compare(t.parts[:t.count], u.parts[:u.count]))
}

// shardKeeper keeps records in shards and finds those that tie.
type shardKeeper struct {
	found   *faults
	text    []byte // memory for the texts of a shard
	content []byte // and for what its sum is of
}

func (k *shardKeeper) unpack(dst []stored, s *shard) []stored {
	for i := range s.records {
		dst = append(dst, stored{hash: s.records[i].hash, in: s, at: int32(i)})
	}
	return dst
}

func (k *shardKeeper) arrange(items []stored) {
	slices.SortFunc(items, func(a, b stored) int {
		fieldsA, currencyA, unitA, fromA, _ := a.head()
		fieldsB, currencyB, unitB, fromB, _ := b.head()
		textsA, textsB := a.texts(), b.texts()
		return cmp.Or(
			cmp.Compare(fieldsA, fieldsB), textsA.compareKey(&textsB), cmp.Compare(currencyA, currencyB),
			cmp.Compare(unitA, unitB), fromA.Compare(fromB), strings.Compare(textsA.id, textsB.id),
		)
	})
	k.findTies(items)
}

func (k *shardKeeper) pack(items []stored) *shard {
	s := &shard{records: make([]record, 0, len(items))}
	k.text = k.text[:0]
	rates, scales, rows := 0, 0, 0
	for i := range items {
		a, b, c := items[i].sides()
		rates, scales, rows = rates+a, scales+b, rows+c
	}
	s.rates, s.scales, s.rows = make([]money.Rate, 0, rates), make([]scale, 0, scales), make([]row, 0, rows)
	for i := range items {
		item := &items[i]
		var r record
		if item.from != nil {
			r = s.take(item.from)
		} else {
			r = s.copy(item.in, int(item.at))
		}
		r.hash, r.text = item.hash, uint32(len(k.text))
		texts := item.texts()
		k.text = appendText(appendText(k.text, texts.id), texts.step)
		for _, part := range texts.parts[:texts.count] {
			k.text = appendText(k.text, part)
		}
		s.records = append(s.records, r)
	}
	if uint64(len(k.text)) > math.MaxUint32 { // only one key's records can be that many
		k.found.add("record "+items[0].id(), "its key has too many records")
	}
	s.texts = string(k.text)
	k.content = s.describe(k.content[:0])
	s.sum = sha256.Sum256(k.content)
	return s
}

// sides returns how many rates, scales and rows of scales the record has.
func (s stored) sides() (rates, scales, rows int) {
	if r := s.from; r != nil {
		switch {
		case r.Scale != nil:
			return 0, 1, len(r.Scale.Rows)
		case r.Kind == Percent:
			return 1, 0, 0
		}
		return 0, 0, 0
	}
	r := &s.in.records[s.at]
	switch {
	case r.scaled:
		return 0, 1, int(s.in.scales[r.side].count)
	case r.kind == percentRecord:
		return 1, 0, 0
	}
	return 0, 0, 0
}
