package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// ReadReceivingAdvice reads what a customer says of goods that arrived, RECADV of any
// directory. [ReconcileReceipt] compares it with what was shipped.
//
// What was received is QTY 48, else 46, else what was accepted and refused, else what
// was advised with its variance (QVR); what was accepted is QTY 194, else what was
// received less what QVR or QTY 195 and 196 refuse. A line that cannot be read is left
// out, with a finding that blocks.
func ReadReceivingAdvice(m *edifact.Message, o mapping.Options) (ReceivingAdvice, finding.List) {
	r := receiptReader{reader: reader{message: "RECADV", document: "receiving advice", agreed: &o}}
	r.advice.Source = source(m)
	if !r.is(m, "a receiving advice") {
		return r.advice, r.found
	}
	for c := m.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.closeLine()
	if !r.begun {
		r.add(finding.Block, "bgm-missing", edifact.Segment{}, whole(), "the message has no BGM, which numbers it", "ask the partner to send it anew")
	}
	r.leftOut()
	return r.advice, r.found
}

// receiptReader reads one RECADV.
type receiptReader struct {
	reader
	advice ReceivingAdvice
	begun  bool
	carton string // of the package that is open

	lin   edifact.Segment // of the line that is open; zero: none is
	line  ReceivedLine
	words description
	told  map[string]quantity.Quantity // by element 6063
	// unitless are the variances of QVR, which are in the unit of the line.
	unitless []int
	sound    bool
	lines    int
}

func (r *receiptReader) open() bool { return !r.lin.IsZero() }

func (r *receiptReader) segment(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "BGM":
		r.beginning(s)
	case "DTM":
		r.date(s)
	case "RFF":
		r.refers(s, c)
	case "NAD":
		r.takes(s, c)
	case "CPS":
		r.closeLine()
		r.carton = ""
	case "PAC":
		r.closeLine()
		r.carton = ""
		r.homeless("package", s)
	case "GIN":
		r.number(s)
	case "LIN":
		r.closeLine()
		r.begin(s)
	case "CNT":
		r.closeLine()
		r.checkTotals(&controlTotals{counts: []edifact.Segment{s}}, r.lines)
	case "PCI", "UNS":
	default:
		if r.open() {
			r.detail(s)
		} else {
			r.homeless("advice", s)
		}
	}
}

func (r *receiptReader) beginning(s edifact.Segment) {
	if r.begun {
		r.block("bgm-repeated", s, whole(), "the message has a second BGM", "ask the partner to send each advice in a message of its own")
		return
	}
	r.begun = true
	r.advice.Number = text(s, 2, 1)
	r.advice.Cancel, r.advice.Replace = r.function(s)
	if r.advice.Number == "" {
		r.warn("number-missing", s, spot{2, 1}, "the advice has no number, so that a repetition cannot be told", "ask the partner for it")
	}
}

func (r *receiptReader) date(s edifact.Segment) {
	switch code := text(s, 1, 1); {
	case !r.open() && code == "137":
		r.advice.Date = r.day(s)
	case !r.open() && (code == "50" || code == "35" || code == "310"):
		if d := r.day(s); r.advice.Received.IsZero() || code == "50" {
			r.advice.Received = d
		}
	case r.open() && (code == "36" || code == "361"):
		r.line.Expires = r.day(s)
	case r.open():
		r.homeless("line", s)
	default:
		r.info("date-not-mapped", s, spot{1, 1}, fmt.Sprintf("date %s has no place in the receiving advice", s))
	}
}

// refers reads RFF of the advice, a package or a line.
func (r *receiptReader) refers(s edifact.Segment, c *edifact.Cursor) {
	ref, ok := r.reference(s, c)
	if !ok {
		return
	}
	if !r.open() {
		switch ref.Qualifier {
		case "AAK", "DQ":
			if r.advice.Shipment == "" {
				r.advice.Shipment = ref.Value
				return
			}
		case "ON":
			if r.advice.PurchaseOrder == "" {
				r.advice.PurchaseOrder = ref.Value
				return
			}
		}
		r.advice.References = append(r.advice.References, ref)
		return
	}
	switch ref.Qualifier {
	case "AAK", "DQ":
		r.line.Shipment = ref.Value
	case "ON":
		r.line.PurchaseOrder = ref.Value
		if n := text(s, 1, 3); n != "" {
			r.line.OrderLine = n
		}
	case "LI":
		r.line.OrderLine = ref.Value
	case "BT":
		r.line.Lot = ref.Value
	default:
		r.line.References = append(r.line.References, ref)
	}
}

