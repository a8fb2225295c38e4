package atp_test

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/journaltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// samples has one event of each type with every field set.
func samples() []any {
	at := time.Date(2026, 3, 2, 9, 0, 0, 123000000, time.UTC)
	lines := []atp.ReservedLine{
		{Item: "hose", Site: "BER", Date: day(0), Quantity: 2500}, {Item: "pump", Site: "BER", Date: day(4), Quantity: 8, GoodThrough: day(90), Lot: "L17"},
	}
	return []any{
		atp.ItemDefined{Item: "pump", Site: "BER", Revision: 1, At: at, SafetyStock: 4, Policy: atp.Policy{
			Scope: atp.ScopeOf(atp.Available, atp.PurchaseOrder), Horizon: atp.Infinite, Replenishment: 21,
			PastDueReceipts: atp.Fence{Ignore: true, Days: 5}, PastDueDemands: atp.Fence{Ignore: true},
			AvailableFrom: day(3), LastOrder: day(80), PhaseOut: day(60),
		}},
		atp.StockCounted{
			Item: "pump", Site: "BER", Revision: 1, At: at, Document: "count 7", Status: atp.QualityHold, Quantity: 10, Change: -2,
			Lot: "L17", Expires: day(99),
		},
		atp.SupplyAdded{
			Item: "pump", Site: "BER", Revision: 2, At: at, Document: "PO-77/1", Type: atp.PurchaseOrder, Due: day(4), Quantity: 30,
			Expires: day(120), Reliability: atp.Reliability{Lag: 3, Haircut: 150},
		},
		atp.SupplyAdjusted{
			Item: "pump", Site: "BER", Revision: 3, At: at, Document: "PO-77/1", Due: day(7), Quantity: 28, Expires: day(130),
			Reliability: atp.Reliability{Haircut: 50},
		},
		atp.SupplyReceived{
			Item: "pump", Site: "BER", Revision: 4, At: at, Document: "PO-77/1", Posting: "GR-1", Status: atp.Available, Quantity: 20,
			Lot: "L18", Expires: day(130),
		},
		atp.StockMoved{
			Item: "pump", Site: "BER", Revision: 5, At: at, Key: "TO-9", Kind: atp.ConsignmentFillUp, Status: atp.QualityHold, Quantity: 6,
			Lot: "L18", Expires: day(130), ToSite: "C-7", ToRevision: 1, Due: day(6), Type: atp.InTransit, ToStatus: atp.Blocked,
		},
		atp.QuotaDefined{
			ID: "pump/VIP", Site: "BER", Revision: 1, At: at, Earlier: 1, Later: 2, Fallback: []string{"pump/all"}, Day: atp.ByShip, Open: true,
		},
		atp.QuotaSet{ID: "pump/VIP", Site: "BER", Revision: 1, At: at, Document: "plan 9", Periods: []atp.QuotaPeriod{
			{From: day(0), To: day(6), Quantity: 100, Opens: day(4)}, {From: day(7), To: day(13), Dropped: true},
		}},
		atp.Reserved{
			Key: "order 4711/1", At: at, Expires: at.Add(15 * time.Minute), SafetyStock: true, Scope: atp.ScopeOf(atp.Available),
			Lines: lines,
		},
		atp.Committed{Key: "order 4711/1", At: at},
		atp.Consumed{
			Key: "order 4711/1", At: at, Document: "shipment 1", All: true, Lines: lines, Picked: []int64{8, 0},
			Lots: []atp.LotPart{{Item: "pump", Site: "BER", Lot: "L17", Quantity: 8, Named: true, Picked: true}},
		},
		atp.Released{Key: "order 4711/1", At: at, Document: "change 1", All: true, Lines: lines[1:], Lots: []atp.LotPart{
			{Item: "pump", Site: "BER", Lot: "L17", Quantity: 8, Named: true},
		}},
		atp.Picked{Key: "order 4711/1", At: at, Document: "pick 1", All: true, Lines: lines, Lots: []atp.LotPart{
			{Item: "pump", Site: "BER", Lot: "L17", Quantity: 8},
		}},
		atp.Unpicked{Key: "order 4711/1", At: at, Document: "back 1", All: true, Lines: lines, Lots: []atp.LotPart{
			{Item: "pump", Site: "BER", Lot: "L17", Quantity: 8, Named: true},
		}},
		atp.Decreased{
			Key: "order 4711/1", At: at, Document: "change 2",
			Reduction: atp.Reduction{Item: "pump", Site: "BER", To: 40, Became: 50, Consumed: 30, Picked: 20}, Lines: lines[1:],
		},
		atp.Expired{Key: "order 4711/1", At: at},
		atp.RescheduledPart{Key: "run 12", Hash: "be1d0f", Part: 1, Lines: rescheduled()},
		atp.Rescheduled{
			Key: "run 12", At: at, Reason: "nightly", Actor: "planner", Hash: "be1d0f", Parts: 1, Count: 2, Lines: rescheduled(),
		},
	}
}

