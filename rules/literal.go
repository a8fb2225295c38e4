package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// decimal reads a literal with a decimal point from the text of the condition.
// The parser has made a float of it; that value is never used.
func (c *checker) decimal(n *ast.FloatNode) *term {
	at := n.Location()
	if at.From < 0 || at.To > len(c.text) || at.From >= at.To {
		return c.refuse(at, "", "the number cannot be read")
	}
	text := strings.ReplaceAll(string(c.text[at.From:at.To]), "_", "")
	if strings.ContainsAny(text, "eE") {
		return c.refuse(at, "write the number out", "a number in a condition has no exponent")
	}
	if strings.HasPrefix(text, ".") {
		text = "0" + text
	}
	d, err := exact.Parse(strings.TrimSuffix(text, "."))
	if err != nil {
		return c.refuse(at, "write at most 18 digits", "the number %s cannot be kept exactly", text)
	}
	return constant(d, at)
}

// widen turns an int or number constant into a number.
func widen(v any) any {
	if d, ok := number(v); ok {
		return d
	}
	return v
}

// convert gives a constant number another kind, and refuses anything else that
// does not have the kind already.
func (c *checker) convert(t *term, to kind) *term {
	if t.kind == to {
		return t
	}
	d, isNumber := number(t.value)
	if !t.isConst() || !isNumber {
		return c.refuse(t.at, "", "want %s, this is %s", article(to), article(t.kind))
	}
	switch to {
	case kindNumber:
		return constant(d, t.at)
	case kindInt:
		whole, ok := d.Rescale(0, exact.Down)
		if !ok || whole.Cmp(d) != 0 {
			return c.refuse(t.at, "write a whole number", "%s is not a whole number, and the other side is an int", d)
		}
		return constant(whole.Coef, t.at)
	case kindRate:
		r, err := money.ParseRate(d.String())
		if err != nil {
			return c.refuse(t.at, "", "%v", err)
		}
		return constant(r, t.at)
	case kindAmount:
		return c.refuse(t.at, `write money("`+c.written(t, d)+` USD") in the right currency`, "an amount has a currency, a bare number has none")
	case kindQuantity:
		return c.refuse(t.at, `write qty("`+c.written(t, d)+` EA") in the right unit`, "a quantity has a unit, a bare number has none")
	default:
		return c.refuse(t.at, "write "+to.example(), "want %s, this is a number", article(to))
	}
}

// isWhole reports whether a term is a constant number that can be an int.
func isWhole(t *term) bool {
	d, ok := number(t.value)
	return ok && d.Reduce(0).Scale == 0
}

// written returns a literal number as the condition has it, for hints.
func (c *checker) written(t *term, d exact.Dec) string {
	if t.at.From >= 0 && t.at.From < t.at.To && t.at.To <= len(c.text) {
		text := string(c.text[t.at.From:t.at.To])
		if same, err := exact.Parse(text); err == nil && same.Cmp(d) == 0 {
			return text
		}
	}
	return d.String()
}

func isConstructor(name string) bool { return slices.Contains(constructors(), name) }

// construct folds money("..."), qty("..."), rate("..."), date("...") and
// time("...") into constants, so that a malformed one is a mistake of the load.
func (c *checker) construct(name string, args []ast.Node, at file.Location) *term {
	form := map[string]string{
		"money": kindAmount.example(), "qty": kindQuantity.example(), "rate": kindRate.example(),
		"date": kindDate.example(), "time": kindTime.example(),
	}[name]
	if len(args) != 1 {
		return c.refuse(at, "write "+form, "%s takes one text", name)
	}
	text, ok := args[0].(*ast.StringNode)
	if !ok {
		return c.refuse(leftmost(args[0]), "write "+form, "%s takes a constant text", name)
	}
	v, err := parseConstant(name, text.Value)
	if err != nil {
		return c.refuse(text.Location(), "write "+form, "%v", err)
	}
	return constant(v, at)
}

func parseConstant(constructor, text string) (any, error) {
	switch constructor {
	case "money":
		return money.Parse(text)
	case "qty":
		return quantity.Parse(text)
	case "rate":
		return money.ParseRate(text)
	case "date":
		return calendar.ParseDate(text)
	default:
		return time.Parse(time.RFC3339Nano, text)
	}
}

// article writes a kind with its indefinite article.
func article(k kind) string {
	switch k {
	case kindNil:
		return "nil"
	case kindAmount, kindInt:
		return "an " + k.String()
	default:
		return "a " + k.String()
	}
}
