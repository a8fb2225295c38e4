package x12_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/o2ckit/o2c/edi/x12"
)

func Example() {
	file := strings.NewReader(sound) // what a partner sent
	report, err := x12.Read(file, x12.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, set := range report.Sets() {
		if set.Status() == x12.Rejected {
			continue // set.Faults, its group's and its interchange's say why
		}
		for c := set.Cursor(); c.More(); {
			segment := c.Next()
			fmt.Println(segment.ID(), segment.Value(1))
		}
	}
	// Output:
	// BEG 00
	// PO1 1
	// CTT 1
}

func ExampleReader() {
	r := x12.NewReader(strings.NewReader(sound), x12.Options{})
	for {
		token, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err) // tells the place; reading goes on
			continue
		}
		if token.Is("PO1") {
			fmt.Printf("segment %d at byte %d: %s %s at %s\n",
				token.NumberInSet(), token.Offset(), token.Element(2), token.Element(3), token.Element(4))
		}
	}
	// Output:
	// segment 3 at byte 195: 10 EA at 2.50
}

func ExampleCheck() {
	damaged := strings.Replace(sound, "SE*5*0001", "SE*6*0001", 1)
	report, err := x12.Check(strings.NewReader(damaged), x12.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	report.File = "orders.x12"
	fmt.Println(report.OK())
	for _, set := range report.Sets() {
		for _, fault := range set.Faults {
			fmt.Println(fault)
		}
	}
	line, _ := json.Marshal(report)
	fmt.Println(string(line[:60]) + " ...")
	// Output:
	// false
	// error at offset 238, segment 5 SE01: 5 segments (ST and SE included) were counted (found "6") [x12.se.count]
	// {"file":"orders.x12","ok":false,"interchanges":[{"standard": ...
}

func ExampleWalk() {
	err := x12.Walk(strings.NewReader(sound), x12.Options{}, x12.Handler{
		Set: func(set *x12.Set) error {
			fmt.Println(set.ID, set.Control, set.Version(), set.Verdict(), len(set.Raw()), "bytes")
			return nil
		},
		Interchange: func(ic *x12.Interchange) error {
			fmt.Println(ic.Sender, ic.Control, ic.Status())
			return nil
		},
	})
	fmt.Println(err)
	// Output:
	// 850 0001 004010 accepted 87 bytes
	// 123456789 000000042 accepted
	// <nil>
}

func ExampleWriter() {
	w, err := x12.NewWriter(os.Stdout, x12.WriterConfig{LineBreak: "\n"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range []func() error{
		func() error {
			return w.BeginInterchange(x12.Header{SenderQualifier: "14", Sender: "987654321", ReceiverQualifier: "01",
				Receiver: "123456789", Date: "260401", Time: "1415", Version: "00401", Control: "815", Usage: "P"})
		},
		func() error {
			return w.BeginGroup(x12.GroupHeader{FunctionalID: "IN", Sender: "987654321", Receiver: "123456789",
				Date: "20260401", Time: "1415", Control: "815", Version: "004010"})
		},
		func() error { return w.BeginSet("810", "0001", "") },
		func() error {
			return w.Write(
				x12.NewSegment("BIG", "20260401", "INV-2209", "", "NF-20417"),
				x12.NewSegment("IT1", "1", "60", "EA", "2.5", "", "UP", "012345670017"),
				x12.NewSegment("TDS", "15000"),
				x12.NewSegment("CTT", "1"))
		},
		w.EndSet, w.EndGroup, w.EndInterchange,
	} {
		if err := step(); err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// ISA*00*          *00*          *14*987654321      *01*123456789      *260401*1415*U*00401*000000815*0*P*>~
	// GS*IN*987654321*123456789*20260401*1415*815*X*004010~
	// ST*810*0001~
	// BIG*20260401*INV-2209**NF-20417~
	// IT1*1*60*EA*2.5**UP*012345670017~
	// TDS*15000~
	// CTT*1~
	// SE*6*0001~
	// GE*1*815~
	// IEA*1*000000815~
}

func ExampleReply() {
	report, err := x12.Check(strings.NewReader(sound), x12.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := x12.NewWriter(os.Stdout, x12.WriterConfig{LineBreak: "\n"})
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 3, 27, 11, 5, 0, 0, time.UTC)
	_, _, err = x12.Reply(w, report.Interchanges[0], x12.ReplyConfig{Control: "17", GroupControl: 17, At: at})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// ISA*00*          *00*          *14*987654321      *01*123456789      *260327*1105*U*00401*000000017*0*P*>~
	// GS*FA*987654321*123456789*20260327*1105*17*X*004010~
	// ST*997*0001~
	// AK1*PO*42~
	// AK2*850*0001~
	// AK5*A~
	// AK9*A*1*1*1~
	// SE*6*0001~
	// GE*1*17~
	// IEA*1*000000017~
}

// What was agreed with a partner is written down as data.
func ExampleDelimiters_UnmarshalJSON() {
	var d x12.Delimiters
	err := json.Unmarshal([]byte(`{"element":"*","component":"<","segment":"0x1C"}`), &d)
	fmt.Printf("%q %q %q %v\n", d.Element, d.Component, d.Segment, err)
	fmt.Println(json.Unmarshal([]byte(`{"segment":28}`), &d))
	// Output:
	// '*' '<' '\x1c' <nil>
	// x12: unusable delimiters: segment is 28; expected a text in quotes, such as "~" or "0x1C"
}
