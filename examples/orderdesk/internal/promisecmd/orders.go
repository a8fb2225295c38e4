package promisecmd

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/sales"
)

// hold is how long a reservation may wait for its commit, which follows at once.
const hold = 15 * time.Minute

// mostLines is how many lines of an order are promised together; longer orders are taken
// in parts.
const mostLines = 500

// orderRows takes the rows of an invoice.
func (p *replay) orderRows(rows []sales.Row) error {
	p.report.Stream.Orders++
	p.orders[rows[0].Invoice]++
	name := rows[0].Invoice
	if n := p.orders[name]; n > 1 { // an invoice that is not in one piece
		name = fmt.Sprint(name, "+", n)
	}
	var lines []*line
	of := make(map[*item]*line)
	for _, row := range rows {
		it := p.items[row.Item]
		p.report.Stream.Units += row.Count
		it.weeks[0] += min(row.Count, outlier)
		if l := of[it]; l != nil {
			l.ordered += row.Count
			continue
		}
		l := &line{item: it, ordered: row.Count}
		of[it] = l
		lines = append(lines, l)
		who := buyer{row.Customer, row.Item}
		p.bought[who] = append(p.bought[who], l)
		p.recent[p.asked%len(p.recent)] = l
		p.asked++
	}
	p.report.Stream.Lines += len(lines)
	p.lines = append(p.lines, lines...)
	for n := 0; len(lines) > 0; n++ {
		part := lines[:min(len(lines), mostLines)]
		lines = lines[len(part):]
		if err := p.promise(fmt.Sprint(name, "/", n), part); err != nil {
			return err
		}
	}
	return p.ask(len(rows))
}

// promise promises lines, reserves what can be had, and lets the rest wait.
func (p *replay) promise(key string, lines []*line) error {
	first, err := p.lane.Order(p.site, p.now)
	if err != nil {
		return err
	}
	demands := make([]atp.Demand, len(lines))
	for i, l := range lines {
		l.key, l.possible = fmt.Sprint(key, "/", i), first.Ship
		demands[i] = p.demand(l, l.ordered)
	}
	start := time.Now()
	promises, err := p.stock.PromiseAll(p.now, demands, atp.LineByLine)
	p.took.promise.Add(time.Since(start))
	if err != nil {
		return err
	}
	var want []atp.Line
	for i, l := range lines {
		l.waiting = l.ordered
		p.judge(l, &promises[i])
		want = append(want, promises[i].Lines()...)
		p.book(l, key, &promises[i])
	}
	return p.reserve(key, want)
}

func (p *replay) demand(l *line, quantity int64) atp.Demand {
	return atp.Demand{ID: l.key, Ref: l.item.ref, Quantity: quantity, Lane: &p.lane, Partial: atp.Partial{AtMost: p.Deliveries}}
}

// judge notes what a line was promised when it was ordered, and why not more.
func (p *replay) judge(l *line, got *atp.Promise) {
	var atOnce int64
	for _, d := range got.Deliveries {
		if !d.Ship.After(l.possible) {
			atOnce += d.Quantity
		}
	}
	c := &p.report.Promised
	c.UnitsAtOnce += atOnce
	switch {
	case atOnce == l.ordered:
		c.AtOnce++
		return
	case got.Unfilled == 0:
		c.Later++
	case got.Confirmed > 0:
		c.Partly++
	default:
		c.Nothing++
	}
	r := &p.report.Reasons
	switch {
	case l.item.onHand >= l.ordered:
		l.why = &r.Promised
	case got.Unfilled == 0:
		l.why = &r.Receipt
	default:
		l.why = &r.Unknown
	}
}

