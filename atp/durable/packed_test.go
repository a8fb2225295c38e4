package durable_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/journaltest"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// sample has an event of each row, and one that is none.
func sample() durable.Packed {
	at := noon().Add(123 * time.Nanosecond)
	lines := []atp.ReservedLine{
		{Item: "hose \"½\"\\\n", Site: "BER", Date: day(0), Quantity: 2500}, {Item: "pump", Site: "BER", Date: day(4), Quantity: 8},
	}
	return durable.Packed{Base: noon(), Events: []any{
		atp.Reserved{Key: "order 4711/1", At: at, Expires: at.Add(15 * time.Minute), Lines: lines[1:]},
		atp.Reserved{Key: "order 4711/2", At: at, Expires: at.Add(time.Hour), SafetyStock: true, Scope: atp.ScopeOf(atp.Available), Lines: lines},
		atp.Committed{Key: "order 4711/1", At: noon().Add(-time.Second)},
		atp.Consumed{Key: "order 4711/1", At: at, Document: "shipment 1", All: true, Lines: lines},
		atp.Released{Key: "order 4711/1", At: at, Document: "", All: true, Lines: lines[1:]},
		atp.Expired{Key: "order 4711/1", At: at},
		atp.StockCounted{
			Item: "pump", Site: "BER", Revision: 1, At: at, Document: "count <7>", Status: atp.QualityHold, Quantity: 10, Change: -2,
		},
		atp.Picked{
			Key: "order 4711/2", At: at, Document: "list 3", Lines: lines[:1],
			Lots: []atp.LotPart{{Item: lines[0].Item, Site: "BER", Lot: "L1", Quantity: 2000}},
		},
		atp.Unpicked{Key: "order 4711/2", At: at, Document: "list 3/back", All: true, Lines: lines[:1]},
		atp.Consumed{Key: "order 4711/2", At: at, Document: "shipment 2", Lines: lines[:1], Picked: []int64{500}},
		atp.Decreased{
			Key: "order 4711/2", At: at, Document: "change 1", Lines: lines[1:],
			Reduction: atp.Reduction{Item: "pump", Site: "BER", To: 1, Became: 3, Consumed: 1, Picked: 2},
		},
		atp.StockMoved{
			Item: "pump", Site: "BER", Revision: 2, At: at, Key: "T1", Kind: atp.SiteTransfer, Quantity: 4, ToSite: "HAM",
			ToRevision: 1, Type: atp.Transfer, Due: day(6), Lot: "L2", Expires: day(90),
		},
		atp.Reserved{Key: "order 4711/3", At: at, Expires: at.Add(time.Hour), Lines: []atp.ReservedLine{
			{Item: "milk", Site: "BER", Date: day(1), Quantity: 3, GoodThrough: day(9), Lot: "L1"},
			{Item: "stores", Site: "BER", Date: day(1), Quantity: 3, LineQuota: atp.LineQuota{Quota: true}},
		}},
	}}
}

func TestEventPayloads(t *testing.T) {
	journaltest.Golden(t, durable.Events(), filepath.Join("testdata", "events"), *update, sample(), durable.Opened{Actor: "desk"})
}

// filled gives a value in which every field is drawn, so that a field that is added to an event is in it too.
func filled(t *rapid.T, v reflect.Value, name string) {
	switch v.Interface().(type) {
	case time.Time:
		// Up to three hundred years apart: more than a difference in nanoseconds holds.
		v.Set(reflect.ValueOf(time.Unix(rapid.Int64Range(-9e9, 9e9).Draw(t, name), rapid.Int64Range(0, 999_999_999).Draw(t, name)).UTC()))
		return
	case calendar.Date:
		v.Set(reflect.ValueOf(day(rapid.IntRange(0, 9999).Draw(t, name))))
		return
	case atp.Scope:
		v.Set(reflect.ValueOf(atp.Scope(rapid.Uint16Range(1, 1023).Draw(t, name))))
		return
	case atp.SupplyType, atp.Horizon, atp.MovementKind:
		v.SetUint(rapid.Uint64Range(0, 1).Draw(t, name))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
				filled(t, v.Field(i), f.Name)
			}
		}
	case reflect.String:
		v.SetString(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", `\ufffd`, "\ufffd", "a<b>&c", "\x00\x1f\u2028\"\\"})).Draw(t, name))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, name))
	case reflect.Slice:
		n := rapid.IntRange(1, 3).Draw(t, name)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			filled(t, v.Index(i), name)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(t, v.Elem(), name)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		limit := int64(1)<<(v.Type().Bits()-1) - 1
		v.SetInt(rapid.Int64Range(-limit-1, limit).Draw(t, name))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rapid.Uint64Range(0, 1<<(v.Type().Bits()-1)).Draw(t, name))
	default:
		t.Fatalf("no value for %v", v.Type())
	}
}

// Whatever package atp says comes back as it was, with every field.
func TestPackedRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []any{
			atp.ItemDefined{}, atp.StockCounted{}, atp.SupplyAdded{}, atp.SupplyAdjusted{}, atp.SupplyReceived{},
			atp.Reserved{}, atp.Committed{}, atp.Consumed{}, atp.Released{}, atp.Expired{}, atp.Picked{}, atp.Unpicked{},
			atp.Decreased{}, atp.StockMoved{},
		}
		p := durable.Packed{Base: noon()}
		filled(t, reflect.ValueOf(&p.Base).Elem(), "base")
		for range rapid.IntRange(1, 4).Draw(t, "events") {
			v := reflect.New(reflect.TypeOf(rapid.SampledFrom(all).Draw(t, "type")))
			filled(t, v.Elem(), "event")
			p.Events = append(p.Events, v.Elem().Interface())
		}
		draft, err := durable.Events().Encode(p)
		require.NoError(t, err)
		back, known, err := durable.Events().Decode(journal.Event{Type: draft.Type, Version: draft.Version, Data: draft.Data})
		require.NoError(t, err)
		require.True(t, known)
		require.Equal(t, p, back)
	})
}

