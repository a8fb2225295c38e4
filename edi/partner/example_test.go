package partner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
)

// All that is wrong with a profile is told at once.
func ExampleDecode() {
	_, err := partner.Decode([]byte(`
name: bigbox
x12:
  qualifier: "01"
  id: "1234567890123456"
  our_qualifier: ZZ
  our_id: MERIDIAN
  version: "004010"
  guide:
    require:
      - {set: "850", has: "REF.DP", meaning: the department}
`))
	fmt.Println(err)
	// Output:
	// partner: line 5: x12.id: "1234567890123456" does not fit the ISA; state 1 to 15 characters
	// partner: line 11: x12.guide.require[0].has: "REF.DP": "DP" is no element; expected a number such as 1 or 1.2, and = with what it holds; describe a segment, such as REF.1=DP,2
}

// What would break the partner's schema is not sent, and takes no number.
func ExampleSchemaError() {
	p := bigbox()
	p.X12.Guide.Require = []partner.Requirement{{Set: "855", Has: "REF.1=DP,2", Meaning: "the department"}}
	o, _ := partner.NewOutbox(partner.OutboxConfig{Journal: journal.NewMemory(), Clock: clock})
	_, err := o.Send(context.Background(), p, document("855/SO-1"))
	var broken *partner.SchemaError
	if errors.As(err, &broken) {
		fmt.Println(broken.Set, broken.Faults[0].Segment, broken.Faults[0].Expected)
	}
	fmt.Println(err)
	// Output:
	// 855 REF REF.1=DP,2
	// partner: the 855 of 855/SO-1 breaks the schema of bigbox: segment 4, REF: the partner asks for the department (REF.1=DP,2) in the set, and it is missing before this segment
}

// What was agreed with the sender of an interchange holds for it.
func ExampleDirectory_X12Options() {
	p := bigbox()
	p.X12.Tolerate.Warnings = []string{partner.CodeUsage}
	directory, _ := partner.NewDirectory(p)
	report, _ := x12.Read(strings.NewReader(received("123456789", "T", purchase)), directory.X12Options(x12.Options{}))
	for _, ic := range report.Interchanges {
		fmt.Println(ic.Status(), ic.Faults[0])
	}
	// Output:
	// accepted warning at offset 102, segment 1 ISA15: the interchange is not of the usage that was agreed (found "T") [partner.usage]
}
