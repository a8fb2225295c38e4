package promisecmd

import (
	"context"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/sales"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// siteID is where everything is stocked.
const siteID = "LON"

// outlier is the most units of a row that a planner learns from.
const outlier = 1000

// drain is for how many days after the last order goods still come and go.
const drain = 30

// Replay replays a file of sold lines.
type Replay struct {
	Sales sales.File
	// Seed chooses the supply.
	Seed uint64
	// Services are the items that are no goods, as patterns of path.Match.
	Services []string
	// Questions is how many questions are asked for each line.
	Questions int
	// Deliveries is in how many parts a line may come.
	Deliveries int
}

// Services are the items of the retailer's stream that are no goods: postage, fees,
// discounts, vouchers, manual bookings.
func Services() []string {
	return []string{"POST", "DOT", "C2", "D", "M", "m", "S", "B", "PADS", "BANK CHARGES", "AMAZONFEE", "CRUK", "gift_*"}
}

// replay is one run.
type replay struct {
	Replay
	report Report
	stock  *atp.Stock
	site   *calendar.Calendar
	lane   atp.Lane
	now    time.Time
	today  calendar.Date
	span   int // days of the stream

	items     map[string]*item
	list      []*item // by first appearance
	lines     []*line
	bought    map[buyer][]*line
	orders    map[string]int // by invoice
	receipts  map[calendar.Date][]purchase
	shipments map[calendar.Date][]*delivery
	late      int // lines that wait
	documents int
	days      map[*item]int // the most days with anything due
	recent    [1024]*line
	asked     int
	chance    uint64
	took      struct{ atp, earliest, promise, reserve, commit, consume, release, receive Histogram }
}

// Run replays the file. The error is that of the file, with its line, or of a setting.
func (r Replay) Run(ctx context.Context) (*Report, error) {
	began := time.Now()
	p := &replay{
		Replay: r, items: make(map[string]*item), bought: make(map[buyer][]*line), orders: make(map[string]int),
		receipts: make(map[calendar.Date][]purchase), shipments: make(map[calendar.Date][]*delivery), days: make(map[*item]int),
		lane: atp.Lane{Processing: 1, Transit: 2}, chance: r.Seed,
	}
	p.report.Violations = []string{}
	if err := p.open(); err != nil {
		return nil, err
	}
	if err := p.census(ctx); err != nil {
		return nil, err
	}
	if err := p.year(ctx); err != nil {
		return nil, err
	}
	p.end(began)
	return &p.report, nil
}

// open makes the site: it works from Sunday to Friday, and orders from 15:00 on are
// begun with on the next day.
func (p *replay) open() error {
	var err error
	if p.site, err = calendar.New(calendar.Config{
		Name: siteID, Zone: "Europe/London", Cutoff: calendar.MustClock("15:00"),
		Week: []time.Weekday{time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
	}); err != nil {
		return err
	}
	p.stock, err = atp.New(atp.Config{Sites: []atp.Site{{ID: siteID, Calendar: p.site}}})
	return err
}

// wrong says what is wrong in the file.
func (p *replay) wrong(format string, args ...any) error {
	return &sales.FormatError{Path: p.Sales.Path, Err: fmt.Errorf(format, args...)}
}

// census reads the file through: what is sold in it says how much of each item there is
// to begin with.
func (p *replay) census(ctx context.Context) error {
	var ids []string
	planned := make(map[string]int64)
	var first, last time.Time
	for row, err := range p.Sales.Rows(ctx) {
		if err != nil {
			return err
		}
		if first.IsZero() {
			first = row.At
		}
		if row.At.Before(last) {
			return p.wrong("invoice %s is older than the one before", row.Invoice)
		}
		if last = row.At; p.isService(row.Item) {
			continue
		}
		if row.Count > atp.MaxQuantity/1000 || row.Count < -atp.MaxQuantity/1000 {
			return p.wrong("invoice %s: a quantity of %d is too much", row.Invoice, row.Count)
		}
		if _, known := planned[row.Item]; !known {
			ids = append(ids, row.Item)
		}
		planned[row.Item] += max(min(row.Count, outlier), 0)
	}
	if first.IsZero() {
		return p.wrong("there are no rows")
	}
	c := &p.report.Stream
	c.First, c.Last, c.Items = calendar.DateOf(first).String(), calendar.DateOf(last).String(), len(ids)
	p.span = calendar.DateOf(last).Sub(calendar.DateOf(first)) + 1
	p.begin(calendar.DateOf(first))
	for _, id := range ids {
		if err := p.define(id, planned[id]); err != nil {
			return err
		}
	}
	return nil
}

// begin sets the clock to the small hours of a day.
func (p *replay) begin(d calendar.Date) {
	p.today = d
	p.now = d.In(p.site.Location()).Add(4 * time.Hour)
}

// year goes through the file day by day.
func (p *replay) year(ctx context.Context) error {
	if err := p.morning(); err != nil {
		return err
	}
	var order []sales.Row
	place := func() error {
		if len(order) == 0 {
			return nil
		}
		p.now = order[0].At
		err := p.orderRows(order)
		order = order[:0]
		return err
	}
	for row, err := range p.Sales.Rows(ctx) {
		if err != nil {
			return err
		}
		if len(order) > 0 && (row.Invoice != order[0].Invoice || row.Count <= 0 || !row.At.Equal(order[0].At)) {
			if err := place(); err != nil {
				return err
			}
		}
		if d := calendar.DateOf(row.At); d != p.today {
			if err := p.until(d); err != nil {
				return err
			}
		}
		p.now = row.At
		sold, err := p.sort(row)
		if err != nil {
			return err
		}
		if sold {
			order = append(order, row)
		}
	}
	if err := place(); err != nil {
		return err
	}
	if err := p.until(p.today.AddDays(drain)); err != nil {
		return err
	}
	return p.evening()
}

// sort deals with a row that is no line of an order; true for one that is.
func (p *replay) sort(row sales.Row) (bool, error) {
	c := &p.report.Stream
	c.Rows++
	if p.isService(row.Item) {
		c.Services++
		return false, nil
	}
	it := p.items[row.Item]
	if it == nil {
		return false, errUnknown
	}
	switch cancels := strings.HasPrefix(row.Invoice, "C"); {
	case cancels && row.Count < 0:
		c.Cancelled++
		return false, p.cancel(row)
	case row.Count == 0:
		c.Corrections++
		return false, nil
	case row.Count < 0, row.Customer == "" && row.Price.IsZero():
		c.Corrections++
		return false, p.correct(it, row.Count)
	}
	return true, nil
}

func (p *replay) isService(id string) bool {
	return slices.ContainsFunc(p.Services, func(pattern string) bool {
		ok, err := path.Match(pattern, id)
		return ok && err == nil
	})
}

// until ends the day and all days before another, on whose morning it stops.
func (p *replay) until(d calendar.Date) error {
	for p.today.Before(d) {
		if err := p.evening(); err != nil {
			return err
		}
		p.begin(p.today.AddDays(1))
		if err := p.morning(); err != nil {
			return err
		}
	}
	return nil
}

// morning receives, serves what waits, and ships.
func (p *replay) morning() error {
	if err := p.receive(); err != nil {
		return err
	}
	if err := p.serveAll(); err != nil {
		return err
	}
	return p.ship()
}

// evening buys, serves what waits, and checks the books.
func (p *replay) evening() error {
	p.now = p.today.In(p.site.Location()).Add(22 * time.Hour)
	if err := p.buy(); err != nil {
		return err
	}
	if err := p.serveAll(); err != nil {
		return err
	}
	if p.today.Weekday() == time.Sunday {
		if err := p.look(); err != nil {
			return err
		}
	}
	return p.check()
}

func (p *replay) serveAll() error {
	for _, it := range p.list {
		if it.supplied {
			if err := p.serve(it); err != nil {
				return err
			}
		}
	}
	return nil
}

// look sees what shape the items have.
func (p *replay) look() error {
	for _, it := range p.list {
		o, err := p.stock.Outlook(p.now, it.ref)
		if err != nil {
			return err
		}
		n := 0
		for _, d := range o.Days {
			if d.Receipts != 0 || d.Claims != 0 {
				n++
			}
		}
		p.days[it] = max(p.days[it], n)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.report.Measured.PeakBytes = max(p.report.Measured.PeakBytes, m.HeapAlloc)
	return nil
}

// check holds the engine's books against the replay's own, for every item that was
// touched: stock on hand; the balance in the end, which is what is there and comes less
// what is reserved; and that no more is promised than there is, on any day, unless supply
// was taken away.
func (p *replay) check() error {
	far := p.today.AddDays(3650)
	for _, it := range p.list {
		if !it.touched {
			continue
		}
		it.touched = false
		p.report.Checks++
		state, err := p.stock.Item(it.ref)
		if err != nil {
			return err
		}
		if state.Available != it.onHand {
			p.violated(it, "on hand", state.Available, it.onHand)
		}
		end, err := p.stock.ATP(p.now, atp.Query{Ref: it.ref, Date: far})
		if err != nil {
			return err
		}
		if balance := it.onHand + it.due - it.reserved; end != balance {
			p.violated(it, "balance in the end", end, balance)
		}
		free, err := p.stock.ATP(p.now, atp.Query{Ref: it.ref, Date: p.today})
		if err != nil {
			return err
		}
		if free >= 0 {
			it.withdrawn = false
		} else if !it.withdrawn {
			p.violated(it, "promised twice", free, 0)
		} else {
			it.touched = true // until it is made good
		}
	}
	return nil
}

func (p *replay) violated(it *item, what string, is, want int64) {
	if len(p.report.Violations) < 20 {
		p.report.Violations = append(p.report.Violations, fmt.Sprintf("%s, item %s: %s is %d, not %d", p.today, it.id, what, is, want))
	}
}

// end sums up.
func (p *replay) end(began time.Time) {
	for _, l := range p.lines {
		p.settle(l)
	}
	s := &p.report.Shape
	for _, it := range p.list {
		switch n := p.days[it]; {
		case n == 0:
			s.Plain++
		case n <= 64:
			s.Slice++
		default:
			s.Tree++
		}
		s.Most = max(s.Most, p.days[it])
	}
	m := &p.report.Measured
	m.Seconds = time.Since(began).Seconds()
	m.LinesASecond = float64(p.report.Stream.Lines) / m.Seconds
	m.ATP, m.Earliest, m.Promise, m.Reserve = p.took.atp.Latency(), p.took.earliest.Latency(), p.took.promise.Latency(), p.took.reserve.Latency()
	m.Commit, m.Consume, m.Release, m.Receive = p.took.commit.Latency(), p.took.consume.Latency(), p.took.release.Latency(), p.took.receive.Latency()
	p.items, p.list, p.lines, p.bought, p.orders, p.days = nil, nil, nil, nil, nil, nil
	p.receipts, p.shipments, p.recent = nil, nil, [1024]*line{}
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	m.HeapBytes = mem.HeapAlloc
	runtime.KeepAlive(p.stock)
}