func rescheduled() []atp.RescheduledLine {
	return []atp.RescheduledLine{
		{
			Key: "order 4711/1", Item: "hose", Site: "BER", From: []atp.ScheduleLine{{Date: day(0), Quantity: 2500}},
			To: []atp.ScheduleLine{{Date: day(2), Quantity: 1000}, {Date: day(5), Quantity: 1500}},
		},
		{
			Key: "order 4712/1", Item: "pump", Site: "BER", Created: true, Scope: atp.ScopeOf(atp.Available), SafetyStock: true,
			To: []atp.ScheduleLine{{Date: day(4), Quantity: 8}},
		},
	}
}

func TestEventPayloads(t *testing.T) {
	journaltest.Golden(t, atp.Events(), filepath.Join("testdata", "events"), *update, samples()...)
}

func TestApplyRejectsDamage(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", 10)
	at := noon(0)
	line := atp.ReservedLine{Item: "A", Site: "S1", Date: day(0), Quantity: 2}
	good := atp.Reserved{Key: "k", At: at, Expires: at.Add(time.Hour), Lines: []atp.ReservedLine{line}}
	require.NoError(t, s.Apply(good))
	before := s.State(at)
	with := func(change func(*atp.Reserved)) atp.Reserved {
		e := good
		e.Key, e.Lines = "new", []atp.ReservedLine{line}
		change(&e)
		return e
	}
	for name, e := range map[string]any{
		"a stranger":          "text",
		"a pointer":           &good,
		"no key":              with(func(e *atp.Reserved) { e.Key = "" }),
		"no lines":            with(func(e *atp.Reserved) { e.Lines = nil }),
		"no life":             with(func(e *atp.Reserved) { e.Expires = at }),
		"no instant":          with(func(e *atp.Reserved) { e.At = time.Time{} }),
		"negative":            with(func(e *atp.Reserved) { e.Lines[0].Quantity = -2 }),
		"no date":             with(func(e *atp.Reserved) { e.Lines[0].Date = e.Lines[0].Date.AddDays(-9_999_999) }),
		"line twice":          with(func(e *atp.Reserved) { e.Lines = append(e.Lines, line) }),
		"type on hand":        atp.SupplyAdded{Item: "A", Site: "S1", Revision: 9, Type: atp.Blocked, Quantity: 1},
		"status not":          atp.StockCounted{Item: "A", Site: "S1", Revision: 9, Status: atp.Transfer},
		"received as not":     atp.SupplyReceived{Item: "A", Site: "S1", Revision: 9, Status: atp.Transfer},
		"no revision":         atp.StockCounted{Item: "A", Site: "S1"},
		"huge revision":       atp.StockCounted{Item: "A", Site: "S1", Revision: 1 << 63},
		"undated":             atp.SupplyAdded{Item: "A", Site: "S1", Revision: 9, Type: atp.Transfer, Quantity: 1},
		"adjusted to no date": atp.SupplyAdjusted{Item: "A", Site: "S1", Revision: 9},
		"late beyond time":    atp.SupplyAdded{Item: "A", Site: "S1", Revision: 9, Type: atp.Transfer, Due: day(0), Reliability: atp.Reliability{Lag: 3_000_000}},
		"negative supply":     atp.SupplyAdjusted{Item: "A", Site: "S1", Revision: 9, Due: day(0), Quantity: -1},
		"relied on for less":  atp.SupplyAdjusted{Item: "A", Site: "S1", Revision: 9, Due: day(0), Reliability: atp.Reliability{Haircut: -1}},
		"date of no lot":      atp.StockCounted{Item: "A", Site: "S1", Revision: 9, Expires: day(3)},
		"received in no lot":  atp.SupplyReceived{Item: "A", Site: "S1", Revision: 9, Expires: day(3)},
		"lot of another item": atp.Consumed{Key: "k", At: at, Document: "x", Lines: []atp.ReservedLine{line}, Lots: []atp.LotPart{
			{Item: "B", Site: "S1", Lot: "L1", Quantity: 1},
		}},
		"more of a lot than left": atp.Consumed{Key: "k", At: at, Document: "x", Lines: []atp.ReservedLine{line}, Lots: []atp.LotPart{
			{Item: "A", Site: "S1", Lot: "L1", Quantity: 2}, {Item: "A", Site: "S1", Lot: "L2", Quantity: 1},
		}},
		"picks for a hold":   atp.Picked{Key: "k", At: at, Document: "x", Lines: []atp.ReservedLine{line}},
		"unpicks for a hold": atp.Unpicked{Key: "k", At: at, Document: "x", Lines: []atp.ReservedLine{line}},
		"nothing was picked": atp.Consumed{
			Key: "k", At: at, Document: "x", Lines: []atp.ReservedLine{line}, Picked: []int64{1},
		},
		"picked of no line": atp.Consumed{Key: "k", At: at, Document: "x", Picked: []int64{1}},
		"lot that was picked in a release": atp.Released{
			Key: "k", At: at, Document: "x", Lines: []atp.ReservedLine{line},
			Lots: []atp.LotPart{{Item: "A", Site: "S1", Lot: "L1", Quantity: 1, Picked: true}},
		},
		"decrease of another item": atp.Decreased{
			Key: "k", At: at, Document: "x", Reduction: atp.Reduction{Item: "B", Site: "S1"}, Lines: []atp.ReservedLine{line},
		},
		"decrease below what was asked": atp.Decreased{
			Key: "k", At: at, Document: "x", Reduction: atp.Reduction{Item: "A", Site: "S1", To: 2, Became: 1},
		},
		"moved by no key":       atp.StockMoved{Item: "A", Site: "S1", Revision: 9, Quantity: 1, ToStatus: atp.Blocked},
		"moved nothing":         atp.StockMoved{Item: "A", Site: "S1", Revision: 9, Key: "m", ToStatus: atp.Blocked},
		"moved to its status":   atp.StockMoved{Item: "A", Site: "S1", Revision: 9, Key: "m", Quantity: 1},
		"moved to no site":      atp.StockMoved{Item: "A", Site: "S1", Revision: 9, Key: "m", Quantity: 1, Kind: atp.SiteTransfer, Due: day(1), Type: atp.Transfer},
		"moved without a type":  atp.StockMoved{Item: "A", Site: "S1", Revision: 9, Key: "m", Quantity: 1, Kind: atp.SiteTransfer, Due: day(1), ToSite: "S2", ToRevision: 1},
		"moved to where it was": atp.StockMoved{Item: "A", Site: "S1", Revision: 9, Key: "m", Quantity: 1, Kind: atp.SiteTransfer, Due: day(1), ToSite: "S1", ToRevision: 1, Type: atp.Transfer},
		"moved unnumbered":      atp.StockMoved{Item: "A", Site: "S1", Revision: 9, Key: "m", Quantity: 1, Kind: atp.SiteTransfer, Due: day(1), ToSite: "S2", Type: atp.Transfer},
		"issued to a site":      atp.StockMoved{Item: "A", Site: "S1", Revision: 9, Key: "m", Quantity: 1, Kind: atp.ConsignmentIssue, ToSite: "S2", ToRevision: 1},
		"policy":                atp.ItemDefined{Item: "A", Site: "S1", Revision: 9, Policy: atp.Policy{Horizon: 9}},
		"too much": atp.Released{Key: "k", At: at, Document: "x", Lines: []atp.ReservedLine{
			{Item: "A", Site: "S1", Date: day(0), Quantity: 3},
		}},
		"committed at no instant": atp.Committed{Key: "k", At: time.Unix(0, 0)},
		"consumed at no instant":  atp.Consumed{Key: "k", Document: "x", Lines: []atp.ReservedLine{line}},
		"another line": atp.Consumed{Key: "k", At: at, Document: "x", Lines: []atp.ReservedLine{
			{Item: "A", Site: "S1", Date: day(1), Quantity: 1},
		}},
	} {
		var damage *atp.EventError
		require.ErrorAs(t, s.Apply(e), &damage, name)
		require.Equal(t, e, damage.Event)
		require.NotEmpty(t, damage.Error())
	}
	require.ErrorAs(t, s.Apply(atp.Committed{Key: "nothing", At: at}), new(*atp.UnknownKeyError))
	require.ErrorAs(t, s.Apply(atp.StockCounted{Item: "A", Site: "nowhere", Revision: 1}), new(*atp.UnknownSiteError))
	other := good
	other.Expires = at.Add(2 * time.Hour)
	require.ErrorAs(t, s.Apply(other), new(*atp.KeyConflictError))
	require.Equal(t, before, s.State(at))
}

