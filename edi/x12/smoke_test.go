package x12_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/o2ckit/o2c/edi/x12"
)

func TestSmoke(t *testing.T) {
	idx, _ := os.ReadFile("/work/shared/edi/corpus.tsv")
	for _, line := range strings.Split(string(idx), "\n") {
		f := strings.Split(line, "\t")
		if len(f) < 5 || f[1] != "X12" {
			continue
		}
		data, _ := os.ReadFile("/work/shared/edi/corpus/" + f[0])
		rep, err := x12.Read(bytes.NewReader(data), x12.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ok := rep.OK()
		if ok == (f[4] == "valid") {
			continue
		}
		fmt.Println("==", f[0], f[4], ok, f[8])
		for _, x := range rep.Faults {
			fmt.Println("   F", x)
		}
		for _, ic := range rep.Interchanges {
			for _, x := range ic.Faults {
				fmt.Println("   I", x)
			}
			for _, g := range ic.Groups {
				for _, x := range g.Faults {
					fmt.Println("   G", x)
				}
				for _, s := range g.Sets {
					for _, x := range s.Faults {
						fmt.Println("   S", x)
					}
				}
			}
		}
	}
}
