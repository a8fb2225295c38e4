package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/mapping"
)

// edi.md, decisions: a cancelled 940 frees stock only when the warehouse confirms.
func TestCancelledFreesOnConfirmation(t *testing.T) {
	asked := requested(t)
	read := func(text string) mapping.ShippingAdvice {
		advice, found := mapping.ReadShippingAdvice(set(t, text), mapping.Options{})
		require.False(t, found.Blocks(), "%v", found)
		return advice
	}
	before := read("945\nW06*F*SO-00000001-1*20260401*SH-9\nLX*1\nMAN*GM*006141410000000005\nW12*CP*60*48*12*EA**VN*BR-10\nN9*LI*1")
	nothing := read("945\nW06*F*SO-00000001-1*20260402")
	var refused *mapping.ConfirmationError
	_, err := mapping.Freed(asked, nothing)
	require.ErrorAs(t, err, &refused, "it was not taken back")

	asked.Cancel = true
	for _, c := range []struct {
		name         string
		confirmation mapping.ShippingAdvice
		before       []mapping.ShippingAdvice
		want         string
	}{
		{"nothing left", nothing, nil, "1: 60 EA, 2: 10 EA"},
		{"a part had left before", nothing, []mapping.ShippingAdvice{before}, "1: 12 EA, 2: 10 EA"},
		{"a part left meanwhile", read(leaves), nil, ""},
		{"zero is told", read(strings.NewReplacer("*48*12*", "*0*60*", "*12*48*", "*0*60*", "*10*10*0*", "*10*4*6*").Replace(leaves)), nil, "1: 60 EA, 2: 6 EA"},
		{"told twice", before, []mapping.ShippingAdvice{before}, "1: 12 EA, 2: 10 EA"},
		{"more than was asked for", read(strings.Replace(leaves, "*48*12*", "*90*0*", 1)), nil, ""},
		{"two lots in one carton", read("945\nW06*F*SO-00000001-1*20260402*SH-9\nLX*1\nMAN*GM*006141410000000005\nW12*CP*60*20*40*EA**VN*BR-10\nN9*LI*1\nW12*CP*60*20*40*EA**VN*BR-10\nN9*LI*1"), nil, "2: 10 EA"},
		{"a line that could be either", read("945\nW06*F*SO-00000001-1*20260402\nLX*1\nW12*CC*60*5*0*EA**VN*BR-10\nN9*LI*9"), nil, "2: 10 EA"},
		{"a line that could be any", read("945\nW06*F*SO-00000001-1*20260402\nLX*1\nW12*CC*60*5*0*EA"), nil, ""},
		{"another unit", read(strings.Replace(leaves, "*12*48*EA", "*12*48*CA", 1)), nil, ""},
	} {
		free, err := mapping.Freed(asked, c.confirmation, c.before...)
		require.NoError(t, err, c.name)
		var got []string
		for _, l := range free {
			got = append(got, l.ID+": "+l.Quantity.String())
		}
		assert.Equal(t, c.want, strings.Join(got, ", "), c.name)
	}
	other := nothing
	other.Number = "SO-2"
	_, err = mapping.Freed(asked, other)
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, err.Error(), `"SO-2"`)
}

func TestWarehouseShippingOrderPurposes(t *testing.T) {
	for code, c := range map[string]struct{ cancel, change bool }{"N": {}, "F": {cancel: true}, "R": {change: true}} {
		r := requested(t)
		r.Cancel, r.Change = c.cancel, c.change
		segments, err := mapping.WriteShippingOrder(r, mapping.Options{})
		require.NoError(t, err)
		assert.Equal(t, code, segments[0].Value(1))
		for _, release := range releases {
			sent(t, release, "940", "OW", segments)
		}
	}
	r := requested(t)
	r.Cancel, r.Change = true, true
	_, err := mapping.WriteShippingOrder(r, mapping.Options{})
	var field *mapping.FieldError
	require.ErrorAs(t, err, &field)
	assert.Equal(t, 1, field.Element)
}

// A request of 60 and 10 pieces is taken back after a carton with 48 has left: the rest is
// free when the warehouse says so.
func ExampleFreed() {
	t := new(testing.T)
	cancelled := requested(t)
	cancelled.Cancel = true
	before, _ := mapping.ReadShippingAdvice(set(t, "945\nW06*F*SO-00000001-1*20260401*SH-9\nLX*1\nW12*CP*60*48*12*EA**VN*BR-10\nN9*LI*1"), mapping.Options{})
	confirmation, found := mapping.ReadShippingAdvice(set(t, "945\nW06*F*SO-00000001-1*20260402"), mapping.Options{})
	if found.Blocks() {
		fmt.Println(found)
		return
	}
	free, err := mapping.Freed(cancelled, confirmation, before)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range free {
		fmt.Println(l.ID, l.Quantity)
	}
	// Output:
	// 1 12 EA
	// 2 10 EA
}
