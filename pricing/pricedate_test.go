package pricing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/pricing"
)

// pricing.md: the price date is one of order, requested, promised or shipment date,
// in a stated time zone. A price that begins at midnight in the zone does not hold at
// 23:30Z of the day before, unless it is midnight there already.
func TestPriceDateInItsZone(t *testing.T) {
	chicago, err := time.LoadLocation("America/Chicago")
	require.NoError(t, err)
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	older, newer := listPrice("A", "10 USD"), listPrice("A", "11 USD")
	older.To, newer.From = date("2026-04-01"), date("2026-04-01")
	half := rateRecord("half", pricing.Key{Item: "A"}, "50%")
	half.From, half.To = date("2026-04-01"), date("2026-04-02")
	s := setup{schema: schemaOf(recordStep("d", pricing.StepDiscount)), records: []pricing.Record{older, newer, half}}
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, time.March, day, hour, minute, 0, 0, time.UTC)
	}
	for name, c := range map[string]struct {
		zone *time.Location
		at   time.Time
		want string
	}{
		"23:30Z, in UTC":                          {time.UTC, at(31, 23, 30), "10.00"},
		"half an hour later":                      {time.UTC, at(32, 0, 0), "5.50"},
		"23:30Z, in Chicago":                      {chicago, at(31, 23, 30), "10.00"},
		"23:30Z of the day itself, in Chicago":    {chicago, at(32, 23, 30), "5.50"},
		"the last moment before, in Chicago":      {chicago, at(32, 4, 59), "10.00"},
		"midnight in Chicago, which is in summer": {chicago, at(32, 5, 0), "5.50"},
		"a day later, in Chicago":                 {chicago, at(33, 5, 0), "11.00"},
		"23:30Z, in Tokyo":                        {tokyo, at(31, 23, 30), "5.50"},
		"14:59Z, in Tokyo":                        {tokyo, at(31, 14, 59), "10.00"},
		"15:00Z, midnight in Tokyo":               {tokyo, at(31, 15, 0), "5.50"},
	} {
		t.Run(name, func(t *testing.T) {
			s := s
			s.zone = c.zone
			e := s.engine(t)
			r := request(line("A", 1))
			r.At = c.at
			assert.Equal(t, usd(c.want), price(t, e, r).Total)
			// The line's own date counts before that of the request.
			r.At, r.Lines[0].At = at(1, 0, 0), c.at
			assert.Equal(t, usd(c.want), price(t, e, r).Total)
			r.Lines[0].At = c.at.In(tokyo)
			assert.Equal(t, usd(c.want), price(t, e, r).Total, "wherever the instant was written down")
		})
	}
}

// Rules hold at the line's price date too.
func TestLinePriceDateAndRules(t *testing.T) {
	rule := always("d", percent("10%"))
	rule.From, rule.To = onDay(10), onDay(11)
	s := setup{
		schema: schemaOf(discountStep("d", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "10 USD")}, rules: []pricing.Rule{rule},
	}
	r := request(line("A", 1), line("A", 1), line("A", 1), line("A", 1))
	for i, at := range []time.Time{onDay(10).Add(-1), onDay(10), onDay(11).Add(-1), onDay(11)} {
		r.Lines[i].At = at
	}
	assert.Equal(t, []string{"10.00", "9.00", "9.00", "10.00"}, totals(price(t, s.engine(t), r)))
}