// book notes what is reserved for a line and when it will leave.
func (p *replay) book(l *line, key string, got *atp.Promise) {
	for _, d := range got.Deliveries {
		one := &delivery{line: l, key: key, quantity: d.Quantity, ship: d.Ship}
		l.deliveries = append(l.deliveries, one)
		p.shipments[d.Ship] = append(p.shipments[d.Ship], one)
		l.waiting -= d.Quantity
		l.item.reserved += d.Quantity
	}
	l.item.touched = true
	if l.waiting > 0 && !slices.Contains(l.item.waiting, l) {
		l.item.waiting = append(l.item.waiting, l)
		p.late++
		p.report.Shape.Waiting = max(p.report.Shape.Waiting, p.late)
	}
}

func (p *replay) reserve(key string, want []atp.Line) error {
	if len(want) == 0 {
		return nil
	}
	start := time.Now()
	_, err := p.stock.Reserve(p.now, atp.Request{Key: key, Hold: hold, Lines: want})
	p.took.reserve.Add(time.Since(start))
	if err != nil {
		return err
	}
	p.report.Shape.Events++
	start = time.Now()
	_, err = p.stock.Commit(p.now, key)
	p.took.commit.Add(time.Since(start))
	return err
}

// serve promises what waits for an item, first come, first served.
func (p *replay) serve(it *item) error {
	it.supplied = false
	for len(it.waiting) > 0 {
		l := it.waiting[0]
		if l.waiting > 0 {
			got, err := p.stock.Promise(p.now, p.demand(l, l.waiting))
			if err != nil {
				return err
			}
			if got.Confirmed > 0 {
				l.partial++
				key := fmt.Sprint(l.key, "/b", l.partial)
				p.book(l, key, &got)
				if err := p.reserve(key, got.Lines()); err != nil {
					return err
				}
			}
			if l.waiting > 0 {
				return nil
			}
		}
		it.waiting = it.waiting[1:]
		p.late--
	}
	return nil
}

// ship lets everything leave whose day has come, what was reserved together in one
// shipment. What is not there leaves when it is.
func (p *replay) ship() error {
	today := p.shipments[p.today]
	delete(p.shipments, p.today)
	var keys []string
	groups := make(map[string][]*delivery)
	for _, d := range today {
		if d.quantity == 0 {
			continue // cancelled
		}
		if groups[d.key] == nil {
			keys = append(keys, d.key)
		}
		groups[d.key] = append(groups[d.key], d)
	}
	for _, key := range keys {
		if err := p.consume(key, groups[key]); err != nil {
			return err
		}
	}
	return nil
}

