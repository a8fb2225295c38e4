package shop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/intake"
)

// Taken is what became of a file.
type Taken struct {
	File string
	// Interchanges counts those that were found.
	Interchanges int
	// Sets are the sets that were found, in order.
	Sets []TakenSet
	// Faults are what stands outside any set that can be blamed for it.
	Faults []x12.Fault
}

// Damaged tells that the file as a whole, or a whole interchange, cannot be used.
func (t Taken) Damaged() bool { return len(t.Faults) > 0 }

// TakenSet is what became of one set.
type TakenSet struct {
	Set, Control, Partner string
	// Cured tells that it was an exception before.
	Cured    bool
	Receipt  intake.Receipt
	Result   intake.Result
	Order    order.ID
	Findings finding.List
}

// Take reads a file of X12 interchanges in bounded memory, keeps each set as
// it came, makes orders of the purchase orders, and answers. What was taken
// before is known and done only as far as it was not finished.
func (s *Shop) Take(ctx context.Context, name string, file io.Reader) (Taken, error) {
	head := &headReader{source: file}
	t, err := s.take(ctx, name, head)
	if err == nil && len(t.Sets) == 0 && len(t.Faults) > 0 {
		err = s.keepFile(ctx, name, head, t.Faults)
	}
	return t, err
}

// take does so, and keeps nothing of a file that has no sets.
func (s *Shop) take(ctx context.Context, name string, file io.Reader) (Taken, error) {
	t := Taken{File: name}
	var sets []*x12.Set
	received := ""
	take := func() error {
		for _, set := range sets {
			taken, err := s.takeSet(ctx, name, set)
			if err != nil {
				return err
			}
			received = taken.Receipt.ID
			t.Sets = append(t.Sets, taken)
			set.Segments = nil // they are kept; the reply does not need them
		}
		sets = nil
		return nil
	}
	err := x12.Walk(file, s.directory.X12Options(x12.Options{Lenient: true}), x12.Handler{
		Set: func(set *x12.Set) error {
			sets = append(sets, set)
			set.Group.Sets = append(set.Group.Sets, set) // the reply tells of each
			if len(sets) < manySets {
				return nil
			}
			return take() // too many to wait for the end of the interchange and its verdict
		},
		Group: func(g *x12.Group) error {
			g.Interchange.Groups = append(g.Interchange.Groups, g)
			return nil
		},
		Interchange: func(ic *x12.Interchange) error {
			t.Interchanges++
			if ic.Status() == x12.Rejected {
				t.Faults = append(t.Faults, ic.Faults...)
			}
			if err := take(); err != nil {
				return err
			}
			answered := received
			received = ""
			return s.reply(ctx, ic, answered)
		},
		Fault: func(f x12.Fault) error {
			t.Faults = append(t.Faults, f)
			return nil
		},
	})
	return t, err
}

// manySets is how many sets wait in memory for the end of their interchange.
const manySets = 10_000

// takeSet keeps a set and makes an order of it if it is a purchase order.
func (s *Shop) takeSet(ctx context.Context, name string, set *x12.Set) (TakenSet, error) {
	ic := set.Interchange()
	t := TakenSet{Set: set.ID, Control: ic.Control + "/" + set.Group.Control + "/" + set.Control, Partner: senderKey(ic.SenderQualifier, ic.Sender)}
	doc, err := errordesk.FromSet(set)
	if errors.Is(err, errordesk.ErrNotKept) {
		doc = intake.Document{Channel: errordesk.ChannelX12, Kind: set.ID, Partner: t.Partner, Control: t.Control,
			Raw: fmt.Appendf(nil, "the set was not kept: %s\n", set.Faults)}
	} else if err != nil {
		return t, err
	}
	doc.Name = name
	if t.Receipt, err = s.Inbox.Receive(ctx, doc); err != nil {
		return t, err
	}
	t.Cured = s.config.Learn && curable(t.Receipt.Outcome)
	if t.Receipt.Known && t.Receipt.Outcome.Result != intake.Unsettled && !t.Cured {
		t.Result, t.Order, t.Findings = t.Receipt.Outcome.Result, t.Receipt.Outcome.Order, t.Receipt.Outcome.Findings
		return t, nil
	}
	if err := s.decide(ctx, set, &t); err != nil {
		return t, err
	}
	return t, s.Inbox.Settle(ctx, t.Receipt.ID, intake.Outcome{Result: t.Result, Order: t.Order, Findings: t.Findings})
}

// Process does with a document that was kept what is done with one that arrives: for an
// error desk. A file of which nothing could be read is taken like any file; its sets are
// documents of their own.
func (s *Shop) Process(ctx context.Context, e intake.Entry, interchange []byte) (intake.Outcome, error) {
	if e.Kind == "file" {
		return s.processFile(ctx, e, interchange)
	}
	report, err := x12.Read(bytes.NewReader(interchange), s.directory.X12Options(x12.Options{Lenient: true, MaxSetBytes: intake.MaxBytes}))
	if err != nil {
		return intake.Outcome{}, err
	}
	sets := report.Sets()
	if len(sets) != 1 {
		o := intake.Outcome{Result: intake.Exception}
		for _, f := range report.Faults {
			o.Findings = append(o.Findings, f.Finding())
		}
		o.Findings.Block("edi.envelope.sets", "", fmt.Sprintf("there are %d sets in it, one is wanted", len(sets)), "correct it to an interchange with the one set")
		return o, nil
	}
	t := TakenSet{Set: e.Kind, Control: e.Control, Partner: e.Partner, Receipt: intake.Receipt{ID: e.ID, Outcome: e.Outcome}}
	if err := s.decide(ctx, sets[0], &t); err != nil {
		return intake.Outcome{}, err
	}
	return intake.Outcome{Result: t.Result, Order: t.Order, Findings: t.Findings}, nil
}

