package rules

// tree is a part of a condition that is made of comparisons of facts with
// constants by and, or, not and ?:. It is asked without the machine, from left
// to right as the machine would: what is unknown ends it.
type tree struct {
	op        op // opAnd, opOr, opNot, opChoose; opField for a predicate
	predicate predicate
	args      []tree
}

// treeOf returns the tree that a term amounts to, if it does.
func treeOf(t *term) (tree, bool) {
	if p, ok := predicateOf(t); ok {
		return tree{op: opField, predicate: p}, true
	}
	switch t.op {
	case opAnd, opOr, opNot, opChoose:
	default:
		return tree{}, false
	}
	out := tree{op: t.op, args: make([]tree, len(t.args))}
	for i, a := range t.args {
		var ok bool
		if out.args[i], ok = treeOf(a); !ok || a.kind != kindBool {
			return tree{}, false
		}
	}
	return out, true
}

// eval answers for the facts at base.
func (t *tree) eval(base pointer) verdict {
	v, _ := t.ask(base)
	return v
}

// ask answers, and gives the predicate that is unknown.
func (t *tree) ask(base pointer) (verdict, *predicate) {
	switch t.op {
	case opNot:
		v, p := t.args[0].ask(base)
		if v == unknown {
			return v, p
		}
		return truth(v == no), nil
	case opAnd, opOr:
		v, p := t.args[0].ask(base)
		if v == unknown || (v == no) == (t.op == opAnd) {
			return v, p
		}
		return t.args[1].ask(base)
	case opChoose:
		v, p := t.args[0].ask(base)
		switch v {
		case unknown:
			return v, p
		case yes:
			return t.args[1].ask(base)
		default:
			return t.args[2].ask(base)
		}
	default:
		v := t.predicate.eval(base)
		if v == unknown {
			return v, &t.predicate
		}
		return v, nil
	}
}

// oneOf returns the predicate fact in [...] that equalities of one fact, joined
// by or, amount to. Only strings and ints: their equality is never unknown.
func (t *tree) oneOf() (predicate, bool) {
	var values []any
	var f *field
	var gather func(t *tree) bool
	gather = func(t *tree) bool {
		if t.op == opOr {
			return gather(&t.args[0]) && gather(&t.args[1])
		}
		p := &t.predicate
		if t.op != opField || p.negated || p.field == nil || f != nil && f != p.field ||
			p.field.kind != kindString && p.field.kind != kindInt {
			return false
		}
		f = p.field
		switch {
		case p.test == testOrder && p.compare == compareEqual:
			values = append(values, p.value)
		case p.test == testListed && p.compare == compareIn:
			l, ok := p.value.(*list)
			if !ok {
				return false
			}
			for _, v := range l.values() {
				values = append(values, v.canonical())
			}
		default:
			return false
		}
		return true
	}
	if t.op != opOr || !gather(t) {
		return predicate{}, false
	}
	return predicate{field: f, test: testListed, compare: compareIn, value: newList(f.kind, values)}, true
}
