package edifact_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
)

func ExampleReadAll() {
	segments, err := edifact.ReadAll(strings.NewReader("UNA:+,? 'ALC+A++++DI'PCD+1:2,5'FTX+AAI+++it?'s spring'"), edifact.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		fmt.Println(s.Number(), s.ID(), s.Components(s.Len()))
	}
	percent, err := edifact.Standard().ParseNumber(segments[1].Component(1, 2))
	fmt.Println(percent, err)
	// Output:
	// 1 ALC [DI]
	// 2 PCD [1 2,5]
	// 3 FTX [it's spring]
	// 2.5 <nil>
}

func ExampleWriter() {
	w, err := edifact.NewWriter(os.Stdout, edifact.WriterConfig{UNA: true, LineBreak: "\n"})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = w.Write(
		edifact.NewSegment("ALC", edifact.Simple("A"), edifact.Element{}, edifact.Element{}, edifact.Element{}, edifact.Simple("DI")),
		edifact.NewSegment("MOA", edifact.Composite("204", "12.50")),
		edifact.NewSegment("FTX", edifact.Simple("AAI"), edifact.Element{}, edifact.Element{}, edifact.Simple("it's spring")),
	)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// UNA:+.? '
	// ALC+A++++DI'
	// MOA+204:12.50'
	// FTX+AAI+++it?'s spring'
}
