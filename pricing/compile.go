package pricing

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
)

const (
	defaultDigits = 4
	maxDigits     = 8
)

// step is a Step as the engine uses it.
type step struct {
	*Step
	label    string
	subtotal int      // for a subtotal step its number; for others that of their base, -1: none
	access   []access // of its records
	rules    *RuleBook
	grouped  bool       // a rule names a stacking group
	gross    bool       // some rule's amount is meant gross where prices are net
	floors   *FloorBook // of a margin step
	margin   string     // of a discount step the margin step before it
}

// compile checks the schema and returns its steps and accesses in the form that
// the engine runs.
func (s *Schema) compile(found *faults) ([]step, []access) {
	if s.Rounding > money.Down {
		found.add("rounding", "%s is no rounding mode", s.Rounding)
	}
	switch s.Document {
	case "", RoundLines, RoundTotal:
	default:
		found.add("document", "%q is no document rounding; lines or total", s.Document)
	}
	switch s.Prices {
	case "", NetPrices, GrossPrices:
	default:
		found.add("prices", "%q is no basis of prices; net or gross", s.Prices)
	}
	if s.Digits < 0 || s.Digits > maxDigits {
		found.add("digits", "%d is not within 0 to %d", s.Digits, maxDigits)
	}
	s.checkGroups(found)
	s.checkCurrencies(found)
	if len(s.Access) == 0 {
		found.add("access", "the access sequence is empty")
	}
	return s.compileSteps(found), compileAccess("", s.Access, found)
}

// maxGroups bounds the stacking groups of a schema.
const maxGroups = 64

func (s *Schema) checkGroups(found *faults) {
	if len(s.Groups) > maxGroups {
		found.add("groups", "there are %d; %d is the most", len(s.Groups), maxGroups)
	}
	for i := range s.Groups {
		g, path := &s.Groups[i], fmt.Sprintf("groups[%d]", i)
		if g.Name == "" {
			found.add(path, "it has no name")
		}
		if first := s.group(g.Name); first != i {
			found.add(path, "groups[%d] has the name %s too", first, g.Name)
		}
		switch g.Stacking {
		case "", Stack, StackBest, StackFirst, StackExclusive:
		default:
			found.add(path+".stacking", "%q is no stacking of a group; stack, best, first or exclusive", g.Stacking)
		}
		switch g.Scope {
		case "", ScopeLine, ScopeOrder:
		default:
			found.add(path+".scope", "%q is no scope; line or order", g.Scope)
		}
		for _, other := range g.NotWith {
			switch {
			case other == g.Name:
				found.add(path+".not_with", "a group that does not combine with itself has the stacking first or best")
			case s.group(other) < 0:
				found.add(path+".not_with", "there is no group %s", other)
			}
		}
	}
}

// group returns the place of the group; -1: there is none.
func (s *Schema) group(name string) int {
	return slices.IndexFunc(s.Groups, func(g StackingGroup) bool { return g.Name == name })
}

func (s *Schema) checkCurrencies(found *faults) {
	for i, c := range s.Currencies {
		path := fmt.Sprintf("currencies[%d]", i)
		if !c.IsValid() {
			found.add(path, "%q is no currency", c)
		}
		if slices.Contains(s.Currencies[:i], c) {
			found.add(path, "%s stands twice", c)
		}
	}
	switch {
	case s.Via == 0:
	case !s.Via.IsValid():
		found.add("via", "%q is no currency", s.Via)
	case len(s.Currencies) == 0:
		found.add("via", "there are no currencies to convert from")
	}
}

// compileAccess checks an access sequence, which stands at the path.
func compileAccess(at string, list []Access, found *faults) []access {
	known := keyFields()
	compiled := make([]access, 0, len(list))
	for i, a := range list {
		path := fmt.Sprintf("%saccess[%d]", at, i)
		var set fieldSet
		for _, f := range a.Fields {
			bit := slices.Index(known[:], f)
			switch {
			case bit < 0:
				found.add(path, "%q is no field of a key", f)
			case set.has(bit):
				found.add(path, "the field %s stands twice", f)
			default:
				set |= 1 << bit
			}
		}
		if !set.forLine() {
			found.add(path, "it has neither item nor category nor item-hierarchy")
		}
		if set.len() > maxParts {
			found.add(path, "it combines %d fields; %d is the most", set.len(), maxParts)
		}
		for j, before := range compiled {
			if before.fields == set {
				found.add(path, "%saccess[%d] has the same fields", at, j)
			}
		}
		name := a.Name
		if name == "" {
			name = set.String()
		}
		compiled = append(compiled, access{name: name, fields: set})
	}
	return compiled
}

func (s *Schema) compileSteps(found *faults) []step {
	steps := make([]step, 0, len(s.Steps))
	names := make(map[string]int, len(s.Steps))
	subtotals := make(map[string]int)
	priced, taxed := false, false
	for i := range s.Steps {
		st := &s.Steps[i]
		path := fmt.Sprintf("steps[%d]", i)
		if st.Name == "" {
			found.add(path, "it has no name")
		} else if first, twice := names[st.Name]; twice {
			found.add(path, "steps[%d] has the name %s too", first, st.Name)
		}
		if st.Name == string(StepRounding) {
			found.add(path, "the name %s is that of the document's rounding", st.Name)
		}
		names[st.Name] = i
		if st.Kind == StepPrice && priced {
			found.add(path, "a schema has one price step")
		}
		if st.Kind != StepPrice && !priced {
			found.add(path, "it stands before the price step")
		}
		priced = priced || st.Kind == StepPrice
		st.checkPlace(path, &taxed, found)
		compiled := step{Step: st, label: st.Label, subtotal: -1}
		if compiled.label == "" {
			compiled.label = st.Name
		}
		st.check(path, found)
		compiled.access = st.compileAccess(path, found)
		if name, ok := st.Base.Subtotal(); ok {
			number, known := subtotals[name]
			if !known {
				found.add(path+".base", "no subtotal step before it has the name %s", name)
			}
			compiled.subtotal = number
		}
		if st.Kind == StepSubtotal {
			compiled.subtotal = len(subtotals)
			subtotals[st.Name] = compiled.subtotal
		}
		steps = append(steps, compiled)
	}
	if !priced {
		found.add("steps", "there is no price step")
	}
	checkAfterMargin(steps, found)
	return steps
}

