package mapping

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/advice"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

const (
	// mostAdvised bounds the items of an inventory advice, mostAdvisedDays the
	// quantities of each.
	mostAdvised     = 10_000
	mostAdvisedDays = 99
)

// Codes of an inventory advice: quantities (X12 element 673), and the maintenance
// type (element 875) of an item that is no longer offered.
const (
	quantityOnHand    = "17"
	quantityProjected = "29"
	quantityForSale   = "33"
	maintenanceDelete = "002"
)

// AdvisedItem is how an item is told to a partner.
type AdvisedItem struct {
	// Identifiers are the numbers by which the partner knows it. Ours is told with them.
	Identifiers []order.ItemIdentifier
	// Description may be empty.
	Description string
	// Unit is the base unit, in which atp counts the item.
	Unit quantity.Unit
	// CatchWeight says that it is counted in thousandths of the unit.
	CatchWeight bool
}

// WriteInventoryAdvice makes the inventory advice (X12 846) of what a channel is told:
// the segments between ST and SE. BIA03 is the number of the advice, and the date
// and time of BIA are those of its instant, in its zone; BIA01 is 00 for a full
// advice and 04 for changes.
//
// Each line is a LIN loop. What can be had today is QTY 33, what can be had from a
// later day on, in all, is QTY 29 with the day in DTM 018. The site of a line is
// N1 WH, by the partner's number for it ([Options].Sites), else by ours. What is no
// longer offered has G53 002 and a quantity of nothing.
//
// describe says how an item is called and counted; its error is given on. What
// would break the set is a [*FieldError]: above all a quantity without limit, which
// X12 has no word for (advice.Terms.Cap bounds it), more than 98 later days
// (advice.Config.Steps) and more than 10,000 lines.
func WriteInventoryAdvice(a advice.Advice, describe func(item string) (AdvisedItem, error), agreed Options) ([]x12.Segment, error) {
	v := adviser{composer: composer{set: "846", agreed: &agreed}, items: describe}
	v.begin("BIA")
	purpose := "00"
	if a.Kind == advice.Changes {
		purpose = "04"
	}
	v.put(purpose, "SI") // seller's inventory report
	v.need(strconv.FormatUint(a.Number, 10), 30)
	v.put(a.At.Format("20060102"), a.At.Format("1504"))
	for i := range a.Lines {
		if err := v.line(i, &a.Lines[i]); err != nil {
			return nil, err
		}
	}
	v.total(len(a.Lines))
	return v.result()
}

// adviser makes one 846.
type adviser struct {
	composer
	items func(item string) (AdvisedItem, error)
}

// line writes the LIN loop of an item at a site.
func (v *adviser) line(i int, l *advice.Line) error {
	it, err := v.items(l.Item)
	if err != nil {
		return fmt.Errorf("mapping: item %s of an 846: %w", l.Item, err)
	}
	v.begin("LIN")
	v.put(strconv.Itoa(i + 1))
	ours := order.ItemIdentifier{Scheme: order.SchemeVendor, Value: l.Item}
	ids := it.Identifiers
	if !slices.Contains(ids, ours) {
		ids = append(slices.Clone(ids), ours)
	}
	v.numbers(ids, 15)
	if i >= mostAdvised {
		v.fail(l.Item, fmt.Sprintf("an advice has %d items at most", mostAdvised))
	}
	v.describe(it.Description)
	if l.Withdrawn {
		v.begin("G53")
		v.put(maintenanceDelete)
	}
	v.amount(quantityForSale, l.Quantity, &it)
	for n, later := range l.Later {
		v.amount(quantityProjected, later.Quantity, &it)
		if n+2 > mostAdvisedDays {
			v.fail(later.Date.String(), fmt.Sprintf("an item has %d quantities at most", mostAdvisedDays))
		}
		v.date("018", later.Date)
	}
	if l.Site != "" {
		v.site("WH", l.Site)
	}
	return nil
}

// amount writes a QTY.
func (v *adviser) amount(code string, n int64, it *AdvisedItem) {
	v.begin("QTY")
	v.put(code)
	q := quantity.New(n, it.Unit)
	if it.CatchWeight {
		q = quantity.FromThousandths(n, it.Unit)
	}
	v.number(q.Number(), 15)
	if n >= atp.MaxQuantity {
		v.fail(q.Number(), "a quantity without limit cannot be told; bound what is shown to the channel")
	}
	v.unit(v.agreed.unitCode(it.Unit))
}

// site writes a site of ours by the partner's number for it, else by our own.
func (c *composer) site(code, site string) {
	c.party(code, "", []party.Identifier{c.agreed.siteNumber(site)}, party.Address{})
}
