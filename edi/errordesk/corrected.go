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
		next.Raw, next.Envelope, err = oneSet(id, raw)
	case first.Channel == ChannelX12 && bytes.HasPrefix(head, []byte("ST")),
		first.Channel == ChannelEDIFACT && bytes.HasPrefix(head, []byte("UNH")):
		next.Raw = bytes.TrimRight(head, " \r\n\t")
	case first.Channel == ChannelEDIFACT && (bytes.HasPrefix(head, []byte("UNA")) || bytes.HasPrefix(head, []byte("UNB"))):
		next.Raw, next.Envelope, err = oneMessage(id, raw)
	case first.Channel == ChannelX12:
		err = &DocumentError{id, "the correction begins neither with ISA nor with ST"}
	case first.Channel == ChannelEDIFACT:
		err = &DocumentError{id, "the correction begins with none of UNA, UNB and UNH"}
	}
	return next, err
}

// oneSet finds the one set of an interchange.
func oneSet(id string, raw []byte) (set, envelope []byte, err error) {
	report, err := x12.Read(bytes.NewReader(raw), readX12())
	if err != nil {
		return nil, nil, err
	}
	sets := report.Sets()
	if len(sets) != 1 || len(report.Interchanges) != 1 {
		return nil, nil, &DocumentError{id, fmt.Sprintf("the correction has %d sets in %d interchanges, one in one is wanted", len(sets), len(report.Interchanges))}
	}
	d, err := FromSet(sets[0])
	return d.Raw, d.Envelope, err
}

// oneMessage finds the one message of an interchange.
func oneMessage(id string, raw []byte) (message, envelope []byte, err error) {
	report, err := edifact.Read(bytes.NewReader(raw), readEDIFACT())
	if err != nil {
		return nil, nil, err
	}
	messages := report.Messages()
	if len(messages) != 1 || len(report.Interchanges) != 1 {
		return nil, nil, &DocumentError{id, fmt.Sprintf("the correction has %d messages in %d interchanges, one in one is wanted", len(messages), len(report.Interchanges))}
	}
	d, err := FromMessage(messages[0])
	return d.Raw, d.Envelope, err
}

// readX12 and readEDIFACT take what an inbox keeps, whatever is wrong with it.
func readX12() x12.Options { return x12.Options{Lenient: true, MaxSetBytes: intake.MaxBytes, MaxSegmentBytes: longest} }

func readEDIFACT() edifact.Options { return edifact.Options{MaxMessageBytes: intake.MaxBytes, MaxSegmentBytes: longest} }
