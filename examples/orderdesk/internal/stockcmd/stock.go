package stockcmd

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// readItems makes the items with their supply.
func (f *File) readItems() {
	for i := range f.wire.Items {
		it := &f.wire.Items[i]
		path := at("items", i)
		f.refs = append(f.refs, atp.Ref{})
		before := len(f.faults)
		site := f.siteOf(path, it.Site)
		if len(f.faults) > before {
			continue
		}
		if _, err := f.Stock.Ref(it.Item, site); err == nil {
			f.fault(path, "the item %q at site %q is given twice", it.Item, site)
			continue
		}
		ref, _, err := f.Stock.Define(f.Now, atp.Definition{Item: it.Item, Site: site, SafetyStock: it.SafetyStock, Policy: it.Policy})
		if err != nil {
			f.refuse(path, err)
			continue
		}
		f.refs[i] = ref
		f.readSupply(path, ref, it)
	}
}

func (f *File) readSupply(path string, ref atp.Ref, it *item) {
	type stock struct {
		status atp.SupplyType
		lot    string
	}
	seen := make(map[stock]bool)
	for i, h := range it.OnHand {
		at := at(path+".on_hand", i)
		if seen[stock{h.Status, h.Lot}] {
			f.fault(at, "the status and lot are given twice")
			continue
		}
		seen[stock{h.Status, h.Lot}] = true
		_, err := f.Stock.Count(f.Now, atp.Count{Ref: ref, Status: h.Status, Quantity: h.Quantity, Lot: h.Lot, Expires: h.Expires})
		f.refuse(at, err)
	}
	documents := make(map[string]bool)
	for i, r := range it.Receipts {
		at := at(path+".receipts", i)
		if documents[r.Document] {
			f.fault(at+".document", "it is given twice")
			continue
		}
		documents[r.Document] = true
		kind := atp.PurchaseOrder
		if r.Type != nil {
			kind = *r.Type
		}
		_, err := f.Stock.AddSupply(f.Now, atp.Supply{
			Ref: ref, Document: r.Document, Type: kind, Due: r.Due, Quantity: r.Quantity, Expires: r.Expires, Reliability: r.Reliability,
		})
		f.refuse(at, err)
	}
}

// readQuotas makes the quotas. What was taken of a period is taken by a reservation of its
// own.
func (f *File) readQuotas() {
	type quotaAt struct{ id, site string }
	seen := make(map[quotaAt]bool)
	for i := range f.wire.Quotas {
		q := &f.wire.Quotas[i]
		path := at("quotas", i)
		before := len(f.faults)
		site := f.siteOf(path, q.Site)
		if len(f.faults) > before {
			continue
		}
		if seen[quotaAt{q.ID, site}] {
			f.fault(path+".id", "it is given twice")
			continue
		}
		seen[quotaAt{q.ID, site}] = true
		ref, _, err := f.Stock.DefineQuota(f.Now, atp.QuotaDefinition{
			ID: q.ID, Site: site, Earlier: int(q.Earlier), Later: int(q.Later), Fallback: q.Fallback, Day: q.Day, Open: q.Open,
		})
		if err != nil {
			f.refuse(path, err)
			continue
		}
		f.readPeriods(path, ref, q)
	}
	for i := range f.wire.Quotas {
		q := &f.wire.Quotas[i]
		for n, id := range q.Fallback {
			if site := cmp.Or(q.Site, f.wire.Sites[0].ID); !seen[quotaAt{id, site}] {
				f.fault(fmt.Sprintf("quotas[%d].fallback[%d]", i, n), "there is no quota %q at site %q", id, site)
			}
		}
	}
}

