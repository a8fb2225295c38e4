package cli

import (
	"fmt"
	"strings"
)

type rulesCheck struct{ ruleBooks }

// Run reads books; exit code 1 when any has a mistake.
func (c *rulesCheck) Run(r *run) error {
	books, err := c.load(r, c.Paths...)
	if err != nil {
		return err
	}
	for _, b := range books {
		s := b.Summary()
		if err := r.print(s, fmt.Sprintf("%s: %s, %s, %s, hash %.12s: %s", b.name(), count(s.Rules, "rule"), count(s.Groups, "group"),
			count(s.Tables, "table"), s.Hash, strings.Join(s.Files, ", "))); err != nil {
			return err
		}
	}
	return nil
}
