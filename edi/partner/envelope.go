package partner

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/x12"
)

// writerConfig says what the partner's X12 looks like.
func (s *X12) writerConfig() x12.WriterConfig {
	return x12.WriterConfig{Delimiters: s.Delimiters, LineBreak: s.LineBreak, Charset: s.Charset}
}

// header is the ISA of the partner's next interchange.
func (s *X12) header(control int64, at time.Time) x12.Header {
	return x12.Header{
		SenderQualifier: s.OurQualifier, Sender: s.OurID, ReceiverQualifier: s.Qualifier, Receiver: s.ID,
		Date: at.Format("060102"), Time: at.Format("1504"), Version: s.Version[:5],
		Control: strconv.FormatInt(control, 10), AckRequested: s.RequestTA1, Usage: s.usage(),
	}
}

func (s *X12) usage() string { return cmp.Or(s.Usage, "P") }

// group is the GS of a set.
func (s *X12) group(set string, control int64, at time.Time) (x12.GroupHeader, error) {
	id, known := functionalID(set)
	if !known {
		return x12.GroupHeader{}, fmt.Errorf("partner: set %q belongs to no functional group that is known here", set)
	}
	date := "20060102"
	if s.Version < "004010" {
		date = "060102"
	}
	return x12.GroupHeader{
		FunctionalID: id, Sender: cmp.Or(s.OurGroupID, s.OurID), Receiver: cmp.Or(s.GroupID, s.ID),
		Date: at.Format(date), Time: at.Format("1504"), Control: strconv.FormatInt(control, 10), Version: s.Version,
	}, nil
}

// functionalID is GS01 for a set (X12 element 479).
func functionalID(set string) (id string, known bool) {
	switch set {
	case "180":
		return "AN", true
	case "204":
		return "SM", true
	case "214":
		return "QM", true
	case "810":
		return "IN", true
	case "812":
		return "CD", true
	case "820":
		return "RA", true
	case "824":
		return "AG", true
	case "832":
		return "SC", true
	case "846":
		return "IB", true
	case "850":
		return "PO", true
	case "855":
		return "PR", true
	case "856":
		return "SH", true
	case "860":
		return "PC", true
	case "865":
		return "CA", true
	case "875":
		return "OG", true
	case "880":
		return "GP", true
	case "940":
		return "OW", true
	case "943":
		return "AR", true
	case "944":
		return "RE", true
	case "945":
		return "SW", true
	case "997":
		return "FA", true
	}
	return "", false
}

// party is the partner as the UNB has it, us is us.
func (s *EDIFACT) party() edifact.Party {
	return edifact.Party{ID: s.ID, Qualifier: s.Qualifier, Routing: s.Routing}
}

func (s *EDIFACT) us() edifact.Party {
	return edifact.Party{ID: s.OurID, Qualifier: s.OurQualifier, Routing: s.OurRouting}
}

// writerConfig says what the partner's EDIFACT looks like.
func (s *EDIFACT) writerConfig() edifact.WriterConfig {
	return edifact.WriterConfig{Separators: s.Separators, UNA: s.UNA, LineBreak: s.LineBreak}
}

// header is the UNB of the partner's next interchange.
func (s *EDIFACT) header(kind string, control int64, at time.Time) edifact.Header {
	h := edifact.Header{
		SyntaxID: cmp.Or(s.SyntaxID, "UNOC"), SyntaxVersion: cmp.Or(s.SyntaxVersion, "3"), Sender: s.us(), Recipient: s.party(),
		Date: at.Format("060102"), Time: at.Format("1504"), Control: strconv.FormatInt(control, 10),
		Application: cmp.Or(s.Application, kind), AckRequested: s.RequestCONTRL, Agreement: s.Agreement, Test: s.Test,
	}
	if h.SyntaxVersion == "4" {
		h.Date = at.Format("20060102")
	}
	return h
}

// message is the UNH of a message.
func (s *EDIFACT) message(kind string, control int64) edifact.MessageHeader {
	return edifact.MessageHeader{
		Control: strconv.FormatInt(control, 10), ID: kind, Version: s.Directory[:1], Release: s.Directory[1:],
		Agency: "UN", Association: s.Association,
	}
}

// tryHeader tells whether a UNB can be written in the syntax of the profile.
func (s *EDIFACT) tryHeader() error {
	w, err := edifact.NewWriter(io.Discard, edifact.WriterConfig{})
	if err != nil {
		return err
	}
	h := s.header("ORDERS", 1, time.Unix(0, 0))
	h.Sender, h.Recipient = edifact.Party{ID: "1"}, edifact.Party{ID: "2"}
	h.Application, h.Agreement = "", ""
	return w.BeginInterchange(h)
}
