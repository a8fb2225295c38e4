package steps_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/rules"
)

func validationBook(t testing.TB, c rules.Config, list ...steps.ValidationRule) *steps.ValidationBook {
	t.Helper()
	schema, err := steps.NewValidationSchema(c)
	require.NoError(t, err)
	book, err := rules.Compile(schema, "test", list)
	require.NoError(t, err)
	return book
}

func ofOrder(id, when string, action steps.ValidationAction) steps.ValidationRule {
	return steps.ValidationRule{ID: id, Group: steps.OrderGroup, When: when, Then: steps.ValidationEffect{Action: action, Code: id, Text: id}}
}

func ofLine(id, when string, action steps.ValidationAction) steps.ValidationRule {
	r := ofOrder(id, when, action)
	r.Group = steps.LineGroup
	return r
}

// checking opens a desk that validates with the book, and nothing else.
func (h *house) checking(t testing.TB, book *steps.ValidationBook, change ...func(*steps.ValidateConfig)) (*desk.Desk, *rules.Live[steps.ValidationFacts, steps.ValidationEffect]) {
	t.Helper()
	live := rules.NewLive(book)
	c := steps.ValidateConfig{
		Customers: h.customers, Items: h.items, Rules: live,
		Category: func(id string) string { return map[string]string{"HAMMER": "tools"}[id] },
	}
	for _, f := range change {
		f(&c)
	}
	return h.open(t, steps.Validate(c)), live
}

// ruled are the findings that rules made.
func ruled(o *order.Order) []string {
	d, _ := o.LastDecision("validate")
	var all []string
	for _, f := range d.Findings {
		if len(f.Code) > 11 && f.Code[:11] == "order.rule." {
			all = append(all, f.String())
		}
	}
	return all
}

func TestValidationEffects(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct {
		rule   steps.ValidationRule
		status order.Status
		want   []string
		out    []string // lines refused
	}{
		"info": {rule: ofOrder("a", `order.lines == 2`, steps.ValidationInfo), status: order.StatusPending, want: []string{"info order.rule.a: a"}},
		"warning with figures, fix and path": {
			rule: steps.ValidationRule{ID: "late", Group: steps.OrderGroup, When: `customer.class == "GOLD"`, Then: steps.ValidationEffect{
				Action: steps.ValidationWarning, Code: "late", Path: "requested_delivery", Text: "{customer.account} wants {order.stated} on {order.requestedDelivery}",
				Fix: "call {customer.account}",
			}},
			status: order.StatusPending,
			want:   []string{"warning order.rule.late at requested_delivery: C1 wants 1,234.50 USD on - (call C1)"},
		},
		"block": {rule: ofOrder("a", `order.channel == "manual"`, steps.ValidationBlock), status: order.StatusException, want: []string{"block order.rule.a: a"}},
		"a line": {
			rule: steps.ValidationRule{ID: "a", Group: steps.LineGroup, When: `line.base > 100`, Then: steps.ValidationEffect{
				Action: steps.ValidationWarning, Code: "a", Text: "{line.base} are {line.quantity}", Path: "quantity"}},
			status: order.StatusPending, want: []string{"warning order.rule.a at lines[0].quantity: 120 EA are 10 CA"},
		},
		"a blocking line": {
			rule: ofLine("a", `line.item == "NAILS"`, steps.ValidationBlock), status: order.StatusException,
			want: []string{"block order.rule.a at lines[1]: a"},
		},
		"a line refused": {
			rule: ofLine("a", `line.item == "NAILS"`, steps.ValidationRejectLine), status: order.StatusPending,
			want: []string{"warning order.rule.a at lines[1]: a"}, out: []string{"2"},
		},
		"all lines refused": {
			rule: ofLine("a", `line.known`, steps.ValidationRejectLine), status: order.StatusRejected,
			want: []string{"warning order.rule.a at lines[0]: a", "warning order.rule.a at lines[1]: a"}, out: []string{"1", "2"},
		},
		"no match":              {rule: ofOrder("a", `order.lines > 2`, steps.ValidationBlock), status: order.StatusPending},
		"an order has no line":  {rule: ofOrder("a", `line.item != ""`, steps.ValidationBlock), status: order.StatusPending},
		"not in force any more": {rule: ended(ofOrder("a", `true`, steps.ValidationBlock)), status: order.StatusPending},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.fresh(t, newHouse(t).journal)
			book := validationBook(t, rules.Config{}, c.rule)
			d, _ := h.checking(t, book)
			first, second := want("HAMMER", 10, quantity.Case), want("NAILS", 7, quantity.Each)
			first.Price, second.Price = ptr(usd("123.00")), ptr(usd("450.00"))
			second.PricePer = 700
			o := submit(t, d, document("PO1", "C1", first, second))
			assert.Equal(t, c.status, o.Status())
			assert.Equal(t, c.want, ruled(o))
			var out []string
			for _, l := range o.Lines {
				if l.Rejection != nil {
					assert.Equal(t, "order.rule.a", l.Rejection.Code)
					out = append(out, l.ID)
				}
			}
			assert.Equal(t, c.out, out)
			dec, ok := o.LastDecision("validate")
			require.True(t, ok)
			assert.Equal(t, book.Hash(), dec.Book)
			var account steps.RuleAccount
			require.NoError(t, json.Unmarshal(dec.Explanation, &account))
			assert.Equal(t, book.Hash(), account.Book)
			assert.Len(t, account.Fired, len(c.want))
			if e, is := o.Exception(); is {
				assert.Equal(t, dec.Findings, e.Findings)
			}
			h.replay(t, d)
		})
	}
}

