package schema_test

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/schema"
)

// line is a segment with * between its elements.
type line []string

func (l line) ID() []byte              { return []byte(l[0]) }
func (l line) Len() int                { return len(l) - 1 }
func (l line) Element(i int) []byte    { return []byte(l[i]) }
func (l line) ElementOffset(int) int64 { return 0 }

func ExampleValidator() {
	release, err := schema.Embedded(schema.X12, "004010")
	if err != nil {
		fmt.Println(err)
		return
	}
	set, _ := release.Set("850")
	v := schema.NewValidator(schema.Options{})
	v.Begin(set, schema.Syntax{Component: '>'})
	for _, text := range []string{"ST*850*0001", "BEG*00*SA*PO-1**20260230", "CTT*1", "PO1*1*12*EACH*3.00", "PO1*2*5*EA*4.50**VN", "SE*6*0001"} {
		for _, f := range v.Segment(line(strings.Split(text, "*"))) {
			fmt.Println(f)
		}
	}
	// Output:
	// error: segment 2 BEG05: there is no such date (found "20260230") [schema.element.date]
	// error: segment 3 CTT: the segment stands too early [schema.segment.order]
	// error: segment 4 PO103: the value is too long (found "EACH") [schema.element.long]
	// error: segment 5 PO107: an element is empty that others call for [schema.element.condition]
}

func ExampleRelease_With() {
	release, err := schema.Embedded(schema.X12, "004010")
	if err != nil {
		fmt.Println(err)
		return
	}
	partner, err := schema.DecodeOverlay([]byte(`
name: Northfield
changes:
- {set: "850", path: REF, use: required}
- {set: "850", path: PO1.3, codes: [EA, CA]}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	if release, err = release.With(partner); err != nil {
		fmt.Println(err)
		return
	}
	set, _ := release.Set("850")
	v := schema.NewValidator(schema.Options{})
	v.Begin(set, schema.Syntax{Component: '>'})
	for _, text := range []string{"ST*850*0001", "BEG*00*SA*PO-1**20260227", "PO1*1*12*KG*3.00", "SE*4*0001"} {
		for _, f := range v.Segment(line(strings.Split(text, "*"))) {
			fmt.Println(f, f.Expected)
		}
	}
	// Output:
	// error: segment 3 PO103: the value is not among the codes (found "KG") [schema.element.code] CA, EA
	// error: segment 3 REF: required segment REF is missing [schema.segment.missing] REF before PO1
}
