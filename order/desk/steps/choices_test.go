package steps_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk/steps"
)

func TestChoicesOfLinesThatFallShort(t *testing.T) {
	wantedToday := func(d order.Document) order.Document {
		d.RequestedDelivery = day(0)
		return d
	}
	hammers := func(n int64) order.Request { return want("HAMMER", n, quantity.Each) }
	// N has 6 hammers now, 12 in a week and 6 in two
	for name, w := range map[string]struct {
		doc  order.Document
		lane *atp.Lane
		want []string // of promise.short
	}{
		"nothing is short":  {wantedToday(document("PO1", "C1", hammers(6))), nil, nil},
		"no day is wanted":  {document("PO1", "C1", hammers(18)), nil, nil},
		"a part comes late": {wantedToday(document("PO1", "C1", hammers(18))), nil, []string{"wait: 18 from 2026-04-06; split: 6 from 2026-03-30, 12 from 2026-04-06; cancel"}},
		"some never comes":  {document("PO1", "C1", hammers(30)), nil, []string{"split: 6 from 2026-03-30, 12 from 2026-04-06, 6 from 2026-04-13, 6 open; cancel"}},
		"by the case":       {document("PO1", "C1", want("HAMMER", 5, quantity.Case)), nil, []string{"split: 6 from 2026-03-30, 12 from 2026-04-06, 6 from 2026-04-13, 6 open; cancel"}},
		"two lines of one item": {document("PO1", "C1", hammers(20), hammers(10)), nil,
			[]string{"cancel"}},
		"a day on the road": {wantedToday(document("PO1", "C1", hammers(6))), &atp.Lane{Transit: 1}, []string{"wait: 6 from 2026-03-30; cancel"}},
		"an unknown item":   {document("PO1", "C1", want("TANK", 1, quantity.Each)), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(t, []string{"HAMMER", "TANK"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N")
			c.has(t, "N", "HAMMER", 0, 6)
			c.has(t, "N", "HAMMER", 7, 12)
			c.has(t, "N", "HAMMER", 14, 6)
			d := c.openWith(t, atOneSite(steps.PromiseConfig{
				Choices: steps.StockChoices(c.stock), Lane: func(*order.Order, string) *atp.Lane { return w.lane },
			}))
			o := submit(t, d, w.doc)
			dec, _ := o.LastDecision("promise")
			var is []string
			for _, f := range dec.Findings.With("promise.short") {
				assert.Equal(t, finding.Warning, f.Severity)
				assert.Regexp(t, `^lines\[\d\]$`, f.Path)
				assert.NotEmpty(t, f.Fix)
				is = append(is, f.Message[len("of line 1, not all can be had as it is wanted; the customer can "):])
			}
			assert.Equal(t, w.want, is)
		})
	}
}

func TestChoicesOfferSubstitutes(t *testing.T) {
	c := newChain(t, []string{"HAMMER", "MALLET"}, []party.Account{{ID: "C1", Party: "P1", Currency: money.USD}}, "N", "S")
	c.has(t, "N", "HAMMER", 0, 6)
	c.has(t, "S", "HAMMER", 0, 2)
	c.has(t, "N", "MALLET", 7, 40) // too late to take the place of a hammer by itself
	config := c.replacing(t, nil, substitution.Relation{From: "HAMMER", To: "MALLET", Kind: substitution.Substitute, Numerator: 2, Denominator: 1})
	config.Choices = steps.StockChoices(c.stock)
	d := c.openWith(t, config)
	doc := document("PO1", "C1", want("HAMMER", 10, quantity.Each))
	o := submit(t, d, doc)
	require.Equal(t, "6 EA of HAMMER N@0; 2 EA of HAMMER S@0; 2 EA of HAMMER waits; ", shipped(&o.Lines[0]))
	dec, _ := o.LastDecision("promise")
	found := dec.Findings.With("promise.short")
	require.Len(t, found, 1)
	assert.Contains(t, found[0].Message, "the customer can split: 2 from 2026-03-30, 2 open; cancel", "at S, where the line waits, there are no mallets")

	var account struct {
		Choices []struct {
			Line    string
			Choices []struct {
				Offer      string
				Deliveries []atp.ScheduleLine
			}
		}
	}
	require.NoError(t, json.Unmarshal(dec.Explanation, &account))
	require.Len(t, account.Choices, 1)
	assert.Equal(t, "1", account.Choices[0].Line)
	last := account.Choices[0].Choices[len(account.Choices[0].Choices)-1]
	assert.Equal(t, "cancel", last.Offer)
	assert.Equal(t, []atp.ScheduleLine{{Date: day(0), Quantity: 2}}, last.Deliveries, "what is free again")

	c.nodes = c.nodes[:1] // N alone
	config.Sourcing.Routes = c.routes
	doc.PurchaseOrder = "PO2"
	doc.RequestedDelivery = day(0)
	doc.Lines[0].Quantity = quantity.New(3, quantity.Each)
	o = submit(t, d, doc)
	require.Equal(t, "3 EA of HAMMER waits; ", shipped(&o.Lines[0]))
	dec, _ = o.LastDecision("promise")
	require.Len(t, dec.Findings.With("promise.short"), 1)
	assert.Contains(t, dec.Findings.With("promise.short")[0].Message, "the customer can substitute by MALLET: 6 from 2026-04-06; cancel")
}
