package mapping

import (
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// Purposes (X12 element 353) of a 180.
const (
	returnAnswered = "11"
	returnAsked    = "13"
	returnNotified = "14"
)

// WriteReturnRequest makes a request to return goods, or the notification that they are
// on their way (X12 180): the segments between ST and SE, for who returns them.
//
// BGN01 is 13, or 14 for a notification. Purchase order, invoice (IV) and authorisation
// (RZ) are PRF and N9, of the request and of each line; a line's number is N9 LI. A 180
// has no currency, so prices have to be in the one that was agreed upon.
//
// What would break the set is a [*FieldError].
func WriteReturnRequest(r ReturnRequest, agreed Options) ([]x12.Segment, error) {
	w := returner{composer{set: "180", agreed: &agreed}}
	purpose := returnAsked
	if r.Kind == NotifyReturn {
		purpose = returnNotified
	}
	w.beginning(purpose, r.Number, r.Date, "")
	if len(r.Lines) == 0 {
		w.fail(r.Number, "nothing is returned")
	}
	w.disposition(r.Disposition, string(r.Reason), "", nil)
	w.order(r.PurchaseOrder)
	w.date("011", r.Shipped)
	w.nine("IV", r.Invoice)
	w.nine("RZ", r.Authorization)
	w.references(r.References, 10)
	w.notes(r.Notes)
	w.parties(r.Parties)
	for i := range r.Lines {
		l := &r.Lines[i]
		w.item(l.Identifiers, l.Quantity.Number(), w.agreed.unitCode(l.Quantity.Unit()), l.Quantity.Sign() > 0, l.Price)
		w.nine("LI", l.ID)
		w.nine("IV", l.Invoice)
		w.nine("RZ", l.Authorization)
		w.references(l.References, 20)
		w.describe(l.Description)
		w.disposition(l.Disposition, string(l.Reason), "", l.Used)
		w.notes(l.Notes)
		w.order(l.PurchaseOrder)
	}
	return w.result()
}

// WriteReturnAnswer makes the answer to a request to return goods (X12 180): the segments
// between ST and SE. BGN01 is 11 and BGN06 the customer's number of the request. The
// authorisation is N9 RZ, the day until which it is good DTM 036; each line says in RDR
// what is to be done, and why it is not what was asked for.
//
// [ReturnAnswer.Check] says whether the answer answers the request. What would break the
// set is a [*FieldError].
func WriteReturnAnswer(a ReturnAnswer, agreed Options) ([]x12.Segment, error) {
	w := returner{composer{set: "180", agreed: &agreed}}
	w.beginning(returnAnswered, a.Number, a.Date, a.Request)
	if len(a.Lines) == 0 {
		w.fail(a.Number, "nothing is answered")
	}
	w.order(a.PurchaseOrder)
	w.date("036", a.Expires)
	w.nine("IV", a.Invoice)
	w.nine("RZ", a.Authorization)
	w.references(a.References, 10)
	for i := range a.Charges {
		w.sac(&a.Charges[i], a.Charges[i].Amount, money.Amount{})
		if a.Charges[i].Amount.Currency() != agreed.Currency {
			w.fail(a.Charges[i].Amount.String(), noCurrency)
		}
		if i == 10 {
			w.fail(a.Charges[i].Step, "there are ten charges at most")
		}
	}
	w.notes(a.Notes)
	w.parties(a.Parties)
	for i := range a.Lines {
		l := &a.Lines[i]
		w.item(l.Identifiers, l.Quantity.Number(), w.agreed.unitCode(l.Quantity.Unit()), l.Quantity.Sign() > 0, nil)
		w.nine("LI", l.ID)
		w.nine("RZ", l.Authorization)
		w.describe(l.Description)
		w.disposition(l.Disposition, "", l.Reason, nil)
		if l.Disposition == "" {
			w.begin("RDR")
			w.put("")
			w.fail("", "an answer says what is to be done (X12 element 1292)")
		}
		w.notes(l.Notes)
	}
	return w.result()
}

// noCurrency is why an amount of a 180 cannot be written.
const noCurrency = "the set has no currency; agree with the partner on that of the amount"

// returner makes one 180.
type returner struct{ composer }

// beginning writes BGN.
func (w *returner) beginning(purpose, number string, date calendar.Date, of string) {
	w.begin("BGN")
	w.put(purpose)
	w.need(number, 30)
	w.day(date)
	if date.IsZero() {
		w.fail("", "it is mandatory")
	}
	w.put("", "")
	w.text(of, 30)
}

// disposition writes RDR, unless it says nothing.
func (w *returner) disposition(d Disposition, asked, answered string, used *bool) {
	if d == "" && asked == "" && answered == "" && used == nil {
		return
	}
	w.begin("RDR")
	w.put(string(d))
	if d != "" && !d.known() {
		w.fail(string(d), "it is no disposition (X12 element 1292)")
	}
	w.text(asked, 2)
	w.text(answered, 2)
	w.put("")
	switch {
	case used == nil:
	case *used:
		w.put("Y")
	default:
		w.put("N")
	}
}

// order writes PRF, unless there is none.
func (w *returner) order(number string) {
	if number == "" {
		return
	}
	w.begin("PRF")
	w.text(number, 22)
}

// nine writes an N9, unless there is no number.
func (w *returner) nine(qualifier, value string) {
	if value == "" {
		return
	}
	w.begin("N9")
	w.need(qualifier, 3)
	w.text(value, 30)
}

// references writes N9 segments, behind those of the numbers that have a place.
func (w *returner) references(refs []order.Reference, most int) {
	for i, r := range refs {
		w.begin("N9")
		w.need(r.Qualifier, 3)
		w.need(r.Value, 30)
		if i+3 > most {
			w.fail(r.Value, "there are too many references")
		}
	}
}

// notes writes NTE segments.
func (w *returner) notes(texts []string) {
	for _, text := range texts {
		for part, rest := cut(text, 80); part != ""; part, rest = cut(rest, 80) {
			w.begin("NTE")
			w.put("GEN")
			w.need(part, 80)
		}
	}
}

// parties writes N1 loops.
func (w *returner) parties(list []order.Party) {
	for _, p := range list {
		if code := roleCode(p.Role); code != "" {
			w.party(code, p.Name, p.Identifiers, p.Address)
		}
	}
}

// item writes BLI.
func (w *returner) item(ids []order.ItemIdentifier, number, unit string, some bool, price *money.Amount) {
	w.begin("BLI")
	known := w.agreed.qualified(ids)
	w.numbers(known, 1)
	if len(known) == 0 {
		w.put("")
		w.fail("", "the item has no number that the partner knows")
		w.put("")
	}
	w.number(number, 15)
	if !some {
		w.fail(number, "nothing is returned")
	}
	w.unit(unit)
	if price != nil {
		w.put("INV")
		w.number(price.Number(), 17)
		if price.Currency() != w.agreed.Currency {
			w.fail(price.String(), noCurrency)
		}
	}
	w.pad(7)
	if len(known) > 1 {
		w.numbers(known[1:], 3)
	}
}