func TestPackedRefuses(t *testing.T) {
	line := []atp.ReservedLine{{Item: "a\xff", Site: "S1", Date: day(0), Quantity: 1}}
	for name, e := range map[string]any{
		"a stranger":       "text",
		"text in a row":    atp.Committed{Key: "k\xff", At: noon()},
		"text in a line":   atp.Reserved{Key: "k", At: noon(), Expires: later(), Lines: line},
		"text in an event": atp.StockCounted{Item: "a\xff", Site: "S1", At: noon()},
		"both":             atp.StockCounted{Item: "a\xff", Site: `\ufffd`, At: noon()},
	} {
		_, err := json.Marshal(durable.Packed{Base: noon(), Events: []any{e}})
		require.Error(t, err, name)
	}
	for name, data := range map[string]string{
		"empty":               `{"base":"2026-03-02T12:00:00Z","events":[]}`,
		"no events":           `{"base":"2026-03-02T12:00:00Z"}`,
		"no base":             `{"events":[["committed","k",0]]}`,
		"base":                `{"base":"yesterday","events":[["committed","k",0]]}`,
		"early":               `{"base":"1600-03-02T12:00:00Z","events":[["committed","k",0]]}`,
		"row":                 `{"base":"2026-03-02T12:00:00Z","events":[["promised","k",0]]}`,
		"short":               `{"base":"2026-03-02T12:00:00Z","events":[["committed","k"]]}`,
		"long":                `{"base":"2026-03-02T12:00:00Z","events":[["committed","k",0,1]]}`,
		"number":              `{"base":"2026-03-02T12:00:00Z","events":[["committed","k",x]]}`,
		"large":               `{"base":"2026-03-02T12:00:00Z","events":[["committed","k",9223372036854775808]]}`,
		"larger":              `{"base":"2026-03-02T12:00:00Z","events":[["committed","k",92233720368547758070]]}`,
		"smaller":             `{"base":"2026-03-02T12:00:00Z","events":[["committed","k",-9223372036854775809]]}`,
		"key":                 `{"base":"2026-03-02T12:00:00Z","events":[["committed",1,0]]}`,
		"escape":              `{"base":"2026-03-02T12:00:00Z","events":[["committed","\x",0]]}`,
		"control":             "{\"base\":\"2026-03-02T12:00:00Z\",\"events\":[[\"committed\",\"\n\",0]]}",
		"not UTF-8":           "{\"base\":\"2026-03-02T12:00:00Z\",\"events\":[[\"committed\",\"\xff\",0]]}",
		"comma":               `{"base":"2026-03-02T12:00:00Z","events":[["committed","k",0],]}`,
		"line":                `{"base":"2026-03-02T12:00:00Z","events":[["reserved","k",0,1,"A","S1"]]}`,
		"date":                `{"base":"2026-03-02T12:00:00Z","events":[["reserved","k",0,1,"A","S1","2026-02-30",1]]}`,
		"scope":               `{"base":"2026-03-02T12:00:00Z","events":[["reserved-as","k",0,1,"all",true,"A","S1","2026-03-02",1]]}`,
		"bool":                `{"base":"2026-03-02T12:00:00Z","events":[["released","k",0,"d",1]]}`,
		"stranger":            `{"base":"2026-03-02T12:00:00Z","events":[{"type":"order.placed","version":1,"data":{}}]}`,
		"damaged":             `{"base":"2026-03-02T12:00:00Z","events":[{"type":"atp.expired","version":1,"data":{"x":1}}]}`,
		"version":             `{"base":"2026-03-02T12:00:00Z","events":[{"type":"atp.expired","version":7,"data":{}}]}`,
		"object with no end":  `{"base":"2026-03-02T12:00:00Z","events":[{"type":"atp.expired"`,
		"goes on":             `{"base":"2026-03-02T12:00:00Z","events":[["committed","k",0]]} x`,
		"goes on with a zero": "{\"base\":\"2026-03-02T12:00:00Z\",\"events\":[[\"committed\",\"k\",0]]}\x00",
	} {
		require.Error(t, new(durable.Packed).UnmarshalJSON([]byte(data)), name)
	}
	spaced := "{ \"base\" : \"2026-03-02T12:00:00Z\" ,\n\"events\" : [ [ \"committed\" , \"k\" , 0 ] ] }\n"
	var p durable.Packed
	require.NoError(t, p.UnmarshalJSON([]byte(spaced)))
	require.Equal(t, []any{atp.Committed{Key: "k", At: noon()}}, p.Events)
}

// Whatever stands in a journal is refused, or says the same when it is written again.
func FuzzPacked(f *testing.F) {
	data, err := json.Marshal(sample())
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"base":"2026-03-02T12:00:00Z","events":[["reserved-as","k",-1,1,"available",true],["expired","\u00e4",0]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var p, again durable.Packed
		if p.UnmarshalJSON(data) != nil {
			return
		}
		require.True(t, json.Valid(data), "what is taken is JSON")
		written, err := json.Marshal(p)
		if err != nil {
			return // a text with a half of a surrogate pair, say, or an event that its codec reads and does not write
		}
		require.NoError(t, again.UnmarshalJSON(written))
		require.Equal(t, p, again)
	})
}