// check reports what is wrong with the step by itself.
func (st *Step) check(path string, found *faults) {
	takesBase, hasScope, stacks := false, false, false
	switch st.Kind {
	case StepPrice, StepSubtotal, StepTax:
	case StepCustomerPrice, StepMargin:
		hasScope = true
	case StepOverride:
		takesBase, hasScope = true, true
	case StepDiscount, StepSurcharge:
		takesBase, hasScope, stacks = true, true, true
	case StepCharge:
		hasScope = true
	default:
		found.add(path+".kind", "%q is no kind of step", st.Kind)
		return
	}
	switch st.Scope {
	case "", ScopeLine:
	case ScopeOrder:
		if !hasScope {
			found.add(path+".scope", "a %s step works on lines", st.Kind)
		}
	default:
		found.add(path+".scope", "%q is no scope; line or order", st.Scope)
	}
	st.checkBase(path, takesBase, found)
	switch st.Stacking {
	case "":
	case Stack, StackBest, StackFirst, StackExclusive:
		if !stacks {
			found.add(path+".stacking", "a %s step has no rules to stack", st.Kind)
		}
	case StackBestCombination:
		if st.Kind != StepDiscount || st.Scope != ScopeOrder {
			found.add(path+".stacking", "%s is for discount steps of order scope", st.Stacking)
		}
	default:
		found.add(path+".stacking", "%q is no stacking; stack, best, first, exclusive or best-combination", st.Stacking)
	}
	switch st.Kind {
	case StepPrice, StepSubtotal, StepCustomerPrice, StepTax, StepMargin:
		if st.Statistical {
			found.add(path+".statistical", "a %s step cannot be statistical", st.Kind)
		}
	default:
	}
	st.Tolerance.check(path+".tolerance", st.Kind == StepCustomerPrice, found)
	st.checkTax(path, found)
	st.checkGuard(path, found)
}

// compileAccess checks what a step that takes its amounts from records must be.
func (st *Step) compileAccess(path string, found *faults) []access {
	if len(st.Access) == 0 {
		return nil
	}
	switch {
	case st.Kind == StepPrice:
		found.add(path+".access", "the access sequence of prices is the schema's")
	case st.Kind != StepDiscount && st.Kind != StepSurcharge:
		found.add(path+".access", "a %s step has no records", st.Kind)
	case st.Scope == ScopeOrder:
		found.add(path+".access", "records are for steps of line scope")
	}
	if st.Stacking != "" {
		found.add(path+".stacking", "a step with records has no rules to stack")
	}
	return compileAccess(path+".", st.Access, found)
}

func (st *Step) checkBase(path string, takesBase bool, found *faults) {
	_, subtotal := st.Base.Subtotal()
	switch {
	case st.Base == "" && takesBase:
		found.add(path+".base", "it must state what percentages are taken of: list, running or subtotal:name")
	case st.Base == "":
	case !takesBase:
		found.add(path+".base", "a %s step takes no percentages", st.Kind)
	case st.Base != BaseList && st.Base != BaseRunning && !subtotal:
		found.add(path+".base", "%q is no base; list, running or subtotal:name", st.Base)
	}
}

func (t *Tolerance) check(path string, wanted bool, found *faults) {
	if !wanted && (!t.Percent.IsZero() || len(t.Amounts) > 0) {
		found.add(path, "only a customer-price step has a tolerance")
	}
	if t.Percent.Sign() < 0 {
		found.add(path, "the share %s is negative", t.Percent)
	}
	for i, a := range t.Amounts {
		if a.Currency() == 0 || a.Sign() < 0 {
			found.add(path, "amount %s is negative or has no currency", a)
		}
		for _, b := range t.Amounts[:i] {
			if a.Currency() == b.Currency() {
				found.add(path, "there are two amounts in %s", a.Currency())
			}
		}
	}
}

// clone copies what the schema shares with the caller, so that nobody can
// change it behind the engine's back.
func (s *Schema) clone() *Schema {
	c := *s
	c.Currencies = slices.Clone(c.Currencies)
	c.Access = cloneAccess(c.Access)
	c.Groups = slices.Clone(c.Groups)
	for i := range c.Groups {
		c.Groups[i].NotWith = slices.Clone(c.Groups[i].NotWith)
	}
	c.Steps = slices.Clone(c.Steps)
	for i := range c.Steps {
		c.Steps[i].Access = cloneAccess(c.Steps[i].Access)
		c.Steps[i].Tolerance.Amounts = slices.Clone(c.Steps[i].Tolerance.Amounts)
	}
	return &c
}

func cloneAccess(list []Access) []Access {
	list = slices.Clone(list)
	for i := range list {
		list[i].Fields = slices.Clone(list[i].Fields)
	}
	return list
}
