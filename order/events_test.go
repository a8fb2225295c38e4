package order_test

import (
	"encoding/json"
	"flag"
	"path/filepath"
	"testing"
	"time"

	"github.com/o2ckit/o2c/journal/journaltest"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

var update = flag.Bool("update", false, "write the golden files anew")

// samples has a full value of every event type. The golden files are what is
// in people's journals: a change that breaks this test needs a new version of
// the event and an upcast of the old one.
func samples() []any {
	price := usd("2.00")
	r := received()
	r.Document.Date = calendar.MustDate("2026-03-26")
	r.Document.Lines[0].Price = &price
	r.Document.Lines[0].Identifiers = []order.ItemIdentifier{{Scheme: order.SchemeBuyer, Value: "X-9"}}
	return []any{
		r, identified(), priced(), promised(),
		order.LineRejected{Line: "2", Rejection: order.Rejection{Code: "discontinued", Reason: "no longer made"}},
		order.LineDecreased{
			Line: "1", By: each(3), Rejection: order.Rejection{Code: "cancelled", Reason: "the customer asked"},
			Schedules: []order.Schedule{{ID: "1", Quantity: each(6), Ship: calendar.MustDate("2026-03-31"), Site: "S1"}, {ID: "2", Quantity: each(1)}},
		},
		order.Rejected{Rejection: order.Rejection{Code: "embargo", Reason: "destination"}},
		order.Excepted{Step: "validate", Findings: finding.List{{Code: "c", Severity: finding.Block, Path: "lines[0]", Message: "m", Fix: "f"}}},
		order.HoldPlaced{Hold: order.Hold{ID: "H1", Kind: order.CreditHold, Code: "limit", Reason: "short by 5,000.00", Placed: at, Due: at.Add(time.Hour)}},
		order.HoldReleased{Hold: "H1", At: at, By: "ann", Reason: "paid"},
		order.Decided{Decision: order.Decision{
			Step: "price", Outcome: order.Changed, At: at, Actor: "desk", Summary: "s", Book: "sha256:00", Explanation: json.RawMessage(`{"a":1}`),
		}},
		order.Accepted{At: at},
		order.Shipped{Shipment: "SH-1", At: at, Lines: []order.ShippedLine{{Line: "1", Schedule: "1", Quantity: each(6)}}},
		order.Invoiced{Invoice: "I-1", At: at, Shipments: []string{"SH-1"}, Payable: usd("30.80"), Lines: []order.InvoicedLine{{Line: "1", Quantity: each(6), Net: usd("10.80")}}},
		order.Paid{Invoice: "I-1", At: at, Amount: money.MustParse("30.80 USD")},
	}
}

func TestGoldenEvents(t *testing.T) {
	journaltest.Golden(t, order.Events(), filepath.Join("testdata", "events"), *update, samples()...)
}
