package analysis_test

import (
	"fmt"

	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/analysis"
)

func Example() {
	type Parcel struct {
		Zone   string
		Weight int // kilograms
	}
	schema, err := rules.NewSchema[Parcel](rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := rules.Compile(schema, "freight", []rules.Rule[string]{
		{ID: "light", Group: "freight", When: `weight < 10`, Then: "letter"},
		{ID: "heavy-a", Group: "freight", When: `zone == "A" && weight >= 10`, Then: "parcel"},
		{ID: "heavy-b", Group: "freight", When: `zone == "B" && weight > 10`, Then: "truck"},
		{ID: "tiny-a", Group: "freight", When: `zone == "A" && weight < 2`, Then: "pigeon"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := analysis.Analyse(book, analysis.Config{Groups: map[string]analysis.Group{
		"freight": {Policy: rules.First, Domain: `zone in ["A", "B"] && weight in 1..1000`},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(report)
	// Output:
	// conflict in freight: light and tiny-a can match the same facts with different effects, and nothing says which one counts; for example weight 1, zone "A"
	// shadowed in freight: tiny-a never wins: what it matches, light match before it
	// gap in freight: no rule covers weight 10, zone "B"; for example weight 10, zone "B"
}