func (r *receiptReader) takes(s edifact.Segment, c *edifact.Cursor) {
	p, refs, notes := r.party(s, c)
	if r.open() || p.Role == "" || len(notes) > 0 {
		r.homeless("advice", s)
	}
	if r.open() || p.Role == "" {
		return
	}
	r.advice.Parties = append(r.advice.Parties, p)
	r.advice.References = append(r.advice.References, refs...)
}

// number reads GIN: the SSCC of a package or of a part of the line, or its batch.
func (r *receiptReader) number(s edifact.Segment) {
	codes, ok := r.ssccs(s)
	switch {
	case ok && len(codes) > 0 && r.open():
		r.line.Carton = codes[0]
	case ok && len(codes) > 0:
		r.carton = codes[0]
	case r.open() && text(s, 1, 1) == ginBatch:
		if numbers := r.numbersIn(s); len(numbers) > 0 {
			r.line.Lot = numbers[0]
		}
	default:
		r.homeless("GIN group", s)
		return
	}
	if len(codes) > 1 {
		r.info("packages-together", s, element(3), "several packages are told at once; what arrived is counted for the first")
	}
}

func (r *receiptReader) begin(s edifact.Segment) {
	r.lines++
	r.lin, r.sound, r.words = s, true, description{}
	r.told, r.unitless = make(map[string]quantity.Quantity), nil
	r.line = ReceivedLine{ID: text(s, 1, 1), Carton: r.carton, Identifiers: r.identify(nil, s, 3)}
	if text(s, 4, 1) != "" {
		r.homeless("sub-line", s)
	}
}

// detail reads what belongs to a line.
func (r *receiptReader) detail(s edifact.Segment) {
	switch s.ID() {
	case "PIA":
		r.line.Identifiers = r.pia(r.line.Identifiers, s)
	case "IMD":
		if !r.words.add(s) {
			r.homeless("line", s)
		}
	case "QTY":
		r.counts(s)
	case "QVR":
		r.variance(s)
	default:
		r.homeless("line", s)
	}
}

// counts reads QTY.
func (r *receiptReader) counts(s edifact.Segment) {
	code := text(s, 1, 1)
	switch code {
	case "12", "46", "48", "194", "195", "196", "124":
	default:
		r.info("quantity-not-mapped", s, spot{1, 1}, fmt.Sprintf("quantity %s has no place in the receiving advice", s))
		return
	}
	q := r.quantity(s)
	if q.Unit() == 0 {
		r.sound = false
		return
	}
	if kind, refused := varianceOf(code, ""); refused && code != "12" && code != "46" && code != "48" && code != "194" {
		r.line.Variances = append(r.line.Variances, Variance{Kind: kind, Quantity: q.Abs().Neg()})
		return
	}
	if sum, told := r.told[code]; told {
		total, err := sum.Add(q)
		if err != nil {
			r.block("quantity-mixed", s, spot{1, 3}, err.Error(), "ask the partner for one unit")
			r.sound = false
			return
		}
		q = total
	}
	r.told[code] = q
}

// varianceOf translates a quantity qualifier (element 6063) and a discrepancy (element
// 4221) of QVR; refused says that what it counts was not accepted when it is below
// zero.
func varianceOf(qualifier, discrepancy string) (kind VarianceKind, refused bool) {
	switch {
	case qualifier == "195":
		return ToBeReturned, true
	case qualifier == "196":
		return ToBeDestroyed, true
	case qualifier == "124" || discrepancy == "AF":
		return Damaged, true
	case discrepancy == "AG" || qualifier == "46" || qualifier == "48" || qualifier == "194":
		return Refused, true
	case qualifier == "12" || discrepancy == "AC" || discrepancy == "AE":
		return FromAdvised, false
	case qualifier == "21" || discrepancy == "BP" || discrepancy == "CP":
		return FromOrdered, false
	}
	return OtherVariance, false
}

