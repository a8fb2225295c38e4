package ruledoc

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// Config is what a document tells beside the rules. The zero value is ready for
// use.
type Config struct {
	// Title heads the document; empty means that of the book's header, else "Rule
	// book".
	Title string
	// Note introduces it; empty means that of the book's header.
	Note string
	// Date is that of the document. Zero leaves it out.
	Date time.Time
	// Location is the time zone that validity is shown in. Nil means UTC.
	Location *time.Location
	// Groups tells more of a group, by its name. What is left out is as the book
	// declares it: title, note, hit policy, and the decision table if there is one.
	Groups map[string]Group
	// History is what happened to the book, in the order to be printed.
	History []Entry
	// Changes is what the book changes compared with an earlier one, as Book.Diff
	// tells it. Nil leaves the chapter out.
	Changes *rules.Diff
	// Coverage is how the rules fared in tests, by rule id. Nil leaves it out.
	Coverage map[string]Coverage
}

// Group is what a document tells of a group.
type Group struct {
	// Title heads the chapter; empty means the name of the group.
	Title string
	Note  string
	// Policy is what becomes of several matches: collect, collect-sum, collect-min,
	// collect-max, unique, any, first, by-priority or priority. Empty says nothing.
	Policy string
	// Table is the decision table that the group came from, if it did. Rules of the
	// group without a row are printed as cards.
	Table *Table
}

// Table is a decision table as it was written.
type Table struct {
	// Heads are those of the columns.
	Heads []string
	Rows  []Row
}

// Row is one row of a table: the rule that it became, and a cell for each head.
type Row struct {
	Rule  string
	Cells []string
}

// Entry is one event in the life of a rule book.
type Entry struct {
	Version string
	Date    time.Time // zero leaves it out
	Who     string
	Text    string
}

// Coverage is how one rule fared in tests.
type Coverage struct {
	// Hits is how often the rule matched.
	Hits int
	// Parts is how often each part of the condition was true and false, in the
	// order of Book.Parts.
	Parts []PartCoverage
}

// PartCoverage is how often a part of a condition was true and false.
type PartCoverage struct {
	True, False int
}

// ConfigError tells which part of a Config does not fit the book.
type ConfigError struct {
	Group  string // empty when it is not about a group
	Rule   string // empty when it is not about a rule
	Reason string
}

// Error names the group and the rule.
func (e *ConfigError) Error() string {
	where := ""
	if e.Group != "" {
		where += fmt.Sprintf("group %s: ", e.Group)
	}
	if e.Rule != "" {
		where += fmt.Sprintf("rule %s: ", e.Rule)
	}
	return "ruledoc: " + where + e.Reason
}

// policyWords says a policy to a business reader.
func policyWords(policy string) (string, bool) {
	switch policy {
	case "":
		return "", true
	case "collect":
		return "All rules that match count.", true
	case "collect-sum":
		return "All rules that match count; their results are added up.", true
	case "collect-min":
		return "Of all rules that match, the smallest result counts.", true
	case "collect-max":
		return "Of all rules that match, the largest result counts.", true
	case "unique":
		return "At most one rule may match.", true
	case "any":
		return "Several rules may match, if they all say the same.", true
	case "first":
		return "The first rule that matches counts.", true
	case "by-priority":
		return "Of the rules that match, the one of the highest priority counts.", true
	case "priority":
		return "Of the rules that match, the one whose result ranks highest counts.", true
	default:
		return "", false
	}
}
