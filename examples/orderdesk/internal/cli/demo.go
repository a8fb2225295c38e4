package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/edi/gateway"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/shop"
	"github.com/o2ckit/o2c/examples/orderdesk/samples"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

type demoCommand struct {
	Dir    string `type:"path" placeholder:"D" help:"Keep the database and the documents in this folder. By default in a temporary one, which is removed."`
	EDI    string `name:"edi" type:"existingdir" placeholder:"DIR" help:"Take the files of this folder, X12 or EDIFACT, instead of the samples."`
	Learn  bool   `help:"Make customers, items and prices of what arrives and is not known."`
	Orders int    `placeholder:"N" help:"Take N generated purchase orders instead of the samples."`
}

// opening is when the demo's day begins: the clock is part of the demo, so that
// it tells the same every time.
var opening = time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC)

// demoDays is how many days the demo goes on shipping.
const demoDays = 10

// Run takes purchase orders from the file to the invoice.
func (c *demoCommand) Run(r *run) error {
	if c.EDI != "" && c.Orders > 0 {
		return errors.New("--edi and --orders exclude each other")
	}
	dir, keep := c.Dir, true
	if dir == "" {
		keep = false
		var err error
		if dir, err = os.MkdirTemp("", "orderdesk-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	if err := os.MkdirAll(filepath.Join(dir, "out"), 0o755); err != nil {
		return err
	}
	j, closeDB, err := shop.OpenJournal(r.ctx, filepath.Join(dir, "orderdesk.db"))
	if err != nil {
		return err
	}
	defer closeDB()
	d := demo{run: r, dir: dir, now: opening, journal: j}
	if err := d.open(c); err != nil {
		return err
	}
	files, err := c.files()
	if err != nil {
		return err
	}
	if err := d.play(files); err != nil {
		return err
	}
	return d.report(keep)
}

// files lists what the demo is to take, in order of name.
func (c *demoCommand) files() ([]input, error) {
	if c.Orders > 0 {
		return generated(c.Orders), nil
	}
	var source fs.FS = samples.Files
	if c.EDI != "" {
		source = os.DirFS(c.EDI)
	}
	names, err := fs.Glob(source, "*")
	if err != nil {
		return nil, err
	}
	var files []input
	for _, name := range names {
		if info, err := fs.Stat(source, name); err != nil || info.IsDir() || strings.HasSuffix(name, ".go") {
			continue
		}
		files = append(files, input{name: name, open: func() (io.ReadCloser, error) { return source.Open(name) }})
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there are no files in %s", c.EDI)
	}
	return files, nil
}

// input is a file to be taken.
type input struct {
	name string
	open func() (io.ReadCloser, error)
}

// demo is one run of the demo.
type demo struct {
	*run
	dir  string
	now  time.Time
	shop *shop.Shop
	// journal is the shop's.
	journal journal.Journal

	taken     []gateway.Taken
	damaged   []gateway.Taken
	fulfilled int
}

func (d *demo) open(c *demoCommand) error {
	master, err := shop.SampleMaster()
	if err != nil {
		return err
	}
	partners, err := shop.SamplePartners()
	if err != nil {
		return err
	}
	d.shop, err = shop.Open(d.ctx, shop.Config{
		Journal: d.journal, Clock: func() time.Time { return d.now }, Master: master, Partners: partners, Learn: c.Learn,
	})
	if err != nil {
		return err
	}
	stock, limits := shop.SampleStock(), shop.SampleCredit()
	if c.Orders > 0 { // generated orders are many: enough of everything
		for i := range stock {
			stock[i].Quantity *= int64(1 + c.Orders/10)
		}
		for id := range limits {
			limits[id] = money.MustParse("1000000000.00 USD")
		}
	}
	return d.shop.OpenBooks(d.ctx, stock, limits)
}

// play takes the files, then lets the days pass: goods come in, backorders
// are served, what is due ships and is billed.
func (d *demo) play(files []input) error {
	bar := progress(d.err, len(files), "taking purchase orders")
	for _, f := range files {
		if err := d.take(f); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		bar.add()
	}
	bar.close()
	bar = progress(d.err, demoDays, "shipping and billing")
	defer bar.close()
	for range demoDays {
		today := calendar.DateOf(d.now)
		if err := d.shop.ReceiveDue(d.ctx, today); err != nil {
			return err
		}
		if _, err := d.shop.ServeBackorders(d.ctx, today); err != nil {
			return err
		}
		for o := range d.shop.Desk.Orders() {
			_, done, err := d.shop.Fulfil(d.ctx, o.ID, today)
			if err != nil {
				return err
			}
			if done {
				d.fulfilled++
			}
		}
		d.now = d.now.AddDate(0, 0, 1)
		bar.add()
	}
	return nil
}

// take takes one file.
func (d *demo) take(f input) error {
	file, err := f.open()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	t, err := d.shop.Take(d.ctx, f.name, file)
	if err != nil {
		return err
	}
	d.taken = append(d.taken, t)
	if len(t.Faults) > 0 && concernsUs(t) {
		d.damaged = append(d.damaged, t)
		d.found()
	}
	return nil
}

// concernsUs tells whether a damaged file is one that purchase orders were to
// be expected in: one that holds some, or in which nothing could be read.
func concernsUs(t gateway.Taken) bool {
	documents := documentsOf(t)
	return len(documents) == 0 || slices.ContainsFunc(documents, func(d gateway.Document) bool {
		return d.Entry.Kind == "850" || d.Entry.Kind == "ORDERS"
	})
}

// documents writes everything that was sent, and the packing lists, to files.
func (d *demo) documents(ctx context.Context) (map[string]int, error) {
	count := make(map[string]int)
	codec := partner.Events()
	for e, err := range d.journal.Read(ctx, journal.All, 0) {
		if err != nil {
			return nil, err
		}
		v, _, err := codec.Decode(e)
		if err != nil {
			return nil, err
		}
		sent, ok := v.(partner.SentEvent)
		if !ok {
			continue
		}
		data := sent.Data
		if sent.Size > len(data) { // too large for one event
			full, err := d.shop.Outbox.Raw(ctx, sent.Partner, sent.Key)
			if err != nil {
				return nil, err
			}
			data = full.Raw
		}
		name := fmt.Sprintf("%s-%s-%09d.%s", sent.Set, fileName(sent.Partner), sent.Interchange, cmp.Or(strings.ToLower(sent.Standard), "x12"))
		if err := d.write(name, data); err != nil {
			return nil, err
		}
		count[sent.Set]++
	}
	for o := range d.shop.Desk.Orders() {
		for _, e := range d.shop.Shipping.OfOrder(string(o.ID)) {
			list, err := e.Shipment.PackingList()
			if err != nil {
				return nil, err
			}
			if err := d.write("packing-list-"+fileName(string(e.Shipment.ID))+".txt", []byte(list.Text())); err != nil {
				return nil, err
			}
			count["packing lists"]++
		}
	}
	return count, nil
}

func (d *demo) write(name string, data []byte) error {
	return os.WriteFile(filepath.Join(d.dir, "out", name), data, 0o644)
}

// fileName keeps what any file system takes.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, s)
}
