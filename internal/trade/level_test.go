package trade_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
)

func level(day string, q string) trade.Level {
	return trade.Level{Date: calendar.MustDate(day), Quantity: quantity.MustParse(q)}
}

func TestLevels(t *testing.T) {
	today, ten := calendar.MustDate("2026-03-02"), quantity.MustParse("10 EA")
	for name, c := range map[string]struct {
		now          quantity.Quantity
		later, added []trade.Level
		want         string
		levels       []trade.Level
		err          string
	}{
		"now alone":               {ten, nil, nil, "10 EA", nil, ""},
		"in all, in any order":    {ten, []trade.Level{level("2026-03-09", "30 EA"), level("2026-03-06", "20 EA")}, nil, "10 EA", []trade.Level{level("2026-03-06", "20 EA"), level("2026-03-09", "30 EA")}, ""},
		"in all counts":           {ten, []trade.Level{level("2026-03-06", "20 EA")}, []trade.Level{level("2026-03-07", "5 EA")}, "10 EA", []trade.Level{level("2026-03-06", "20 EA")}, ""},
		"what is due is there":    {ten, nil, []trade.Level{level("2026-03-02", "5 EA"), level("2026-03-06", "1 EA")}, "15 EA", []trade.Level{level("2026-03-06", "16 EA")}, ""},
		"nothing told of today":   {quantity.Quantity{}, []trade.Level{level("2026-03-06", "20 EA")}, nil, "0 EA", []trade.Level{level("2026-03-06", "20 EA")}, ""},
		"the same twice":          {ten, []trade.Level{level("2026-03-06", "20 EA"), level("2026-03-06", "20 EA")}, nil, "10 EA", []trade.Level{level("2026-03-06", "20 EA")}, ""},
		"two for one day":         {ten, []trade.Level{level("2026-03-06", "20 EA"), level("2026-03-06", "21 EA")}, nil, "10 EA", nil, "20 EA and 21 EA are told for 2026-03-06"},
		"in another unit":         {ten, []trade.Level{level("2026-03-06", "20 CA")}, nil, "10 EA", nil, trade.ErrUnits.Error()},
		"added in another unit":   {ten, nil, []trade.Level{level("2026-03-06", "20 CA")}, "10 EA", nil, trade.ErrUnits.Error()},
		"added, and more than is": {ten, nil, []trade.Level{level("2026-03-06", "9223372036854775800 EA")}, "10 EA", nil, trade.ErrUnits.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			now, levels, err := trade.Levels(today, c.now, c.later, c.added)
			assert.Equal(t, []any{quantity.MustParse(c.want), c.levels}, []any{now, levels})
			if c.err == "" {
				assert.NoError(t, err)
			} else {
				assert.EqualError(t, err, c.err)
			}
		})
	}
}

// On each day there is what was there before and what has been added since.
func TestLevelsOfWhatIsAdded(t *testing.T) {
	today := calendar.MustDate("2026-03-02")
	rapid.Check(t, func(t *rapid.T) {
		var added []trade.Level
		byDay := make(map[int]int64)
		for range rapid.IntRange(0, 12).Draw(t, "count") {
			day, n := rapid.IntRange(-3, 9).Draw(t, "day"), rapid.Int64Range(0, 99).Draw(t, "quantity")
			byDay[max(day, 0)] += n
			added = append(added, trade.Level{Date: today.AddDays(day), Quantity: quantity.New(n, quantity.Each)})
		}
		now, levels, err := trade.Levels(today, quantity.New(7, quantity.Each), nil, added)
		require.NoError(t, err)
		there := int64(7)
		for day := range 12 {
			there += byDay[day]
			shown := now
			for _, l := range levels {
				if !l.Date.After(today.AddDays(day)) {
					shown = l.Quantity
				}
			}
			require.Equal(t, quantity.New(there, quantity.Each), shown, "day %d", day)
		}
	})
}
