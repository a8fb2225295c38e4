package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/message"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/edijson"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

type ediJSON struct{ ediFiles }

// setJSON is a set or message as `edi json` prints it.
type setJSON struct {
	File    string       `json:"file,omitempty"`
	Set     string       `json:"set,omitempty"`
	Control string       `json:"control,omitempty"`
	Version string       `json:"version,omitempty"`
	Status  fault.Status `json:"status"`
	edijson.Line
	// Order is what an 850 or ORDERS asks for, Document what another one says that the
	// library reads.
	Order    *order.Document `json:"order,omitempty"`
	Document any             `json:"document,omitempty"`
	Findings finding.List    `json:"findings,omitempty"`
}

// Run prints sets and messages; exit code 1 when any is rejected or cannot be read as the
// document that it is.
func (c *ediJSON) Run(r *run) error {
	return c.each(r, func(name string, file io.Reader) error {
		data, err := io.ReadAll(file)
		if err != nil {
			return err
		}
		lines, err := edijson.Lines(data)
		if err != nil {
			return err
		}
		take := c.x12
		if edijson.IsEDIFACT(data) {
			take = c.edifact
		}
		read, err := take(r, name, data)
		if err != nil {
			return err
		}
		out := json.NewEncoder(r.out)
		out.SetEscapeHTML(false)
		for _, l := range lines {
			s := setJSON{}
			if known, ok := read[l.Offset]; ok && len(l.Segments) > 0 {
				s = *known
			}
			s.File, s.Line = name, l
			if s.Findings.Blocks() {
				r.found()
			}
			if err := out.Encode(s); err != nil {
				return err
			}
		}
		return nil
	})
}

// x12 reads a file of X12; the sets come by where they begin.
func (c *ediJSON) x12(r *run, name string, data []byte) (map[int64]*setJSON, error) {
	report, err := x12.Read(bytes.NewReader(data), c.options())
	if err != nil {
		return nil, err
	}
	if !report.OK() {
		r.found()
	}
	tellFaults(r, name, report.Faults)
	read := make(map[int64]*setJSON)
	for _, ic := range report.Interchanges {
		faults := ic.Faults[:len(ic.Faults):len(ic.Faults)]
		for _, g := range ic.Groups {
			faults = append(faults, g.Faults...)
		}
		tellEnvelope(r, name, ic.Control, faults)
	}
	for _, set := range report.Sets() {
		s := &setJSON{Set: set.ID, Control: set.Control, Version: set.Version(), Status: set.Status()}
		for _, f := range set.Faults {
			s.Findings = append(s.Findings, f.Finding())
		}
		s.Order, s.Document = documentOf(set, &s.Findings)
		read[set.Offset] = s
	}
	return read, nil
}

// edifact reads a file of EDIFACT.
func (c *ediJSON) edifact(r *run, name string, data []byte) (map[int64]*setJSON, error) {
	report, err := edifact.Read(bytes.NewReader(data), c.edifactOptions())
	if err != nil {
		return nil, err
	}
	if !report.OK() {
		r.found()
	}
	tellFaults(r, name, report.Faults)
	read := make(map[int64]*setJSON)
	for _, ic := range report.Interchanges {
		faults := ic.Faults[:len(ic.Faults):len(ic.Faults)]
		for _, g := range ic.Groups {
			faults = append(faults, g.Faults...)
		}
		tellEnvelope(r, name, ic.Control, faults)
	}
	for _, m := range report.Messages() {
		s := &setJSON{Set: m.ID, Control: m.Control, Version: m.Directory(), Status: m.Status()}
		for _, f := range m.Faults {
			s.Findings = append(s.Findings, f.Finding())
		}
		s.Order, s.Document = messageOf(m, &s.Findings)
		read[m.Offset] = s
	}
	return read, nil
}

// tellEnvelope names the faults of the envelopes, which belong to no set.
func tellEnvelope(r *run, name, control string, faults []fault.Fault) {
	for _, f := range faults {
		_, _ = fmt.Fprintf(r.err, "%s: interchange %s: %s\n", name, control, f)
	}
}

