package errordesk

import (
	"bytes"
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/order/intake"
)

// corrected makes of the bytes of a person the document that is kept.
func corrected(id string, first intake.Document, raw []byte) (intake.Document, error) {
	next := first
	next.Raw = raw
	head := bytes.TrimLeft(raw, "\ufeff \r\n\t")
	if len(head) == 0 {
		return next, &DocumentError{id, "there is nothing in the correction"}
	}
	var err error
	switch {
	case len(first.Envelope) == 0: // a file as a whole
		return next, nil
	case first.Channel == ChannelX12 && bytes.HasPrefix(head, []byte("ISA")):
		next, err = oneSet(id, raw, first)
	case first.Channel == ChannelX12 && bytes.HasPrefix(head, []byte("ST")),
		first.Channel == ChannelEDIFACT && bytes.HasPrefix(head, []byte("UNH")):
		next.Raw = bytes.TrimRight(head, " \r\n\t")
		next = named(next)
	case first.Channel == ChannelEDIFACT && (bytes.HasPrefix(head, []byte("UNA")) || bytes.HasPrefix(head, []byte("UNB"))):
		next, err = oneMessage(id, raw, first)
	case first.Channel == ChannelX12:
		err = &DocumentError{id, "the correction begins neither with ISA nor with ST"}
	case first.Channel == ChannelEDIFACT:
		err = &DocumentError{id, "the correction begins with none of UNA, UNB and UNH"}
	}
	return next, err
}

// oneSet finds the one set of an interchange.
func oneSet(id string, raw []byte, first intake.Document) (intake.Document, error) {
	report, err := x12.Read(bytes.NewReader(raw), readX12())
	if err != nil {
		return first, err
	}
	sets := report.Sets()
	if len(sets) != 1 || len(report.Interchanges) != 1 {
		return first, &DocumentError{id, fmt.Sprintf("the correction has %d sets in %d interchanges, one in one is wanted", len(sets), len(report.Interchanges))}
	}
	d, err := FromSet(sets[0])
	d.Name = first.Name
	return d, err
}

// oneMessage finds the one message of an interchange.
func oneMessage(id string, raw []byte, first intake.Document) (intake.Document, error) {
	report, err := edifact.Read(bytes.NewReader(raw), readEDIFACT())
	if err != nil {
		return first, err
	}
	messages := report.Messages()
	if len(messages) != 1 || len(report.Interchanges) != 1 {
		return first, &DocumentError{id, fmt.Sprintf("the correction has %d messages in %d interchanges, one in one is wanted", len(messages), len(report.Interchanges))}
	}
	d, err := FromMessage(messages[0])
	d.Name = first.Name
	return d, err
}

// readX12 and readEDIFACT take what an inbox keeps, whatever is wrong with it.
func readX12() x12.Options {
	return x12.Options{Lenient: true, MaxSetBytes: intake.MaxBytes, MaxSegmentBytes: longest}
}

func readEDIFACT() edifact.Options {
	return edifact.Options{MaxMessageBytes: intake.MaxBytes, MaxSegmentBytes: longest}
}

// named has the kind and the numbers that a document is read to have in its envelope, if
// it can be read.
func named(d intake.Document) intake.Document {
	whole, err := Interchange(d)
	if err != nil {
		return d
	}
	read := oneSet
	if d.Channel == ChannelEDIFACT {
		read = oneMessage
	}
	if is, err := read("", whole, d); err == nil {
		d.Kind, d.Partner, d.Control = is.Kind, is.Partner, is.Control
	}
	return d
}
