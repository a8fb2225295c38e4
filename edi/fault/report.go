package fault

// Report is what is told of a stream, X12 or EDIFACT, in the form that `orderdesk edi
// check` prints: both packages write their reports so. The faults of a functional
// group stand with its interchange.
type Report struct {
	File         string              `json:"file"`
	OK           bool                `json:"ok"`
	Interchanges []InterchangeReport `json:"interchanges"`
	// Errors stand outside of any interchange.
	Errors []Fault `json:"errors"`
}

// InterchangeReport is what is told of an interchange.
type InterchangeReport struct {
	Standard string `json:"standard"` // X12 or EDIFACT
	Version  string `json:"version"`
	Sender   string `json:"sender"`
	Receiver string `json:"receiver"`
	Control  string `json:"control"`
	Test     bool   `json:"test,omitempty"`
	Status   Status `json:"status"`
	// Offset is where it begins, in bytes of the stream.
	Offset int64       `json:"offset"`
	Errors []Fault     `json:"errors"`
	Sets   []SetReport `json:"sets"`
}

// SetReport is what is told of a transaction set or message.
type SetReport struct {
	Set     string  `json:"set"`
	Control string  `json:"control"`
	Group   string  `json:"group"`
	Version string  `json:"version"`
	Status  Status  `json:"status"`
	Offset  int64   `json:"offset"`
	Errors  []Fault `json:"errors"`
}

// List copies faults into a list that JSON writes as [] rather than null when empty.
func List(faults []Fault) []Fault { return append([]Fault{}, faults...) }