// documentOf reads a set as the document that it is; nil where the library knows none.
func documentOf(set *x12.Set, found *finding.List) (*order.Document, any) {
	o := mapping.Options{}
	var document any
	var list finding.List
	switch set.ID {
	case "850":
		doc, list := mapping.ReadPurchaseOrder(set, o)
		*found = append(*found, list...)
		return &doc, nil
	case "180":
		document, list = mapping.ReadReturnRequest(set, o)
	case "810":
		document, list = mapping.ReadInvoice(set, o)
	case "812":
		document, list = mapping.ReadAdjustment(set, o)
	case "820":
		document, list = mapping.ReadRemittance(set, o)
	case "846":
		document, list = mapping.ReadInventoryAdvice(set, o)
	case "855":
		document, list = mapping.ReadAcknowledgement(set, o)
	case "856":
		document, list = mapping.ReadShipNotice(set, o)
	case "860":
		document, list = mapping.ReadPurchaseOrderChange(set, o)
	case "865":
		document, list = mapping.ReadChangeAcknowledgement(set, o)
	case "943":
		document, list = mapping.ReadStockTransfer(set, o)
	case "944":
		document, list = mapping.ReadStockReceipt(set, o)
	case "945":
		document, list = mapping.ReadShippingAdvice(set, o)
	case "997", "999":
		document, list = ack.ReadSet(set)
	}
	*found = append(*found, list...)
	return nil, document
}

// messageOf reads a message as the document that it is.
func messageOf(m *edifact.Message, found *finding.List) (*order.Document, any) {
	o := mapping.Options{}
	var document any
	var list finding.List
	switch m.ID {
	case "ORDERS":
		doc, list := message.ReadPurchaseOrder(m, o)
		*found = append(*found, list...)
		return &doc, nil
	case "ORDCHG":
		document, list = message.ReadPurchaseOrderChange(m, o)
	case "ORDRSP":
		document, list = message.ReadOrderResponse(m, o)
	case "DESADV":
		document, list = message.ReadDespatchAdvice(m, o)
	case "INVOIC":
		document, list = message.ReadInvoice(m, o)
	case "INVRPT":
		document, list = message.ReadInventoryReport(m, o)
	case "RECADV":
		document, list = message.ReadReceivingAdvice(m, o)
	case "PRICAT":
		document, list = message.ReadPriceCatalogue(m, o)
	case "APERAK":
		document, list = message.ReadApplicationAnswer(m, o)
	case "CONTRL":
		document, list = ack.ReadMessage(m)
	}
	*found = append(*found, list...)
	return nil, document
}

type ediWrite struct {
	Delimiters string `placeholder:"JSON" help:"Other delimiters for X12, such as {\"element\":\"|\",\"segment\":\"0x1C\"}; those not named stay standard."`
	UNA        string `name:"una" placeholder:"UNA" help:"Other separators for EDIFACT, as a service string advice: UNA:+.? '"`
	Break      string `enum:"same,none,lf,crlf" default:"same" help:"The line break behind each segment: same, none, lf, crlf."`
	File       string `arg:"" help:"What json printed; - is the standard input."`
}

// Run writes one file. What cannot be written is exit code 1, what is no such JSON 2.
func (c *ediWrite) Run(r *run) error {
	options, err := c.options()
	if err != nil {
		return usageError{err}
	}
	data, err := readInput(c.File)
	if err != nil {
		return err
	}
	var lines []edijson.Line
	for decoder := json.NewDecoder(bytes.NewReader(data)); ; {
		var s struct { // what is printed beside is not read
			edijson.Line
			File     json.RawMessage `json:"file"`
			Set      json.RawMessage `json:"set"`
			Control  json.RawMessage `json:"control"`
			Version  json.RawMessage `json:"version"`
			Status   json.RawMessage `json:"status"`
			Order    json.RawMessage `json:"order"`
			Document json.RawMessage `json:"document"`
			Findings json.RawMessage `json:"findings"`
		}
		decoder.DisallowUnknownFields()
		err := decoder.Decode(&s)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return usageError{fmt.Errorf("%s: line %d: %w", c.File, len(lines)+1, err)}
		}
		lines = append(lines, s.Line)
	}
	if len(lines) == 0 {
		return usageError{fmt.Errorf("%s: there are no sets in it", c.File)}
	}
	var out bytes.Buffer // a file that cannot be written leaves nothing behind
	if err := edijson.Write(lines, &out, options); err != nil {
		return findingsError{fmt.Errorf("%s: %w", c.File, err)}
	}
	_, err = r.out.Write(out.Bytes())
	return err
}

func (c *ediWrite) options() (edijson.Options, error) {
	var o edijson.Options
	if c.Delimiters != "" {
		d := x12.StandardDelimiters()
		if err := json.Unmarshal([]byte(c.Delimiters), &d); err != nil {
			return o, fmt.Errorf("--delimiters: %w", err)
		}
		if err := d.Validate(); err != nil {
			return o, fmt.Errorf("--delimiters: %w", err)
		}
		o.X12 = &d
	}
	if c.UNA != "" {
		s, err := edifact.ParseUNA(c.UNA)
		if err != nil {
			return o, fmt.Errorf("--una: %w", err)
		}
		o.EDIFACT = &s
	}
	if c.Break != "same" {
		text := map[string]string{"none": "", "lf": "\n", "crlf": "\r\n"}[c.Break]
		o.Break = &text
	}
	return o, nil
}
