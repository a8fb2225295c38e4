package schema_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/schema"
)

// TestDatesAreOfTheCalendar tries every CCYYMMDD of some years, and YYMMDD, against
// the calendar of the standard library.
func TestDatesAreOfTheCalendar(t *testing.T) {
	v := schema.NewValidator(schema.Options{MaxFindings: 1 << 20})
	set := smallSet(t)
	v.Begin(set, syntax)
	require.Empty(t, v.Segment(newSegment("ST")))
	require.Empty(t, v.Segment(newSegment("A*x")))
	for _, year := range []int{1899, 1900, 1999, 2000, 2023, 2024, 2100, 2400} {
		for month := range 14 {
			for day := range 33 {
				text := fmt.Sprintf("%04d%02d%02d", year, month, day)
				_, err := time.Parse("20060102", text)
				wrong := false
				for _, f := range v.Segment(newSegment("B**" + text + "*1200")) {
					wrong = wrong || f.Code == schema.CodeElementDate
				}
				assert.Equal(t, err != nil, wrong, text)
			}
		}
	}
}

// TestPeriodsHaveTheirFormat: edi.md 10, dates by format code, X12 six and eight
// digits.
func TestPeriodsHaveTheirFormat(t *testing.T) {
	for _, c := range []struct {
		format, value string
		ok            bool
	}{
		{"102", "20240229", true}, {"102", "20230229", false}, {"102", "240229", false}, {"102", "2024-02-29", false},
		{"101", "240229", true}, {"101", "20240229", false},
		{"203", "202402292359", true}, {"203", "202402292400", false}, {"203", "202402292360", false}, {"203", "20240229", false},
		{"204", "20240229235959", true}, {"204", "20240229235960", false},
		{"718", "20240101-20240131", true}, {"718", "2024010120240131", true}, {"718", "20240101", false}, {"718", "20240101-20240132", false},
		{"610", "202412", true}, {"610", "202413", false}, {"616", "202453", true}, {"616", "202454", false},
		{"602", "2024", true}, {"602", "24", false}, {"401", "2359", true}, {"401", "2460", false},
		{"804", "14", true}, // a number of days: not looked into
	} {
		found := brief(check(setOf(t, schema.EDIFACT, "D96A", "ORDERS"), "UNH*1*ORDERS>D>96A>UN BGM*220*1*9 DTM*137>"+c.value+">"+c.format+" UNS*S UNT*5*1"))
		want := []string{}
		if !c.ok {
			want = append(want, "3 DTM01-2 element.date")
		}
		assert.Equal(t, want, append([]string{}, notMissing(found)...), "%s in format %s", c.value, c.format)
	}
	for _, c := range []struct {
		format, value string
		ok            bool
	}{
		{"D8", "20240229", true}, {"D8", "20230229", false}, {"D6", "240229", true}, {"RD8", "20240101-20240131", true},
		{"RD8", "20240131", false}, {"TM", "2359", true}, {"TM", "2360", false}, {"DT", "202402292359", true}, {"UN", "soon", true},
	} {
		found := brief(check(setOf(t, schema.X12, "004010", "850"),
			"ST*850*0001 BEG*00*SA*PO-1**20260101 DTM*002****"+c.format+"*"+c.value+" PO1*1*1*EA*3 SE*4*0001"))
		want := []string{}
		if !c.ok {
			want = append(want, "3 DTM06 element.date")
		}
		assert.Equal(t, want, found, "%s in format %s", c.value, c.format)
	}
}

// notMissing leaves out segments that are missing.
func notMissing(found []string) []string {
	var list []string
	for _, f := range found {
		if len(f) < 15 || f[len(f)-15:] != "segment.missing" {
			list = append(list, f)
		}
	}
	return list
}
