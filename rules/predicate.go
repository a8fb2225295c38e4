package rules

import (
	"cmp"
	"time"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// verdict is what a part of a condition says about the facts.
type verdict uint8

const (
	no      verdict = iota
	yes             // holds
	unknown         // cannot be evaluated, see predicate.cause
)

// predicate compares one fact with a constant. It is plain data and needs
// neither the machine nor an allocation; an index can be built from its parts.
type predicate struct {
	field   *field
	test    test
	compare comparison
	negated bool // the verdict is turned round, also for a missing fact
	value   any  // the constant, or the *list of them; for testFacts the other *field
}

// test is the shape of a predicate.
type test uint8

const (
	testConst   test = iota // value is the answer
	testTrue                // a bool fact
	testMissing             // fact == nil
	testOrder               // fact compare value
	testListed              // fact in value
	testHolds               // value in fact, which is a list of strings
	testFacts               // fact compare another fact
)

// predicateOf returns the predicate that a term amounts to, if it does.
func predicateOf(t *term) (predicate, bool) {
	switch t.op {
	case opConst:
		return predicate{test: testConst, value: t.value}, true
	case opField:
		return predicate{field: t.field, test: testTrue}, true
	case opNot:
		p, ok := predicateOf(t.args[0])
		p.negated = !p.negated
		return p, ok
	case opIsNil:
		return predicate{field: t.args[0].field, test: testMissing}, t.args[0].op == opField
	case opApply:
		return comparisonPredicate(t)
	default:
		return predicate{}, false
	}
}

func comparisonPredicate(t *term) (predicate, bool) {
	c := t.apply.compare
	if c == compareNone {
		return predicate{}, false
	}
	left, right := t.args[0], t.args[1]
	switch {
	case left.op == opField && right.isConst() && (c == compareIn || c == compareNotIn):
		return predicate{field: left.field, test: testListed, compare: c, value: right.value}, true
	case left.isConst() && right.op == opField && (c == compareIn || c == compareNotIn):
		return predicate{field: right.field, test: testHolds, compare: c, value: left.value}, true
	case left.op == opField && right.isConst():
		return predicate{field: left.field, test: testOrder, compare: c, value: right.value}, true
	case left.op == opField && right.op == opField && c != compareIn && c != compareNotIn:
		return predicate{field: left.field, test: testFacts, compare: c, value: right.field}, true
	case left.isConst() && right.op == opField && left.kind == right.kind:
		return predicate{field: right.field, test: testOrder, compare: c.flip(), value: left.value}, true
	default:
		return predicate{}, false
	}
}

// eval answers for the facts at base.
func (p *predicate) eval(base pointer) verdict {
	v := p.positive(base)
	if p.negated && v != unknown {
		return truth(v == no)
	}
	return v
}

func truth(b bool) verdict {
	if b {
		return yes
	}
	return no
}

// positive answers before negation. A missing fact satisfies nothing but the
// question whether it is missing.
func (p *predicate) positive(base pointer) verdict {
	if p.test == testConst {
		b, _ := p.value.(bool)
		return truth(b)
	}
	at := p.field.address(base)
	if at == nil || p.test == testMissing {
		return truth(at == nil && p.test == testMissing)
	}
	switch p.test {
	case testTrue:
		return truth(readBool(at))
	case testListed:
		return p.listed(at)
	case testHolds:
		text, _ := p.value.(string)
		return truth(containsText(readStrings(at), text) == (p.compare == compareIn))
	case testFacts:
		return p.facts(base, at)
	default:
		if p.apart(at, p.value) {
			return unknown
		}
		o, err := p.order(at, p.value)
		if err != nil {
			return unknown
		}
		return truth(p.compare.holds(o))
	}
}

// apart reports whether a fact has another currency or unit than the constant.
// order says so too, with an error that takes memory; only cause needs it.
func (p *predicate) apart(at pointer, constant any) bool {
	switch c := constant.(type) {
	case money.Amount:
		a := readAmount(at)
		return a.Currency() != c.Currency() && a != (money.Amount{}) && c != (money.Amount{})
	case quantity.Quantity:
		q := readQuantity(at)
		return q.Unit() != c.Unit() && q != (quantity.Quantity{}) && c != (quantity.Quantity{})
	default:
		return false
	}
}

// facts compares the fact with another.
func (p *predicate) facts(base, at pointer) verdict {
	other, _ := p.value.(*field)
	with := other.address(base)
	if with == nil {
		return no
	}
	var o int
	var err error
	switch {
	case p.field.kind != other.kind: // an int beside a rate or a quantity
		o, err = order(p.field.value(base), other.value(base))
	case p.field.kind == kindInt:
		o = cmp.Compare(p.field.readInt(at), other.readInt(with))
	default:
		o, err = p.alike(at, with)
	}
	if err != nil {
		return unknown
	}
	return truth(p.compare.holds(o))
}

// alike compares two facts of the kind of the first.
func (p *predicate) alike(at, with pointer) (int, error) {
	switch p.field.kind {
	case kindString:
		return compareTexts(readString(at), readString(with), p.compare), nil
	case kindBool:
		return compareBools(readBool(at), readBool(with)), nil
	case kindAmount:
		return readAmount(at).Cmp(readAmount(with))
	case kindRate:
		return readRate(at).Cmp(readRate(with)), nil
	case kindQuantity:
		return readQuantity(at).Cmp(readQuantity(with))
	case kindDate:
		return readDate(at).Compare(readDate(with)), nil
	case kindTime:
		return readTime(at).Compare(readTime(with)), nil
	default:
		return 0, errNotOrdered
	}
}

// listed looks for the fact in the constants.
func (p *predicate) listed(at pointer) verdict {
	l, _ := p.value.(*list)
	var found bool
	switch p.field.kind {
	case kindString:
		found = l.containsText(readString(at))
	case kindInt:
		found = l.containsInt(p.field.readInt(at))
	default:
		uncertain := false
		for _, element := range l.other {
			if p.apart(at, element) {
				uncertain = true
				continue
			}
			o, err := p.order(at, element)
			uncertain = uncertain || err != nil
			found = found || err == nil && o == 0
		}
		if uncertain && !found {
			return unknown
		}
	}
	return truth(found == (p.compare == compareIn))
}

// order compares the fact with a constant, exactly.
func (p *predicate) order(at pointer, constant any) (int, error) {
	switch c := constant.(type) {
	case string:
		return compareTexts(readString(at), c, p.compare), nil
	case bool:
		return compareBools(readBool(at), c), nil
	case money.Amount:
		return readAmount(at).Cmp(c)
	case money.Rate:
		return readRate(at).Cmp(c), nil
	case quantity.Quantity:
		return readQuantity(at).Cmp(c)
	case exact.Dec:
		return bare(readQuantity(at)).Cmp(c), nil
	case calendar.Date:
		return readDate(at).Compare(c), nil
	case time.Time:
		return readTime(at).Compare(c), nil
	case int64:
		n := p.field.readInt(at)
		switch {
		case n < c:
			return -1, nil
		case n > c:
			return 1, nil
		}
		return 0, nil
	default:
		return 0, errNotOrdered
	}
}

// compareTexts orders strings byte by byte; for == and != it need not find out
// which is the lesser.
func compareTexts(a, b string, c comparison) int {
	switch {
	case a == b:
		return 0
	case c == compareEqual || c == compareNotEqual || a > b:
		return 1
	default:
		return -1
	}
}

// cause tells why the predicate could not be evaluated.
func (p *predicate) cause(base pointer) error {
	at := p.field.address(base)
	if at == nil {
		return nil
	}
	if other, ok := p.value.(*field); ok {
		if other.address(base) == nil {
			return nil
		}
		_, err := order(p.field.value(base), other.value(base))
		return err
	}
	if l, ok := p.value.(*list); ok {
		_, err := l.contains(p.field.value(base))
		return err
	}
	_, err := p.order(at, p.value)
	return err
}