// consume ships what is there of deliveries of one reservation, and puts the rest off by a
// day.
func (p *replay) consume(key string, together []*delivery) error {
	var parts []atp.Part
	for _, d := range together {
		it := d.line.item
		part := min(d.quantity, it.onHand)
		if part > 0 {
			p.leave(d, part)
			if i := slices.IndexFunc(parts, func(o atp.Part) bool { return o.Ref == it.ref }); i >= 0 {
				parts[i].Quantity += part
			} else {
				parts = append(parts, atp.Part{Ref: it.ref, Quantity: part})
			}
		}
		if d.quantity > 0 {
			next := p.today.AddDays(1)
			p.shipments[next] = append(p.shipments[next], d)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	p.documents++
	start := time.Now()
	_, err := p.stock.Consume(p.now, atp.Posting{Key: key, Document: fmt.Sprint("GI-", p.documents), Parts: parts})
	p.took.consume.Add(time.Since(start))
	return err
}

// leave notes that a part of a delivery has left.
func (p *replay) leave(d *delivery, part int64) {
	l := d.line
	d.quantity -= part
	l.shipped += part
	l.left = p.today
	if !p.today.After(l.possible) {
		l.onTime += part
	}
	l.item.onHand -= part
	l.item.reserved -= part
	l.item.touched = true
	if d.quantity == 0 {
		l.deliveries = slices.DeleteFunc(l.deliveries, func(o *delivery) bool { return o == d })
	}
}

// cancel matches a row that takes goods back with what the customer bought: the last line
// with just that quantity, or else the last lines.
func (p *replay) cancel(row sales.Row) error {
	c := &p.report.Cancellations
	left := -row.Count
	c.Units += left
	bought := p.bought[buyer{row.Customer, row.Item}]
	for _, l := range slices.Backward(bought) {
		if l.open() == left {
			return p.takeBack(l, left)
		}
	}
	for _, l := range slices.Backward(bought) {
		part := min(l.open(), left)
		if part > 0 {
			if err := p.takeBack(l, part); err != nil {
				return err
			}
			left -= part
		}
	}
	if left > 0 {
		c.Unmatched += left
		c.Rows++
	}
	return nil
}

// takeBack cancels a part of a line: first what waits, then what is reserved, then what
// has left, which comes back after two days.
func (p *replay) takeBack(l *line, quantity int64) error {
	c, it := &p.report.Cancellations, l.item
	it.touched = true
	part := min(l.waiting, quantity)
	l.waiting -= part
	l.cancelled += part
	c.Waiting += part
	it.weeks[0] -= min(quantity, outlier)
	quantity -= part
	for quantity > 0 && len(l.deliveries) > 0 {
		d := l.deliveries[0]
		part := min(d.quantity, quantity)
		if err := p.release(d, part); err != nil {
			return err
		}
		quantity -= part
	}
	if quantity == 0 {
		return nil
	}
	l.returned += quantity
	c.Returned += quantity
	it.orders++
	return p.expect(purchase{
		item: it, document: fmt.Sprint("RMA-", it.orders), kind: atp.ReturnExpected, quantity: quantity,
	}, p.today.AddDays(2))
}

// release gives a part of a delivery back.
func (p *replay) release(d *delivery, part int64) error {
	l := d.line
	p.documents++
	start := time.Now()
	_, err := p.stock.Release(p.now, atp.Posting{
		Key: d.key, Document: fmt.Sprint("C-", p.documents), Parts: []atp.Part{{Ref: l.item.ref, Quantity: part}},
	})
	p.took.release.Add(time.Since(start))
	if err != nil {
		return err
	}
	d.quantity -= part
	l.cancelled += part
	l.item.reserved -= part
	l.item.supplied = true
	p.report.Cancellations.Released += part
	if d.quantity == 0 {
		l.deliveries = l.deliveries[1:]
	}
	return nil
}

// ask asks what shops ask: can I have so many on that day, and when can I have them? The
// items are those that were bought lately.
func (p *replay) ask(rows int) error {
	known := min(p.asked, len(p.recent))
	for range rows * p.Questions {
		p.chance = splitmix(p.chance)
		l := p.recent[p.chance%uint64(known)]
		q := atp.Query{Ref: l.item.ref, Date: p.today.AddDays(int(p.chance >> 32 % 30))}
		var err error
		start := time.Now()
		if p.chance>>60 < 8 {
			_, err = p.stock.ATP(p.now, q)
			p.took.atp.Add(time.Since(start))
		} else {
			_, _, err = p.stock.Earliest(p.now, q, l.ordered)
			p.took.earliest.Add(time.Since(start))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settle tells what became of a line in the end.
func (p *replay) settle(l *line) {
	k := &p.report.Kept
	missing := l.ordered - l.cancelled - l.shipped
	k.UnitsOrdered += l.ordered
	k.UnitsGone += l.cancelled
	k.UnitsOnTime += l.onTime
	k.UnitsLate += l.shipped - l.onTime
	k.UnitsShort += missing
	switch {
	case missing > 0:
		k.Short++
	case l.shipped == 0:
		k.Cancelled++
		return
	case l.onTime == l.shipped:
		k.OnTime++
		return
	default:
		k.Late++
		days := l.left.Sub(l.possible)
		k.DaysLate += int64(days)
		switch {
		case days <= 7:
			k.LateToWeek++
		case days <= 30:
			k.LateToMonth++
		default:
			k.LateBeyond++
		}
	}
	if l.why == nil {
		l.why = &p.report.Reasons.Slipped
	}
	*l.why++
}

var errUnknown = errors.New("the stream was changed while it was read")
