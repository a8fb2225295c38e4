package pricing

import (
	"encoding/json"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// MarshalJSON writes an explicit price of 0, which is not the same as none.
func (r Record) MarshalJSON() ([]byte, error) {
	type plain Record
	return json.Marshal(struct {
		plain
		Price *money.Amount `json:"price,omitempty"`
	}{plain(r), stated(r.Price)})
}

// MarshalJSON writes explicit zeros, which are not the same as none.
func (r ScaleRow) MarshalJSON() ([]byte, error) {
	type plain ScaleRow
	out := struct {
		Quantity *quantity.Quantity `json:"quantity,omitempty"`
		Value    *money.Amount      `json:"value,omitempty"`
		Price    *money.Amount      `json:"price,omitempty"`
		plain
	}{Value: stated(r.Value), Price: stated(r.Price), plain: plain(r)}
	if r.Quantity.Unit() != 0 {
		out.Quantity = &r.Quantity
	}
	return json.Marshal(out)
}

// stated returns the amount where it is one.
func stated(a money.Amount) *money.Amount {
	if a.Currency() == 0 {
		return nil
	}
	return &a
}
