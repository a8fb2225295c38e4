package x12_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/x12"
)

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// edi.md 10: X12 dates of six and eight digits.
func TestParseDate(t *testing.T) {
	for name, c := range map[string]struct {
		value     string
		firstYear int
		want      time.Time
		index     int
	}{
		"eight digits":         {value: "20260327", want: day(2026, 3, 27)},
		"six in this century":  {value: "260327", firstYear: 1970, want: day(2026, 3, 27)},
		"six in the last":      {value: "971107", firstYear: 1970, want: day(1997, 11, 7)},
		"first of the window":  {value: "700101", firstYear: 1970, want: day(1970, 1, 1)},
		"last of the window":   {value: "691231", firstYear: 1970, want: day(2069, 12, 31)},
		"leap day":             {value: "20240229", want: day(2024, 2, 29)},
		"no leap day":          {value: "20260229", index: 6},
		"no such month":        {value: "20261327", index: 4},
		"no such day":          {value: "20260332", index: 6},
		"a letter":             {value: "2026O327", index: 4},
		"too short":            {value: "2603", index: 4},
		"seven digits":         {value: "2026032", index: 7},
		"nothing":              {value: "", index: 0},
		"month zero":           {value: "260027", firstYear: 2000, index: 2},
		"a sign is no digit":   {value: "-2026327", index: 0},
		"blank is no digit":    {value: "2026 327", index: 4},
		"day zero":             {value: "20260300", index: 6},
		"digits of the orient": {value: "２０26", index: 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := x12.ParseDate(c.value, c.firstYear)
			if !c.want.IsZero() {
				require.NoError(t, err)
				assert.Equal(t, c.want, got)
				return
			}
			var failed *x12.ValueError
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, c.index, failed.Index)
			assert.Equal(t, "AK403:8", failed.Standard.String())
		})
	}
}

func TestParseTime(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"0000":     0,
		"1030":     10*time.Hour + 30*time.Minute,
		"235959":   23*time.Hour + 59*time.Minute + 59*time.Second,
		"1030155":  10*time.Hour + 30*time.Minute + 15*time.Second + 500*time.Millisecond,
		"10301505": 10*time.Hour + 30*time.Minute + 15*time.Second + 50*time.Millisecond,
	} {
		got, err := x12.ParseTime(value)
		require.NoError(t, err)
		assert.Equal(t, want, got, value)
	}
	for value, index := range map[string]int{"2400": 0, "1060": 2, "103060": 4, "10:30": 2, "103": 3, "10300": 5, "": 0, "103015050": 9} {
		_, err := x12.ParseTime(value)
		var failed *x12.ValueError
		require.ErrorAs(t, err, &failed, value)
		assert.Equal(t, index, failed.Index, value)
	}
}

func TestParsePeriod(t *testing.T) {
	for name, c := range map[string]struct {
		format, value string
		from, to      time.Time
	}{
		"day":           {"D8", "20260327", day(2026, 3, 27), day(2026, 3, 28)},
		"short day":     {"D6", "260327", day(2026, 3, 27), day(2026, 3, 28)},
		"month first":   {"DB", "03272026", day(2026, 3, 27), day(2026, 3, 28)},
		"month":         {"CM", "202612", day(2026, 12, 1), day(2027, 1, 1)},
		"year":          {"CY", "2026", day(2026, 1, 1), day(2027, 1, 1)},
		"minute":        {"DT", "202603271030", day(2026, 3, 27).Add(630 * time.Minute), day(2026, 3, 27).Add(631 * time.Minute)},
		"range":         {"RD8", "20260327-20260403", day(2026, 3, 27), day(2026, 4, 4)},
		"short range":   {"RD6", "260327-260403", day(2026, 3, 27), day(2026, 4, 4)},
		"time of a day": {"TM", "1030", time.Time{}.Add(630 * time.Minute), time.Time{}.Add(631 * time.Minute)},
		"unknown":       {format: "XX", value: "1"},
		"too long":      {format: "D8", value: "202603271"},
		"no month":      {format: "CM", value: "202613"},
		"backwards":     {format: "RD8", value: "20260403-20260327"},
		"no dash":       {format: "RD8", value: "20260403+20260427"},
		"bad hour":      {format: "DT", value: "202603272530"},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, err := x12.ParsePeriod(c.format, c.value, 2000)
			if c.to.IsZero() {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.from, from)
			assert.Equal(t, c.to, to)
		})
	}
}

func TestNumbers(t *testing.T) {
	for value, want := range map[string]string{"10": "10", "2.50": "2.50", ".5": "0.5", "-.5": "-0.5", "007": "7", "10.": "10", "-0.0": "0.0", "0": "0"} {
		got, err := x12.ParseReal(value)
		require.NoError(t, err, value)
		assert.Equal(t, want, got, value)
	}
	for value, index := range map[string]int{"": 0, ".": 0, "-": 1, "1,5": 1, "1.2.3": 3, "+1": 0, "1E5": 1, " 1": 0, "12 ": 2} {
		_, err := x12.ParseReal(value)
		var failed *x12.ValueError
		require.ErrorAs(t, err, &failed, value)
		assert.Equal(t, index, failed.Index, value)
	}
	// edi.md 9: SAC05 and TDS01 have two implied decimals
	for value, want := range map[string]string{"21801": "218.01", "1": "0.01", "-5": "-0.05", "0": "0.00", "-0": "0.00", "00100": "1.00"} {
		got, err := x12.ParseImplied(value, 2)
		require.NoError(t, err, value)
		assert.Equal(t, want, got, value)
	}
	_, err := x12.ParseImplied("218.01", 2)
	require.ErrorContains(t, err, "the point is implied")
	// edi.md: N2 is literal: JPY 1,000 is 100000; KWD 1.234 does not fit and is an error
	for value, want := range map[string]string{"218.01": "21801", "1000": "100000", "0.05": "5", "-0.5": "-50", "0": "0", "1.230": "123"} {
		got, err := x12.FormatImplied(value, 2)
		require.NoError(t, err, value)
		assert.Equal(t, want, got, value)
	}
	_, err = x12.FormatImplied("1.234", 2)
	require.ErrorContains(t, err, "more than 2 digits")
	for value, want := range map[string]string{"10.00": "10", "0.50": ".5", "-0.50": "-.5", "2.5": "2.5", "0.00": "0"} {
		got, err := x12.FormatReal(value)
		require.NoError(t, err, value)
		assert.Equal(t, want, got, value)
	}
}

func TestNumbersAgreeWithDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.IntRange(0, 9).Draw(t, "places")
		n := decimal.New(rapid.Int64().Draw(t, "coefficient"), -int32(rapid.IntRange(0, places).Draw(t, "scale")))
		text, err := x12.FormatImplied(n.String(), places)
		require.NoError(t, err)
		require.Equal(t, n.Shift(int32(places)).String(), text)
		back, err := x12.ParseImplied(text, places)
		require.NoError(t, err)
		require.Equal(t, n.StringFixed(int32(places)), back)
		short, err := x12.FormatReal(n.String())
		require.NoError(t, err)
		require.True(t, n.Equal(decimal.RequireFromString(short)))
	})
}
