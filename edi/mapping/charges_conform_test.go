package mapping_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// Every form of a charge makes segments that X12 004010 allows.
func TestChargesConformToX12(t *testing.T) {
	for name, c := range samples() {
		t.Run(name, func(t *testing.T) {
			c.Label = strings.Repeat("a long label ", 9)
			segments, err := mapping.WriteInvoice(invoiceOf(c), mapping.Options{})
			require.NoError(t, err)
			conforms(t, "810", segments)
			c.Source, c.Base = strings.Repeat("S", 31), money.Amount{}
			segments, err = mapping.WriteInvoice(invoiceOf(c), mapping.Options{})
			require.NoError(t, err)
			conforms(t, "810", segments)
		})
	}
}

// place is a segment or loop of a message, as the facts have it.
type place struct {
	ID   string  `json:"id"`
	Loop []place `json:"loop"`
}

// element is an element or component, as the facts have it.
type element struct {
	ID       string `json:"id"`
	Required bool   `json:"required"`
	Type     string `json:"type"`
	Min      int    `json:"min"`
	Max      int    `json:"max"`
	Codes    string `json:"codes"`
}

// tradeFacts are what a directory of EDIFACT says.
type tradeFacts struct {
	Segments map[string][]struct {
		element
		Components []element `json:"components"`
	} `json:"segments"`
	Codes map[string][]string `json:"codes"`
	Sets  map[string][]place  `json:"sets"`
}

// Every form of a charge makes segments that D.96A and D.01B allow, in the order of
// the group at the level of the document and of a line.
func TestChargesConformToEDIFACT(t *testing.T) {
	for _, directory := range []string{"d96a", "d01b"} {
		var f tradeFacts
		data, err := os.ReadFile(filepath.Join(testdata(t), "facts", "edifact-"+directory+".json"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &f))
		for name, c := range samples() {
			c.Label = strings.Repeat("a long label ", 9)
			group, err := mapping.AllowanceGroup(c, mapping.Options{})
			require.NoError(t, err)
			for _, s := range group {
				for i := 1; i <= s.Len(); i++ {
					require.LessOrEqual(t, i, len(f.Segments[s.ID()]), "%s %s: %s", directory, name, s)
					e := f.Segments[s.ID()][i-1]
					components := e.Components
					if components == nil {
						components = []element{e.element}
					}
					f.element(t, s, i, components)
				}
			}
			for _, loop := range []string{"ALCLoop1", "ALCLoop2"} {
				for _, set := range []string{"INVOIC", "ORDERS", "ORDRSP"} {
					places, there := findLoop(f.Sets[set], loop)
					require.True(t, there, "%s %s", set, loop)
					at := 0
					for _, s := range group {
						for at < len(places) && !strings.HasPrefix(places[at].ID, s.ID()) {
							at++
						}
						require.Less(t, at, len(places), "%s %s %s: %s stands out of order", directory, set, loop, s)
					}
				}
			}
		}
	}
}

func (f *tradeFacts) element(t *testing.T, s edifact.Segment, i int, components []element) {
	t.Helper()
	values := s.Components(i)
	require.LessOrEqual(t, len(values), len(components), "%s", s)
	for n, e := range components {
		value := ""
		if n < len(values) {
			value = values[n]
		}
		size := len(value)
		if e.Type == "N" {
			size = len(strings.NewReplacer(".", "", "-", "").Replace(value))
		}
		assert.LessOrEqual(t, size, e.Max, "%s, element %s", s, e.ID)
		assert.False(t, e.Required && value == "", "%s, element %s is mandatory", s, e.ID)
		if codes := f.Codes[e.ID]; value != "" && len(codes) > 0 {
			assert.Contains(t, codes, value, "%s, element %s", s, e.ID)
		}
	}
}

// findLoop finds a segment group in a message.
func findLoop(places []place, id string) ([]place, bool) {
	for _, p := range places {
		if p.ID == id {
			return p.Loop, true
		}
		if found, there := findLoop(p.Loop, id); there {
			return found, true
		}
	}
	return nil, false
}

// A label longer than SAC15 is cut between words; a reference longer than SAC13 is
// left out, and so is what explains an amount but does not fit.
func TestWhatDoesNotFit(t *testing.T) {
	c := order.Charge{
		Step: "deal", Kind: "discount", Label: strings.Repeat("a long label ", 9), Source: strings.Repeat("S", 31), Amount: usd("-1.00"),
		Base: usd("150.00"), Rate: money.MustRate("0.6666667%"),
	}
	segments, err := mapping.WriteInvoice(invoiceOf(c), mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "\nSAC*A*C310***100****DO*150**02***a long label a long label a long label a long label a long label a long label a\n")
}

// Parts of one discount on the order are one SAC; those of two rules are two, each
// with its rate and its rule.
func TestSpreadChargesBySource(t *testing.T) {
	part := func(source, rate, amount string) order.Charge {
		return order.Charge{Step: "order", Kind: "discount", Label: "Order", Source: source, Rate: money.MustRate(rate), Amount: usd(amount), Spread: true}
	}
	inv := invoiceOf(part("R1", "5%", "-7.50"), part("R2", "2%", "-3.00"), part("R1", "5%", "-0.50"))
	segments, err := mapping.WriteInvoice(inv, mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), `TDS*13900
SAC*A*C310***800*7*5*****02*R1**Order
SAC*A*C310***300*7*2*****02*R2**Order
CTT*1`)
}

// Freight is no part of what the discount for early payment is taken of, whether it
// stands beside the lines, in one of them, or was spread over them.
func TestEarlyPaymentLeavesFreightOut(t *testing.T) {
	freight := order.Charge{Step: "freight", Kind: "charge", Amount: usd("10.00")}
	spread := freight
	spread.Spread = true
	inv := billed(t)
	for i, c := range []order.Charge{freight, spread} {
		l := &inv.Lines[i]
		l.Charges = append(l.Charges, c)
		l.Net, _ = l.Net.Add(c.Amount)
		for _, a := range []*money.Amount{&inv.Totals.Lines, &inv.Totals.Net, &inv.Totals.Payable} {
			*a, _ = a.Add(c.Amount)
		}
	}
	segments, err := mapping.WriteInvoice(inv, mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "\nTDS*23801*18450*23432*369\n", "as without the two: 2% of 184.50")
}

// What a rule took off freight is freight too: where it is free nothing of it lowers
// what the discount is taken of.
func TestEarlyPaymentWithFreeFreight(t *testing.T) {
	inv := billed(t)
	l := &inv.Lines[0]
	l.Charges = append(l.Charges,
		order.Charge{Step: "freight", Kind: "charge", Amount: usd("10.00"), Spread: true},
		order.Charge{Step: "promotion", Kind: "discount", Of: "freight", Amount: usd("-10.00"), Spread: true})
	segments, err := mapping.WriteInvoice(inv, mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "\nTDS*21801*18450*21432*369\n", "as without the two")
}

// A price for another unit than the ordered one is told for the ordered one.
func TestPriceOfAnotherUnit(t *testing.T) {
	inv := invoiceOf()
	l := &inv.Lines[0]
	l.PriceUnit, l.UnitPrice = l.Quantity.Unit(), usd("2.50")
	l.Ordered = quantity.New(5, quantity.Case)
	segments, err := mapping.WriteInvoice(inv, mapping.Options{})
	require.NoError(t, err)
	assert.Contains(t, lines(segments), "\nIT1*1*5*CA*30*", "150.00 for 5 cases, not 2.50 a case")
}