// Names in events are read back, and only those.
func TestNames(t *testing.T) {
	for kind := atp.Available; kind <= atp.VendorStock; kind++ {
		text, err := kind.MarshalText()
		require.NoError(t, err)
		var back atp.SupplyType
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, kind, back)
		scope := atp.ScopeOf(kind, atp.Available)
		text, err = scope.MarshalText()
		require.NoError(t, err)
		var s atp.Scope
		require.NoError(t, s.UnmarshalText(text))
		require.Equal(t, scope, s)
	}
	for status := atp.StatusHeld; status <= atp.StatusExpired; status++ {
		text, err := status.MarshalText()
		require.NoError(t, err)
		var back atp.Status
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, status, back)
	}
	_, err := atp.SupplyType(99).MarshalText()
	require.Error(t, err)
	_, err = atp.Scope(1 << 15).MarshalText()
	require.Error(t, err)
	_, err = atp.Status(9).MarshalText()
	require.Error(t, err)
	_, err = atp.Horizon(9).MarshalText()
	require.Error(t, err)
	require.Error(t, new(atp.SupplyType).UnmarshalText([]byte("purchase")))
	require.Error(t, new(atp.Scope).UnmarshalText([]byte("available,")))
	require.Error(t, new(atp.Status).UnmarshalText([]byte("open")))
	require.Error(t, new(atp.Horizon).UnmarshalText([]byte("never")))
}

