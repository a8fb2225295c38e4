package pricing

import "github.com/o2ckit/o2c/kernel/money"

// groupSet is a set of stacking groups, by their places in the schema.
type groupSet uint64

func (s groupSet) has(group int) bool { return s>>group&1 != 0 }

// exclusions returns for each group those that it does not combine with, as
// either side states it.
func (s *Schema) exclusions() []groupSet {
	sets := make([]groupSet, len(s.Groups))
	for i := range s.Groups {
		for _, name := range s.Groups[i].NotWith {
			if other := s.group(name); other >= 0 && other < maxGroups && i < maxGroups {
				sets[i] |= 1 << other
				sets[other] |= 1 << i
			}
		}
	}
	return sets
}

// groupTable remembers which rule of each group was the first to apply to each
// line, and to the order at all.
type groupTable struct {
	groups int
	taken  []string // the order first, then each line: the ids of rules, by group
}

func (t *groupTable) begin(groups, lines int) {
	t.groups = groups
	if groups > 0 {
		t.taken = append(t.taken[:0], make([]string, groups*(lines+1))...)
	}
}

func (t *groupTable) clear() { clear(t.taken) }

// row returns the rules of each group that have applied to a line; -1: the order.
func (t *groupTable) row(line int) []string {
	return t.taken[(line+1)*t.groups : (line+2)*t.groups]
}

// mark notes that the rule of the group has applied to the line.
func (t *groupTable) mark(group, line int, rule string) {
	for _, row := range [...][]string{t.row(-1), t.row(line)} {
		if row[group] == "" {
			row[group] = rule
		}
	}
}

// barredByGroup tells why the rule's group keeps it from the line, and the rule
// that does.
func (c *calculation) barredByGroup(rule *Rule, i int) (why Why, other string) {
	d := &rule.Then
	if d.Stack == "" {
		return "", ""
	}
	group := c.engine.schema.group(d.Stack)
	g := &c.engine.schema.Groups[group]
	if g.Stacking != "" && g.Stacking != Stack {
		if other = c.tookGroup(group, group, i); other != "" && other != rule.ID {
			if g.Stacking == StackBest {
				return WhyNotBest, other
			}
			return WhyNotFirst, other
		}
	}
	for against := range c.engine.excludes {
		if c.engine.excludes[group].has(against) {
			if other = c.tookGroup(group, against, i); other != "" {
				return WhyExcluded, other
			}
		}
	}
	return "", ""
}

// tookGroup returns the rule of the group against that has applied where a rule
// of group would: to the line, or to the order where one of the two has its
// scope.
func (c *calculation) tookGroup(group, against, i int) string {
	groups := c.engine.schema.Groups
	if groups[group].Scope == ScopeOrder || groups[against].Scope == ScopeOrder {
		i = -1
	}
	return c.groups.row(i)[against]
}

// joinGroup notes that the rule has applied to the line, and closes the line to
// later discounts where the rule stands alone.
func (c *calculation) joinGroup(st *step, i int, rule *Rule) {
	stacking := st.Stacking
	if rule.Then.Stack != "" {
		group := c.engine.schema.group(rule.Then.Stack)
		c.groups.mark(group, i, rule.ID)
		stacking = c.engine.schema.Groups[group].Stacking
	}
	if stacking == StackExclusive && st.Kind == StepDiscount && !st.Statistical {
		c.lines[i].closed = rule.ID
	}
}

// stackingOf returns how the rule stacks in the step, and whether within a group.
func (c *calculation) stackingOf(st *step, rule *Rule) (Stacking, bool) {
	if rule.Then.Stack == "" {
		return st.Stacking, false
	}
	return c.engine.schema.Groups[c.engine.schema.group(rule.Then.Stack)].Stacking, true
}

// lineGroups applies the rules of a step, some of which have stacking groups, to
// one line.
func (c *calculation) lineGroups(st *step, i int, matched []*Rule) error {
	taken := "" // the rule without a group that keeps others without from applying
	decided := make([]bool, len(matched))
	var o offer
	for n, rule := range matched {
		if decided[n] {
			continue
		}
		if closed := c.lines[i].closed; closed != "" && st.Kind == StepDiscount {
			c.skip(st, i, Entry{Why: WhyClosed, Source: rule.ID, Detail: closed})
			continue
		}
		stacking, grouped := c.stackingOf(st, rule)
		if stacking == StackBest {
			if err := c.bestOfPeers(st, i, matched, n, decided); err != nil {
				return err
			}
			continue
		}
		if !grouped && taken != "" {
			c.skip(st, i, Entry{Why: WhyNotFirst, Source: rule.ID, Detail: taken})
			continue
		}
		applied, err := c.applyToLine(st, i, rule, &o)
		if err != nil {
			return err
		}
		if applied && !grouped && (stacking == StackFirst || stacking == StackExclusive) {
			taken = rule.ID
		}
	}
	return nil
}

// bestOfPeers applies the best of the rules from the given one on that stand in
// its group, or like it in none.
func (c *calculation) bestOfPeers(st *step, i int, matched []*Rule, from int, decided []bool) error {
	var peers []*Rule
	for n := from; n < len(matched); n++ {
		if matched[n].Then.Stack == matched[from].Then.Stack {
			peers, decided[n] = append(peers, matched[n]), true
		}
	}
	return c.bestOfLine(st, i, peers)
}

// use notes what a rule with a coupon or a budget takes of it.
func (c *calculation) use(rule *Rule, times int64, amount money.Amount) error {
	d := &rule.Then
	if d.Coupon == "" && d.Budget == "" {
		return nil
	}
	amount = amount.Abs()
	for n := range c.usage {
		if u := &c.usage[n]; u.Rule == rule.ID {
			sum, err := u.Amount.Add(amount)
			u.Times, u.Amount = u.Times+times, sum
			return err
		}
	}
	c.usage = append(c.usage, Usage{Rule: rule.ID, Coupon: d.Coupon, Budget: d.Budget, Times: times, Amount: amount})
	return nil
}
