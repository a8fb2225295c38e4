package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/rulecmd"
	"github.com/o2ckit/o2c/rules/ruledoc"
	"github.com/o2ckit/o2c/rules/rulestest"
)

type rulesDoc struct {
	ruleBooks
	HTML   bool     `name:"html" help:"Print a page for a browser or the printer instead of Markdown."`
	Out    string   `placeholder:"FILE" help:"Write to this file; into a folder, a file for each book."`
	Before string   `placeholder:"PATH" help:"The book as it was; the document then has a chapter on what changed."`
	Date   dateFlag `placeholder:"DATE" help:"The date of the document. By default it has none."`
}

// docJSON is a document as --json prints it.
type docJSON struct {
	Book string `json:"book"`
	Hash string `json:"hash"`
	Out  string `json:"out,omitempty"`
	Text string `json:"text,omitempty"` // when it goes to no file
}

// Run prints books. Scenarios that fail are told and make exit code 1, for the
// coverage in the document is theirs.
func (c *rulesDoc) Run(r *run) error {
	books, err := c.load(r, c.Paths...)
	if err != nil {
		return err
	}
	var before []loadedBook
	if c.Before != "" {
		if before, err = c.load(r, c.Before); err != nil {
			return err
		}
	}
	info, err := os.Stat(c.Out)
	folder := c.Out != "" && err == nil && info.IsDir()
	if strings.HasSuffix(c.Out, "/") && !folder {
		return usageError{fmt.Errorf("--out: there is no folder %s", c.Out)}
	}
	if len(books) > 1 && !folder && (c.HTML || c.Out != "") {
		return usageError{errors.New("several books make several documents: name a folder in --out, or one book")}
	}
	written := make(map[string]bool)
	for _, b := range books {
		out := c.Out
		if folder {
			out = filepath.Join(c.Out, documentName(b)+c.ending())
		}
		if written[out] && out != "" {
			return usageError{fmt.Errorf("two books would be written to %s; print one after the other", out)}
		}
		written[out] = true
		if err := c.print(r, b, counterpart(b, books, before), out); err != nil {
			return err
		}
	}
	return nil
}

// documentName is the name of the book where that can be one of a file, or else that
// of its first file. A book cannot choose a folder for its document.
func documentName(b loadedBook) string {
	odd := func(r rune) bool { return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if !strings.ContainsFunc(b.Name, odd) {
		return b.Name
	}
	base := filepath.Base(b.Files[0].Path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

func (c *rulesDoc) ending() string {
	if c.HTML {
		return ".html"
	}
	return ".md"
}

// print prints one book to a file, or else to the output.
func (c *rulesDoc) print(r *run, b loadedBook, before rulecmd.Book, out string) error {
	var report *rulestest.Report
	if len(b.Scenarios) > 0 {
		tested, err := b.Test(r.ctx, b.Scenarios, rulecmd.Testing{})
		if err != nil {
			return r.refused(err)
		}
		report = tested.Report
		if report.Failed > 0 {
			r.found()
			_, _ = fmt.Fprintf(r.err, "%s: %s failed\n", b.name(), count(report.Failed, "scenario"))
		}
	}
	d, err := b.Document(rulecmd.Printing{Date: c.Date.Time, Report: report, Before: before})
	if err != nil {
		return findingsError{fmt.Errorf("%s: %w", b.name(), err)}
	}
	write := ruledoc.Markdown
	if c.HTML {
		write = ruledoc.HTML
	}
	var text bytes.Buffer
	if err := write(&text, d); err != nil {
		return err
	}
	told := docJSON{Book: b.Name, Hash: d.Hash, Out: out}
	if out != "" {
		if err := os.WriteFile(out, text.Bytes(), 0o644); err != nil {
			return err
		}
		return r.print(told, fmt.Sprintf("%s: %s", b.name(), out))
	}
	told.Text = text.String()
	return r.print(told, strings.TrimSuffix(told.Text, "\n"))
}

// counterpart finds the book of which a book is the successor: that of its name,
// or the only one where both sides have one; nil when there is none.
func counterpart(b loadedBook, books, others []loadedBook) rulecmd.Book {
	if len(books) == 1 && len(others) == 1 {
		return others[0].Book
	}
	for _, o := range others {
		if o.Name == b.Name {
			return o.Book
		}
	}
	return nil
}