// variance reads QVR. Its quantity is in the unit of the line.
func (r *receiptReader) variance(s edifact.Segment) {
	v := Variance{Discrepancy: text(s, 2, 1), Reason: text(s, 3, 1), Text: text(s, 3, 4)}
	v.Kind, _ = varianceOf(text(s, 1, 2), v.Discrepancy)
	var err error
	if v.Quantity, err = parseQuantity(text(s, 1, 1), quantity.Each); err != nil {
		r.block("quantity", s, spot{1, 1}, err.Error(), "ask the partner how much is meant")
		r.sound = false
		return
	}
	r.unitless = append(r.unitless, len(r.line.Variances))
	r.line.Variances = append(r.line.Variances, v)
}

// closeLine puts together what was told of a line.
func (r *receiptReader) closeLine() {
	if !r.open() {
		return
	}
	s := r.lin
	r.lin = edifact.Segment{}
	r.line.Description = r.words.String()
	r.line.Lot, r.line.Identifiers = lotAmong(r.line.Lot, r.line.Identifiers)
	if len(r.line.Identifiers) == 0 && r.line.OrderLine == "" {
		r.block("item-missing", s, element(3), "the line names neither an item nor a line of the order", "ask the partner what is meant")
		return
	}
	if r.sound && r.sums(s) {
		r.advice.Lines = append(r.advice.Lines, r.line)
	}
}

// sums finds what was received and accepted; false: it is not told, or not in one unit.
func (r *receiptReader) sums(s edifact.Segment) bool {
	l := &r.line
	unit := quantity.Unit(0)
	for _, code := range []string{"48", "46", "194", "12"} {
		if q, told := r.told[code]; told && unit == 0 {
			unit = q.Unit()
		}
	}
	if unit == 0 && len(l.Variances) > 0 {
		unit = l.Variances[0].Quantity.Unit()
	}
	if unit == 0 {
		r.block("quantity-missing", s, whole(), "the line does not say how much arrived (QTY 48, 46 or 194)", "ask the partner how much is meant")
		return false
	}
	refused, short := quantity.New(0, unit), quantity.New(0, unit)
	var err error
	add := func(to *quantity.Quantity, q quantity.Quantity) {
		if err == nil {
			*to, err = to.Add(q)
		}
	}
	for _, i := range r.unitless {
		if q, bad := quantity.FromDecimal(l.Variances[i].Quantity.Decimal(), unit); bad == nil {
			l.Variances[i].Quantity = q
		} else if err == nil {
			err = bad
		}
	}
	for i := range l.Variances {
		v := &l.Variances[i]
		switch {
		case v.Kind.refuses():
			add(&refused, v.Quantity.Abs())
		case v.Kind == FromAdvised:
			add(&short, v.Quantity)
		}
	}
	l.Advised = r.told["12"]
	received, isReceived := r.told["48"]
	if !isReceived {
		received, isReceived = r.told["46"]
	}
	accepted, isAccepted := r.told["194"]
	switch {
	case isReceived:
	case isAccepted:
		received = accepted
		add(&received, refused)
	case l.Advised.Unit() != 0:
		received = l.Advised
		add(&received, short)
	default: // all of it was refused
		received = refused
	}
	if !isAccepted {
		accepted = received
		add(&accepted, refused.Neg())
	}
	if err == nil && received.Unit() != accepted.Unit() {
		_, err = received.Add(accepted)
	}
	if err != nil {
		r.block("quantity-mixed", s, whole(), "the quantities of the line cannot be compared: "+err.Error(), "ask the partner for one unit")
		return false
	}
	if accepted.Sign() < 0 {
		r.warn("refused-too-much", s, whole(), fmt.Sprintf("more is refused than the %s that arrived; nothing is taken as accepted", received), "ask the partner how much it keeps")
		accepted = quantity.New(0, unit)
	}
	l.Received, l.Accepted = received, accepted
	return true
}