func ended(r steps.ValidationRule) steps.ValidationRule {
	r.To = monday
	return r
}

func ptr[T any](v T) *T { return &v }

// Every fact says what document, customer and catalogue say.
func TestValidationFacts(t *testing.T) {
	h := newHouse(t)
	line := want("HAMMER", 2, quantity.Case)
	line.Price, line.Description = ptr(usd("120.00")), "hammer, claw"
	late := want("SAW", 3, quantity.Each)
	late.RequestedDelivery = calendar.MustDate("2026-03-29")
	doc := document("PO1", "C1", line, late, want("GLUE", 1, quantity.Each))
	doc.Release, doc.Type, doc.Source = "7", order.Rush, order.Source{Channel: "x12", Partner: "ACME"}
	doc.Date, doc.RequestedDelivery, doc.CancelAfter = calendar.MustDate("2026-03-28"), calendar.MustDate("2026-04-02"), calendar.MustDate("2026-05-01")
	doc.Parties = []order.Party{{Role: party.ShipTo, Name: "Dock 4", Address: address()}}
	conditions := map[string]bool{
		`order.purchaseOrder == "PO1" && order.release == "7" && order.type == "rush"`:       true,
		`order.channel == "x12" && order.partner == "ACME" && order.currency == "USD"`:       true,
		`order.today == date("2026-03-30") && order.date == date("2026-03-28")`:              true,
		`order.requestedDelivery == date("2026-04-02") && order.requestedShip == nil`:        true,
		`order.cancelAfter == date("2026-05-01") && order.daysUntilRequested == 3`:           true,
		`order.lines == 3 && order.stated == nil && order.terms == ""`:                       true,
		`order.freight == "" && order.incoterm == "" && order.repeats == 0`:                  true,
		`customer.account == "C1" && customer.class == "GOLD" && customer.currency == "USD"`: true,
		`customer.terms == "" && len(customer.above) == 0`:                                   true,
		`shipTo.name == "Dock 4" && shipTo.country == "US" && shipTo.region == "OH"`:         true,
		`shipTo.city == "Columbus" && shipTo.postalCode == "43215"`:                          true,
	}
	lines := map[string]string{ // the lines that match
		`line.id == "1"`: "1", `line.item == "HAMMER" && line.known`: "1", `line.category == "tools"`: "1",
		`line.status == "discontinued" && !line.hazardous`: "2", `not line.known && line.status == ""`: "3",
		`line.description contains "claw"`: "1", `line.quantity == qty("2 CA") && line.unit == "CA"`: "1",
		`line.base == 24`: "1", `line.base == nil`: "23", `line.price == money("120 USD") && line.per == 1`: "1",
		`line.stated == money("240 USD")`: "1", `line.price == nil`: "23",
		`line.requestedDelivery == date("2026-04-02")`: "13", `line.daysUntilRequested < 0`: "2", `line.requestedShip == nil`: "123",
	}
	for when, is := range conditions {
		h := h.fresh(t, newHouse(t).journal)
		d, _ := h.checking(t, validationBook(t, rules.Config{}, ofOrder("a", when, steps.ValidationWarning)))
		assert.Equal(t, is, len(ruled(submit(t, d, doc))) == 1, when)
	}
	for when, match := range lines {
		h := h.fresh(t, newHouse(t).journal)
		d, _ := h.checking(t, validationBook(t, rules.Config{}, ofLine("a", when, steps.ValidationWarning)))
		dec, _ := submit(t, d, doc).LastDecision("validate")
		var got string
		for _, f := range dec.Findings.With("order.rule.a") {
			var n int
			_, err := fmt.Sscanf(f.Path, "lines[%d]", &n)
			require.NoError(t, err)
			got += fmt.Sprint(n + 1)
		}
		assert.Equal(t, match, got, when)
	}
}

