package pricing

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// shard holds the records of a leaf, sorted by the hash of their key, then by
// key, unit, first day and id.
type shard struct {
	records []record
	texts   string
	rates   []money.Rate
	scales  []scale
	rows    []row
	sum     [sha256.Size]byte // of what the records decide
}

func (s *shard) digest() [sha256.Size]byte { return s.sum }

// record is a Record as a shard holds it.
type record struct {
	hash     uint64       // of its key
	price    money.Amount // with a scale 0 in its currency
	per      int64
	from, to calendar.Date
	unit     quantity.Unit
	text     uint32 // where its texts begin in shard.texts: id, step, values of the key
	side     int32  // place in shard.scales where it is scaled, else of a percent record in shard.rates
	fields   fieldSet
	kind     recordKind
	policy   policyCode
	scaled   bool
}

// recordKind is a DiscountKind in one byte.
type recordKind uint8

const (
	priceRecord recordKind = iota
	percentRecord
	perUnitRecord
	amountRecord
)

func kindOf(kind DiscountKind) recordKind {
	return recordKind(max(slices.Index(recordKinds(), kind), 0))
}

// recordKinds are the kinds by their codes.
func recordKinds() []DiscountKind { return []DiscountKind{"", Percent, AmountPerUnit, AmountOff} }

// policyCode is a DiscountPolicy in one byte.
type policyCode uint8

func policies() []DiscountPolicy {
	return []DiscountPolicy{DiscountsByKey, DiscountsAllowed, DiscountsRefused}
}

// open tells whether discounts apply on top of the record's price.
func (r *record) open() bool {
	if r.policy == 0 {
		return !r.fields.has(0) // a contract price ends the discounts
	}
	return policies()[r.policy] == DiscountsAllowed
}

// take makes a record of one that comes from outside.
func (s *shard) take(from *Record) record {
	r := record{
		price: from.Price, per: max(from.Per, 1), from: from.From, to: from.To, unit: from.Unit, side: -1,
		fields: from.Key.fields(), kind: kindOf(from.Kind), scaled: from.Scale != nil,
		policy: policyCode(max(slices.Index(policies(), from.Discounts), 0)),
	}
	switch {
	case r.scaled:
		r.side = int32(len(s.scales))
		r.price = money.Zero(from.currency())
		s.takeScale(from)
	case r.kind == percentRecord:
		r.side = int32(len(s.rates))
		s.rates = append(s.rates, from.Rate)
	}
	return r
}

// copy makes a record of one that stands in another shard.
func (s *shard) copy(in *shard, at int) record {
	r := in.records[at]
	switch {
	case r.scaled:
		table := in.scales[r.side]
		rows := in.rowsOf(&table)
		r.side = int32(len(s.scales))
		table.first = int32(len(s.rows))
		s.scales = append(s.scales, table)
		s.rows = append(s.rows, rows...)
	case r.kind == percentRecord:
		rate := in.rates[r.side]
		r.side = int32(len(s.rates))
		s.rates = append(s.rates, rate)
	}
	return r
}

// describe appends what the records decide, for the sum.
func (s *shard) describe(dst []byte) []byte {
	number := func(n uint64) { dst = binary.LittleEndian.AppendUint64(dst, n) }
	decimal := func(d exact.Dec) {
		d = d.Reduce(0)
		number(uint64(d.Coef))
		dst = append(dst, d.Scale)
	}
	amount := func(a money.Amount) {
		decimal(exact.Dec{Coef: a.Coefficient(), Scale: uint8(a.Scale())})
		number(uint64(a.Currency()))
	}
	date := func(d calendar.Date) {
		year, month, day := d.Civil()
		number(uint64(year)<<16 | uint64(month)<<8 | uint64(day))
	}
	dst = append(dst, leafNode)
	number(uint64(len(s.records)))
	for i := range s.records {
		r := &s.records[i]
		amount(r.price)
		number(uint64(r.per))
		date(r.from)
		date(r.to)
		number(uint64(r.unit))
		dst = append(dst, byte(r.fields), byte(r.fields>>8), byte(r.kind), flag(r.open()), flag(r.scaled))
		switch {
		case r.scaled:
			table := &s.scales[r.side]
			number(uint64(table.count))
			number(uint64(table.unit))
			dst = append(dst, flag(table.graduated), flag(table.to))
			dst = appendText(appendText(appendText(dst, string(table.by)), string(table.over)), table.mix)
			for _, row := range s.rowsOf(table) {
				decimal(row.bound)
				amount(row.price)
				dst = appendText(dst, row.rate.String())
			}
		case r.kind == percentRecord:
			dst = appendText(dst, s.rates[r.side].String())
		}
	}
	return append(dst, s.texts...)
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// appendText appends the text with its length before it.
func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// cutText returns the first of some texts that appendText made, and the others.
func cutText(texts string) (text, rest string) {
	size, shift := 0, 0
	for i := range len(texts) {
		size |= int(texts[i]&0x7f) << shift
		if texts[i] < 0x80 {
			return texts[i+1 : i+1+size], texts[i+1+size:]
		}
		shift += 7
	}
	return "", ""
}

// id returns the id of a record.
func (s *shard) id(at int) string {
	id, _ := cutText(s.texts[s.records[at].text:])
	return id
}

func (s *shard) textsOf(at int) recordTexts {
	r := &s.records[at]
	t := recordTexts{count: r.fields.len()}
	rest := s.texts[r.text:]
	t.id, rest = cutText(rest)
	t.step, rest = cutText(rest)
	for i := range t.count {
		t.parts[i], rest = cutText(rest)
	}
	return t
}

// has tells whether a record, whose hash is that of the key, has the key.
func (s *shard) has(at int, k *wanted) bool {
	r := &s.records[at]
	if r.fields != k.shape.fields {
		return false
	}
	_, rest := cutText(s.texts[r.text:])
	step, rest := cutText(rest)
	if step != k.shape.step || step == "" && r.price.Currency() != k.shape.currency {
		return false
	}
	for i := range r.fields.len() {
		var part string
		if part, rest = cutText(rest); part != k.parts[i] {
			return false
		}
	}
	return true
}

// first returns the place of the first record with the hash, or where it would
// stand.
func (s *shard) first(hash uint64) int {
	low, high := 0, len(s.records)
	for low < high {
		mid := int(uint(low+high) >> 1)
		if s.records[mid].hash < hash {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// record gives the record back.
func (s *shard) record(at int) Record {
	r, texts := &s.records[at], s.textsOf(at)
	// The texts are copied: a record that is kept does not keep its shard.
	out := Record{
		ID: strings.Clone(texts.id), Step: strings.Clone(texts.step), Kind: recordKinds()[r.kind],
		Price: r.price, Unit: r.unit, From: r.from, To: r.to, Discounts: policies()[r.policy],
	}
	if r.per != 1 {
		out.Per = r.per
	}
	part := 0
	for field := range fieldCount {
		if r.fields.has(field) {
			setField(&out.Key, field, strings.Clone(texts.parts[part]))
			part++
		}
	}
	switch {
	case r.scaled:
		out.Price, out.Scale = money.Amount{}, s.giveScale(r)
	case r.kind == percentRecord:
		out.Rate = s.rates[r.side]
	}
	return out
}
