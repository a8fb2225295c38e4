package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// ReadApplicationAdvice reads an application advice, X12 824 of any version: what a
// partner made of what we sent. What [WriteApplicationAdvice] writes reads back equal,
// but for messages that it had to divide.
//
// That a set of ours was refused is no finding: the results say so.
func ReadApplicationAdvice(set *x12.Set, o Options) (ApplicationAdvice, finding.List) {
	r := advisedReader{reader: reader{set: "824", document: "advice", agreed: &o}}
	r.advice.Source = source(set)
	if !r.is(set, "an application advice") {
		return r.advice, r.found
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	if !r.begun {
		r.found.Block(r.code("bgn-missing"), "", "the set has no BGN, which names the advice", "ask the partner to send it anew")
	}
	if len(r.advice.Results) == 0 {
		r.found.Block(r.code("oti-missing"), "", "the set has no OTI: nothing is advised", "ask the partner to send it anew")
	}
	r.leftOut()
	return r.advice, r.found
}

// advisedReader reads one 824.
type advisedReader struct {
	reader
	advice ApplicationAdvice
	begun  bool
	agency string
}

func (r *advisedReader) segment(s x12.Segment, c *x12.Cursor) {
	a := &r.advice
	var result *ApplicationResult
	if n := len(a.Results); n > 0 {
		result = &a.Results[n-1]
	}
	switch id := s.ID(); {
	case id == "BGN":
		r.beginning(s)
	case id == "N1" && result == nil:
		r.party(s, c)
	case id == "OTI":
		r.result(s)
	case result == nil:
		r.homeless("advice", s)
	case id == "REF":
		if ref, ok := referenceOf(s); ok {
			result.References = append(result.References, ref)
		}
	case id == "TED":
		r.wrong(s, result)
	case id == "LM":
		r.agency = s.Value(1)
	case id == "LQ":
		result.Errors = append(result.Errors, ApplicationError{Code: strings.TrimSpace(s.Value(2)), Agency: r.agency})
	case id == "NTE" && len(result.Errors) > 0:
		r.note(s.Value(2), result)
	case id == "RED" && len(result.Errors) > 0:
		r.note(s.Value(1), result)
	default:
		r.homeless("result", s)
	}
}

// beginning reads BGN.
func (r *advisedReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("bgn-repeated", s, 0, "the set has a second BGN", "ask the partner to send each advice in a set of its own")
		return
	}
	r.begun = true
	r.advice.Number, r.advice.Date, r.advice.Of = strings.TrimSpace(s.Value(2)), r.day(s, 3), strings.TrimSpace(s.Value(6))
}

// party reads an N1 loop.
func (r *advisedReader) party(s x12.Segment, c *x12.Cursor) {
	p := r.partyLoop(s, c)
	roles := rolesOf(s.Value(1))
	if len(roles) == 0 {
		r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) has no role in the advice", s.Value(1), describe(p)))
	}
	for _, role := range roles {
		p.Role = role
		r.advice.Parties = append(r.advice.Parties, p)
	}
}

// result reads OTI.
func (r *advisedReader) result(s x12.Segment) {
	code := s.Value(1)
	res := ApplicationResult{
		Reference: order.Reference{Qualifier: s.Value(2), Value: strings.TrimSpace(s.Value(3))}, Sender: s.Value(4), Receiver: s.Value(5),
		GroupDate: r.day(s, 6), Group: s.Value(8), Set: s.Value(9), SetID: s.Value(10), Version: s.Value(11),
	}
	if len(code) == 2 {
		for level, letter := range levelCodes() {
			if letter == code[:1] {
				res.Level = level
			}
		}
		for outcome, letter := range outcomeCodes() {
			if letter == code[1:] {
				res.Outcome = outcome
			}
		}
	}
	if res.Level == "" || res.Outcome == "" {
		r.block("result", s, 1, fmt.Sprintf("OTI01 %q does not say what was accepted", code), "ask the partner what became of what was sent")
		res.Level, res.Outcome = SetLevel, ResultRejected
	}
	r.agency = ""
	r.advice.Results = append(r.advice.Results, res)
}

// wrong reads TED.
func (r *advisedReader) wrong(s x12.Segment, result *ApplicationResult) {
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0
		}
		return n
	}
	result.Errors = append(result.Errors, ApplicationError{
		Code: s.Value(1), Message: strings.TrimSpace(s.Value(2)), Segment: s.Value(3), Position: number(s.Value(4)), Element: number(s.Component(5, 1)),
		Value: s.Value(7), Better: s.Value(8),
	})
}

// note adds a text to the error that was told last.
func (r *advisedReader) note(text string, result *ApplicationResult) {
	if text = strings.TrimSpace(text); text != "" {
		e := &result.Errors[len(result.Errors)-1]
		e.Notes = append(e.Notes, text)
	}
}