// processFile takes a file as a whole.
func (s *Shop) processFile(ctx context.Context, e intake.Entry, file []byte) (intake.Outcome, error) {
	t, err := s.take(ctx, e.Name, bytes.NewReader(file))
	if err != nil {
		return intake.Outcome{}, err
	}
	o := intake.Outcome{Result: intake.PassedOver}
	for _, f := range t.Faults {
		o.Findings = append(o.Findings, f.Finding())
	}
	if len(t.Sets) == 0 {
		o.Result = intake.Exception
		return o, nil
	}
	o.Findings.Info("edi.file.taken", "", fmt.Sprintf("its %d sets are documents of their own", len(t.Sets)), "")
	return o, nil
}

// decide finds out what becomes of a set that was kept.
func (s *Shop) decide(ctx context.Context, set *x12.Set, t *TakenSet) error {
	if set.ID != "850" {
		t.Result = intake.PassedOver
		return nil
	}
	t.Result = intake.Exception
	for _, f := range set.Faults {
		t.Findings = append(t.Findings, f.Finding())
	}
	if set.Status() == x12.Rejected {
		for _, f := range append(set.Group.Faults[:len(set.Group.Faults):len(set.Group.Faults)], set.Interchange().Faults...) {
			t.Findings = append(t.Findings, f.Finding())
		}
		if !t.Findings.Blocks() {
			t.Findings.Block("edi.envelope.rejected", "", "the group or interchange of the set is rejected", "ask the partner to send it anew")
		}
		return nil
	}
	p, known := s.partner(t.Partner)
	if !known && s.config.Learn {
		p = learnedPartner(set)
	} else if !known {
		t.Findings.Block("edi.partner.unknown", "", fmt.Sprintf("no partner sends as %s", t.Partner), "add a profile of the partner, then process the set again")
		return nil
	}
	doc, found := mapping.PurchaseOrder(p.X12.Ours(set), p.Mapping())
	t.Findings = append(t.Findings, p.X12.Tolerate.Tolerated(found)...)
	if t.Findings.Blocks() {
		return nil
	}
	doc.Source.Document, doc.Source.Partner = t.Receipt.ID, t.Partner
	doc.Customer = p.Account
	if s.config.Learn {
		if err := s.learn(ctx, p, &doc); err != nil {
			t.Findings.Block("learn", "", err.Error(), "")
			return nil
		}
	}
	return s.submit(ctx, t, doc)
}

// curable tells whether learning could make an order of an exception: all that
// stood against it was that somebody or something was not known.
func curable(o intake.Outcome) bool {
	if o.Result != intake.Exception {
		return false
	}
	for _, f := range o.Findings {
		switch f.Code {
		case "edi.partner.unknown", "order.customer.unknown", "order.line.item-unknown":
		default:
			if f.Severity == finding.Block {
				return false
			}
		}
	}
	return true
}

// submit hands the document to the desk, under the id of what was received:
// the same set twice is one order.
func (s *Shop) submit(ctx context.Context, t *TakenSet, doc order.Document) error {
	key := "intake/" + t.Receipt.ID
	if before := t.Receipt.Outcome.Order; before != "" {
		key += "/after/" + string(before)
	}
	r, err := s.Desk.Submit(ctx, desk.Submission{Key: key, Document: doc, Actor: printable(t.Partner)})
	if err != nil {
		return err
	}
	t.Order = r.Order.ID
	if e, is := r.Order.Exception(); is {
		t.Findings = append(t.Findings, e.Findings...)
		return nil
	}
	t.Result = intake.Ordered
	return s.Answer(ctx, r.Order.ID)
}

// keepFile keeps the beginning of a file of which nothing could be read.
func (s *Shop) keepFile(ctx context.Context, name string, head *headReader, faults []x12.Fault) error {
	var found finding.List
	for _, f := range faults {
		found = append(found, f.Finding())
	}
	if head.cut {
		found.Info("intake.cut", "", fmt.Sprintf("the first %d bytes are kept, the rest is in the file alone", headBytes), "")
	}
	raw := head.kept.Bytes()
	if len(raw) == 0 {
		return nil // an empty file leaves nothing to keep
	}
	r, err := s.Inbox.Receive(ctx, intake.Document{Channel: "x12", Kind: "file", Name: name, Raw: raw})
	if err != nil {
		return err
	}
	return s.Inbox.Settle(ctx, r.ID, intake.Outcome{Result: intake.Exception, Findings: found})
}

// headBytes is how much is kept of a file of which nothing can be read.
const headBytes = 1 << 20

// headReader keeps the beginning of what is read through it.
type headReader struct {
	source io.Reader
	kept   bytes.Buffer
	cut    bool
}

func (h *headReader) Read(p []byte) (int, error) {
	n, err := h.source.Read(p)
	keep := min(n, headBytes-h.kept.Len())
	h.kept.Write(p[:keep])
	h.cut = h.cut || keep < n
	return n, err
}

func senderKey(qualifier, id string) string { return qualifier + ":" + id }

func (s *Shop) partner(sender string) (partner.Profile, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.partners[sender]
	return p, ok
}

func (s *Shop) partnerOf(o *order.Order) (partner.Profile, bool) {
	return s.partner(o.Document.Source.Partner)
}