func (f *File) readPeriods(path string, ref atp.Ref, q *quota) {
	set := atp.QuotaSetting{Quota: ref}
	for _, p := range q.Periods {
		set.Periods = append(set.Periods, atp.QuotaPeriod{From: p.From, To: p.To, Quantity: p.Quantity, Opens: p.Opens})
	}
	if len(set.Periods) == 0 {
		return
	}
	if _, err := f.Stock.SetQuota(f.Now, set); err != nil {
		f.refuse(path, err)
		return
	}
	for i, p := range q.Periods {
		if p.Taken == 0 {
			continue
		}
		f.promised(at(path+".periods", i), atp.Reserved{
			Key: fmt.Sprintf("%s at %s from %s", q.ID, ref.Site(), p.From),
			Lines: []atp.ReservedLine{{
				Item: q.ID, Site: ref.Site(), Date: p.From, Quantity: p.Taken, LineQuota: atp.LineQuota{Quota: true},
			}},
		}, "taken")
	}
}

// readReservations takes in what was promised before, whether or not supply still covers
// it.
func (f *File) readReservations() {
	for i := range f.wire.Reservations {
		r := &f.wire.Reservations[i]
		path := at("reservations", i)
		e := atp.Reserved{Key: r.Key, Expires: r.Expires, Scope: r.Scope, SafetyStock: r.SafetyStock}
		before := len(f.faults)
		for n, l := range r.Lines {
			ref := f.refOf(at(path+".lines", n), l.Item, l.Site)
			e.Lines = append(e.Lines, atp.ReservedLine{
				Item: ref.Item(), Site: ref.Site(), Date: l.Date, Quantity: l.Quantity, GoodThrough: l.GoodThrough, Lot: l.Lot,
			})
		}
		if len(f.faults) == before {
			f.promised(path, e, "lines")
		}
	}
}

// promised makes a reservation, committed unless it says when it expires, out of lines in
// any order. The field is the one that has them in the file.
func (f *File) promised(path string, e atp.Reserved, field string) {
	held := !e.Expires.IsZero()
	switch {
	case e.Key == "" || f.keys[e.Key]:
		f.fault(path+".key", "it is empty or given twice")
		return
	case len(e.Lines) == 0:
		f.fault(join(path, field), "there are none")
		return
	case held && !e.Expires.After(f.Now):
		f.fault(path+".expires", "it is not after now: the hold has ended")
		return
	}
	f.keys[e.Key] = true
	before := len(f.faults)
	for i := range e.Lines {
		l := &e.Lines[i]
		at := join(path, field)
		if field == "lines" || field == "confirmed" {
			at = fmt.Sprintf("%s[%d]", at, i)
		}
		if l.Quantity < 1 || l.Quantity > atp.MaxQuantity {
			f.fault(at, "a quantity from 1 to %d is expected, not %d", int64(atp.MaxQuantity), l.Quantity)
		}
		if l.Date.IsZero() {
			f.fault(at+".date", "it is not stated")
		}
		if !l.GoodThrough.After(l.Date) {
			l.GoodThrough = calendar.Date{}
		}
	}
	if len(f.faults) > before {
		return
	}
	e.At = f.Now
	if !held {
		e.Expires = f.Now.Add(time.Hour)
	}
	e.Lines = merged(e.Lines)
	if err := f.Stock.Apply(e); err != nil {
		f.refuse(path, err)
		return
	}
	if !held {
		f.refuse(path, f.Stock.Apply(atp.Committed{Key: e.Key, At: f.Now}))
	}
}

// merged puts lines in the order of events, and adds up those of one day.
func merged(lines []atp.ReservedLine) []atp.ReservedLine {
	compare := func(a, b atp.ReservedLine) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Site, b.Site), a.Date.Compare(b.Date),
			a.GoodThrough.Compare(b.GoodThrough), cmp.Compare(a.Lot, b.Lot))
	}
	slices.SortFunc(lines, compare)
	out := lines[:0]
	for _, l := range lines {
		if n := len(out); n > 0 && compare(out[n-1], l) == 0 {
			out[n-1].Quantity += l.Quantity
			continue
		}
		out = append(out, l)
	}
	return out
}
