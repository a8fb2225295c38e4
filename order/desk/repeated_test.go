package desk_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

func TestRepeated(t *testing.T) {
	j := journal.NewMemory()
	identify := desk.Step{Name: "identify", Run: func(_ context.Context, w *desk.Work) error {
		doc := w.Order().Document
		if doc.PurchaseOrder == "refused" {
			return w.Reject(order.Rejection{Reason: "r"})
		}
		return w.Record(order.Identified{Customer: doc.Customer})
	}}
	d := open(t, j, &clock{now: start}, identify)
	release := document("PO1")
	release.Release = "7"
	refused := document("refused")
	for i, doc := range []order.Document{document("PO1"), release, refused} {
		_, err := d.Submit(t.Context(), desk.Submission{Key: string(rune('a' + i)), Document: doc})
		require.NoError(t, err)
	}
	again := document("PO1")
	again.Source = order.Source{Channel: "x12", Control: "000000102/1/0001", Document: "another"}
	more := document("PO1")
	more.Lines[0].Quantity = quantity.New(11, quantity.Each)
	for name, c := range map[string]struct {
		customer string
		doc      order.Document
		want     desk.Repeat
	}{
		"sent again, another way": {"C1", again, desk.Repeat{Order: "SO-00000001", Identical: true}},
		"the number for more":     {"C1", more, desk.Repeat{Order: "SO-00000001"}},
		"the release":             {"C1", release, desk.Repeat{Order: "SO-00000002", Identical: true}},
		"another customer":        {"C2", again, desk.Repeat{}},
		"another number":          {"C1", document("PO2"), desk.Repeat{}},
		"no number":               {"C1", document(""), desk.Repeat{}},
		"what was refused":        {"C1", refused, desk.Repeat{}},
	} {
		assert.Equal(t, c.want, d.Repeated(c.customer, c.doc), name)
		assert.Equal(t, c.want, open(t, j, &clock{now: start}, identify).Repeated(c.customer, c.doc), "%s, after a restart", name)
	}
	assert.Equal(t, []order.ID{"SO-00000001"}, d.PurchaseOrders("C1", "PO1", ""))
}
