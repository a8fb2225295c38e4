package shipping

import "github.com/o2ckit/o2c/kernel/quantity"

// Label is what stands on a carton's label, as data for whoever prints it.
type Label struct {
	Shipment       ID       `json:"shipment"`
	From           Party    `json:"from"`
	To             Party    `json:"to"`
	Carrier        string   `json:"carrier,omitempty"`
	Service        string   `json:"service,omitempty"`
	PurchaseOrders []string `json:"purchase_orders,omitempty"`
	// Number is n of "carton n of m", and Of is m.
	Number int               `json:"number"`
	Of     int               `json:"of"`
	Weight quantity.Quantity `json:"weight,omitzero"`
	SSCC   SSCC              `json:"sscc"`
	// ElementString is what the GS1-128 symbol carries after FNC1, and
	// HumanReadable what stands below it.
	ElementString string `json:"element_string"`
	HumanReadable string `json:"human_readable"`
}

// Labels returns the labels of all cartons, in their order. Each names the
// purchase orders of what is in its own carton.
func (s *Shipment) Labels() []Label {
	labels := make([]Label, len(s.Cartons))
	for i, c := range s.Cartons {
		in := make([]Line, 0, len(c.Contents))
		for _, content := range c.Contents {
			in = append(in, s.Lines[content.Line])
		}
		labels[i] = Label{
			Shipment: s.ID, From: s.From, To: s.To, Carrier: s.Carrier, Service: s.Service,
			PurchaseOrders: distinct(in, func(l *Line) string { return l.PurchaseOrder }),
			Number:         c.Number, Of: len(s.Cartons), Weight: c.Weight,
			SSCC: c.SSCC, ElementString: c.SSCC.ElementString(), HumanReadable: c.SSCC.HumanReadable(),
		}
	}
	return labels
}
