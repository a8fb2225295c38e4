package cli

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/rulecmd"
)

type rulesFacts struct {
	Kinds []string `arg:"" optional:"" name:"kind" help:"Kinds of books. By default all."`
}

// Validate refuses a kind that is not known.
func (c *rulesFacts) Validate() error {
	for _, name := range c.Kinds {
		if err := (&ruleKind{name}).Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Run prints what rules can speak about.
func (c *rulesFacts) Run(r *run) error {
	list, err := rulecmd.Vocabularies(rulecmd.Kinds(), c.Kinds)
	if err != nil {
		return err
	}
	for _, v := range list {
		if err := r.print(v, vocabularyText(v)); err != nil {
			return err
		}
	}
	return nil
}

func vocabularyText(v rulecmd.Vocabulary) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s for conditions\n", v.Kind, count(len(v.Facts), "fact"))
	width := 0
	for _, word := range append(v.Facts[:len(v.Facts):len(v.Facts)], v.Effect...) {
		width = max(width, len(word.Name))
	}
	write := func(words []rulecmd.Word) {
		for _, word := range words {
			fmt.Fprintf(&text, "    %-*s  %s", width, word.Name, word.Type)
			if word.Optional {
				text.WriteString(", can be missing")
			}
			text.WriteByte('\n')
		}
	}
	write(v.Facts)
	text.WriteString("  effects, under then\n")
	write(v.Effect)
	return text.String()
}