func TestRepeatsAreAFact(t *testing.T) {
	h := newHouse(t)
	d, _ := h.checking(t, validationBook(t, rules.Config{}, ofOrder("again", `order.repeats > 0`, steps.ValidationWarning)),
		func(c *steps.ValidateConfig) { c.AllowRepeats = true })
	doc := document("PO1", "C1", want("HAMMER", 1, quantity.Each))
	assert.Empty(t, ruled(submit(t, d, doc)))
	r, err := d.Submit(t.Context(), desk.Submission{Key: "second", Document: doc})
	require.NoError(t, err)
	assert.Len(t, ruled(r.Order), 1)
}

// A document that is not fit finds what the rules say of it, too.
func TestRulesSpeakOfBadDocuments(t *testing.T) {
	h := newHouse(t)
	d, _ := h.checking(t, validationBook(t, rules.Config{},
		ofOrder("nobody", `customer.account == ""`, steps.ValidationWarning), ofLine("none", `line.quantity <= 0`, steps.ValidationRejectLine)))
	o := submit(t, d, document("PO1", "NOBODY", want("HAMMER", 0, quantity.Each), order.Request{ID: "2"}))
	e, is := o.Exception()
	require.True(t, is)
	assert.Len(t, e.Findings.With("order.customer.unknown"), 1)
	assert.Len(t, ruled(o), 3)
	assert.Nil(t, o.Lines[0].Rejection, "an exception refuses no line")
}

func TestValidationBookIsReplaced(t *testing.T) {
	h := newHouse(t)
	first := validationBook(t, rules.Config{}, ofOrder("a", "true", steps.ValidationWarning))
	d, live := h.checking(t, first)
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 1, quantity.Each)))
	assert.Equal(t, []string{"warning order.rule.a: a"}, ruled(o))
	second := validationBook(t, rules.Config{}, ofOrder("b", "true", steps.ValidationInfo))
	live.Replace(second)
	o = submit(t, d, document("PO2", "C1", want("HAMMER", 1, quantity.Each)))
	assert.Equal(t, []string{"info order.rule.b: b"}, ruled(o))
	dec, _ := o.LastDecision("validate")
	assert.Equal(t, second.Hash(), dec.Book)
	live.Replace(validationBook(t, rules.Config{}))
	o = submit(t, d, document("PO3", "C1", want("HAMMER", 1, quantity.Each)))
	assert.Empty(t, ruled(o))
	h.replay(t, d)
}