// Whatever stands in a journal, it is taken in or refused, and the stock goes on answering.
func FuzzApply(f *testing.F) {
	codec := atp.Events()
	for _, e := range samples() {
		draft, err := codec.Encode(e)
		require.NoError(f, err)
		f.Add(draft.Type, draft.Data, "atp.committed", []byte(`{"key":"order 4711/1","at":"2026-03-02T09:00:00Z"}`))
	}
	f.Add("atp.reserved", []byte(`{"key":"k","at":"2026-03-02T09:00:00Z","expires":"2026-03-02T10:00:00Z","lines":[`+
		`{"item":"pump","site":"BER","date":"2026-03-06","quantity":8},{"item":"pump/VIP","site":"BER","date":"2026-03-02",`+
		`"quantity":8,"quota":true,"for_item":"pump","for_site":"BER","use":1}]}`), "atp.released",
		[]byte(`{"key":"k","at":"2026-03-02T09:30:00Z","document":"c","lines":[{"item":"pump/VIP","site":"BER",`+
			`"date":"2026-03-02","quantity":3,"quota":true,"for_item":"pump","for_site":"BER","use":1}]}`))
	f.Fuzz(func(t *testing.T, type1 string, data1 []byte, type2 string, data2 []byte) {
		s, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "BER", Calendar: berlin(t)}}})
		require.NoError(t, err)
		for _, e := range []journal.Event{{Type: type1, Version: 1, Data: data1}, {Type: type2, Version: 1, Data: data2}} {
			if v, known, err := codec.Decode(e); known && err == nil {
				_ = s.Apply(v)
				_ = s.Apply(v)
			}
		}
		state := s.State(noon(0))
		for _, item := range state.Items {
			ref, err := s.Ref(item.Item, item.Site)
			require.NoError(t, err)
			_ = atpOn(t, s, noon(0), ref, 3)
			_, err = s.Shortfalls(noon(0), ref)
			require.NoError(t, err)
			_, err = s.Promise(noon(0), atp.Demand{
				Ref: ref, Quantity: 3, MinLife: 2, SingleLot: true, Partial: atp.Partial{AtMost: 2}, Explain: true,
			})
			require.NoError(t, err)
		}
		for _, quota := range state.Quotas {
			if ref, err := s.Quota(quota.ID, quota.Site); err == nil {
				_, err = s.QuotaUsage(noon(0), ref)
				require.NoError(t, err)
				item, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "BER"})
				require.NoError(t, err)
				_, err = s.Count(noon(0), atp.Count{Ref: item, Quantity: 9})
				require.NoError(t, err)
				_, err = s.Promise(noon(0), atp.Demand{Ref: item, Quantity: 9, Explain: true, Quotas: []atp.QuotaUse{{Quota: ref}}})
				require.NoError(t, err)
			}
		}
		_, err = s.Sweep(noon(9))
		require.NoError(t, err)
	})
}