// A book that cannot be asked is refused when the desk opens; one that is put in
// force all the same makes orders wait until it is replaced.
func TestValidationBooksThatAreRefused(t *testing.T) {
	h := newHouse(t)
	for want, bad := range map[string]steps.ValidationRule{
		`rule a: the group "" is none`:                              {ID: "a", When: "true", Then: ofOrder("a", "", steps.ValidationWarning).Then},
		`rule a: a rule of the group order has no line`:             ofOrder("a", "true", steps.ValidationRejectLine),
		`rule b: the group "lines" is none; expected order or line`: {ID: "b", Group: "lines", When: "true", Then: ofOrder("b", "", steps.ValidationWarning).Then},
	} {
		t.Run(want, func(t *testing.T) {
			h := h.fresh(t, newHouse(t).journal)
			book := validationBook(t, rules.Config{}, bad)
			var refused *steps.BookError
			require.ErrorAs(t, steps.CheckValidationBook(book), &refused)
			assert.ErrorContains(t, refused, want)
			_, err := h.tryOpen(t, steps.Validate(steps.ValidateConfig{Customers: h.customers, Items: h.items, Rules: rules.NewLive(book)}))
			require.ErrorContains(t, err, want, "Open refuses it")

			d, live := h.checking(t, validationBook(t, rules.Config{}))
			live.Replace(book)
			r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1", "C1", order.Request{
				Item: "HAMMER", Quantity: quantity.New(1, quantity.Each)})})
			require.NoError(t, err)
			require.NotNil(t, r.Waiting)
			assert.Contains(t, r.Waiting.Error, want)
			live.Replace(validationBook(t, rules.Config{}))
			h.clock.now = h.clock.now.AddDate(0, 0, 1)
			results, err := d.RunDue(t.Context())
			require.NoError(t, err)
			require.Len(t, results, 1)
			assert.Nil(t, results[0].Waiting)
		})
	}
	require.NoError(t, steps.CheckValidationBook(nil))
}

func TestValidationEffectsThatAreRefused(t *testing.T) {
	schema, err := steps.NewValidationSchema(rules.Config{})
	require.NoError(t, err)
	for want, then := range map[string]string{
		"the action is missing":       `{ code: a, text: a }`,
		"is no action; expected info": `{ action: hold, code: a, text: a }`,
		`the code "A"`:                `{ action: info, code: A, text: a }`,
		"the text is missing":         `{ action: info, code: a }`,
		"{line.item is":               `{ action: info, code: a, text: "{line.item is" }`,
		"{line.name} is not the name": `{ action: info, code: a, text: a, fix: "{line.name}" }`,
		`the path "the price"`:        `{ action: info, code: a, text: a, path: the price }`,
		"the effect has no field":     `{ action: info, code: a, text: a, owner: me }`,
	} {
		_, err := rules.Load(schema, rules.YAML[steps.ValidationEffect]("validation.yaml",
			[]byte("rules:\n  - id: a\n    group: order\n    when: \"true\"\n    then: "+then)))
		var load *rules.LoadError
		require.ErrorAs(t, err, &load, then)
		assert.Contains(t, err.Error(), want)
		assert.Contains(t, err.Error(), "validation.yaml:")
	}
}

// A rule that fails follows the policy of the schema: the order waits, or the
// rule is left out with a warning.
func TestValidationRuleThatFails(t *testing.T) {
	bad := ofOrder("euro", `order.stated > money("1 EUR")`, steps.ValidationBlock)
	ofLines := ofLine("euros", `line.price > money("1 EUR")`, steps.ValidationBlock)
	doc := document("PO1", "C1", want("HAMMER", 1, quantity.Each))
	doc.Lines[0].Price = ptr(usd("5.00"))
	h := newHouse(t)
	d, _ := h.checking(t, validationBook(t, rules.Config{}, bad))
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: doc})
	require.NoError(t, err)
	require.NotNil(t, r.Waiting)
	assert.Contains(t, r.Waiting.Error, "rule euro")

	h = newHouse(t)
	d, _ = h.checking(t, validationBook(t, rules.Config{OnError: rules.SkipAndReport}, bad, ofLines, ofOrder("b", "true", steps.ValidationWarning)))
	o := submit(t, d, doc)
	assert.Equal(t, order.StatusPending, o.Status())
	assert.Equal(t, []string{"warning order.rule.b: b"}, ruled(o))
	dec, _ := o.LastDecision("validate")
	failed := dec.Findings.With("order.rule-failed")
	require.Len(t, failed, 2)
	assert.Contains(t, failed[0].Message, "rule euro:")
	assert.Equal(t, "lines[0]", failed[1].Path)
}

// However much rules have to say of an order of many lines, it is kept; and a
// block beyond what is listed still blocks.
func TestRulesOfManyLines(t *testing.T) {
	h := newHouse(t)
	var list []steps.ValidationRule
	for i := range 12 {
		r := ofLine(fmt.Sprint("r", i), `line.known`, steps.ValidationWarning)
		r.Then.Text = "a text of some length about {line.item}, of which {line.quantity} are ordered by {customer.account}: {line.description}"
		list = append(list, r)
	}
	list = append(list, ofLine("last", `line.id == "500"`, steps.ValidationInfo), ofLine("odd", `line.item == "NAILS"`, steps.ValidationRejectLine))
	d, live := h.checking(t, validationBook(t, rules.Config{}, list...))
	doc := document("PO1", "C1")
	for i := range steps.MaxLines {
		doc.Lines = append(doc.Lines, order.Request{
			ID: fmt.Sprint(i + 1), Item: []string{"HAMMER", "NAILS"}[i%2], Quantity: quantity.New(12, quantity.Each), Description: "Claw hammer 16 oz, hickory",
		})
	}
	o := submit(t, d, doc)
	assert.Equal(t, order.StatusPending, o.Status())
	dec, _ := o.LastDecision("validate")
	found := dec.Findings.With("order.rule.r0")
	require.Len(t, found, 26)
	assert.Equal(t, "rule r0 has as much to say of 475 further lines", found[25].Message)
	assert.Len(t, dec.Findings.With("order.rule.last"), 1)
	assert.Equal(t, "250 of 500 lines refused", dec.Summary)

	live.Replace(validationBook(t, rules.Config{}, ofLine("all", `line.known`, steps.ValidationBlock)))
	doc.PurchaseOrder = "PO2"
	assert.Equal(t, order.StatusException, submit(t, d, doc).Status())
	h.replay(t, d)
}

func TestRuleActionsAsText(t *testing.T) {
	for a := steps.ValidationInfo; a <= steps.ValidationRejectLine; a++ {
		text, err := a.MarshalText()
		require.NoError(t, err)
		var back steps.ValidationAction
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, a, back)
	}
	for _, a := range []steps.HoldAction{steps.PlaceHold, steps.HoldWarning} {
		text, err := a.MarshalText()
		require.NoError(t, err)
		var back steps.HoldAction
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, a, back)
	}
	for _, err := range []error{
		second(steps.ValidationAction(0).MarshalText()), second(steps.ValidationAction(9).MarshalText()), new(steps.ValidationAction).UnmarshalText([]byte("warn")),
		second(steps.HoldAction(0).MarshalText()), second(steps.HoldAction(9).MarshalText()), new(steps.HoldAction).UnmarshalText([]byte("warning")),
	} {
		assert.Error(t, err)
	}
}

func second[T any](_ T, err error) error { return err }
