package pricing

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
)

// discountField is a field of a Discount that only some kinds have.
type discountField struct {
	name  string
	kinds []DiscountKind
	given func(*Discount) bool
}

// discountFields says which kinds have which field.
func discountFields() []discountField {
	priced := []DiscountKind{AmountPerUnit, FixedPrice}
	return []discountField{
		{"rate", []DiscountKind{Percent, BuyGet, Bundle, MixAndMatch, FreeCharge}, func(d *Discount) bool { return !d.Rate.IsZero() }},
		{"amount", []DiscountKind{AmountOff, AmountPerUnit, FixedPrice, BuyGet, Bundle, MixAndMatch}, (*Discount).ownAmount},
		{"gross", []DiscountKind{AmountOff}, func(d *Discount) bool { return d.Gross }},
		{"per", priced, func(d *Discount) bool { return d.Per != 0 }},
		{"unit", priced, func(d *Discount) bool { return d.Unit != 0 }},
		{"tiers", []DiscountKind{Tiered}, func(d *Discount) bool { return len(d.Tiers) > 0 }},
		{"buy", []DiscountKind{BuyGet, MixAndMatch}, func(d *Discount) bool { return d.Buy != nil }},
		{"get", []DiscountKind{BuyGet}, func(d *Discount) bool { return d.Get != nil }},
		{"parts", []DiscountKind{Bundle}, func(d *Discount) bool { return len(d.Parts) > 0 }},
		{"units", []DiscountKind{Percent, AmountPerUnit, FixedPrice}, func(d *Discount) bool { return d.Units.Unit() != 0 }},
		{"pick", []DiscountKind{BuyGet, Percent, AmountPerUnit, FixedPrice}, func(d *Discount) bool { return d.Pick != "" }},
		{"same", []DiscountKind{BuyGet, MixAndMatch}, func(d *Discount) bool { return d.Same }},
		{"limit", []DiscountKind{BuyGet, Bundle, MixAndMatch}, func(d *Discount) bool { return d.Limit != 0 }},
		{"goods", []DiscountKind{FreeGoods}, func(d *Discount) bool { return d.Goods != nil }},
		{"charge", []DiscountKind{FreeCharge}, func(d *Discount) bool { return d.Charge != "" }},
	}
}

// discountKinds lists the kinds.
func discountKinds() []DiscountKind {
	return []DiscountKind{
		Percent, AmountOff, AmountPerUnit, FixedPrice, Tiered, BuyGet, Bundle, MixAndMatch, FreeGoods, FreeCharge,
	}
}

// maxParts of a bundle: what the exact choice of units is made for.
const maxBundleParts = 8

// Validate says what is wrong with the discount; package rules asks when it
// compiles.
func (d *Discount) Validate() error {
	var check checks
	if !slices.Contains(discountKinds(), d.Kind) {
		check.refuse("%q is no kind of discount; %s", d.Kind, list(discountKinds()))
		return check.err()
	}
	for _, f := range discountFields() {
		if f.given(d) && !slices.Contains(f.kinds, d.Kind) {
			check.refuse("%s does not belong to a %s discount", f.name, d.Kind)
		}
	}
	check.notNegative("the rate", d.Rate.Sign(), d.Rate)
	check.notNegative("the amount", d.Amount.Sign(), d.Amount)
	check.notNegative("the minimum", d.Minimum.Sign(), d.Minimum)
	check.notNegative("the minimum quantity", d.MinimumQuantity.Sign(), d.MinimumQuantity)
	check.notNegative("the maximum", d.Maximum.Sign(), d.Maximum)
	if d.Per < 0 {
		check.refuse("an amount cannot be per %d", d.Per)
	}
	if d.Units.Unit() != 0 && d.Units.Sign() <= 0 {
		check.refuse("%s are no units", d.Units)
	}
	if d.Kind != BuyGet && d.Pick != "" && d.Units.Unit() == 0 {
		check.refuse("pick chooses units, and no units are stated")
	}
	if d.Gross && d.Maximum.Currency() != 0 {
		check.refuse("an amount meant gross of tax has no maximum")
	}
	if d.Limit < 0 {
		check.refuse("the limit %d is negative", d.Limit)
	}
	d.checkCurrencies(&check)
	d.checkPick(&check)
	d.checkKind(&check)
	return check.err()
}

// checkCurrencies wants all amounts in one currency: with two the rule would never
// apply, or at some of its tiers alone.
func (d *Discount) checkCurrencies(check *checks) {
	currency := d.currency()
	same := func(what string, a money.Amount) {
		if a.Currency() != 0 && a.Currency() != currency {
			check.refuse("%s is in %s, another amount in %s", what, a.Currency(), currency)
		}
	}
	same("the minimum", d.Minimum)
	same("the maximum", d.Maximum)
	for i := range d.Tiers {
		same(fmt.Sprintf("tiers[%d].from", i), d.Tiers[i].From)
		same(fmt.Sprintf("tiers[%d].amount", i), d.Tiers[i].Amount)
	}
}

// checkKind reports what the kind lacks.
func (d *Discount) checkKind(check *checks) {
	switch d.Kind {
	case Percent:
	case AmountOff, AmountPerUnit, FixedPrice:
		if !d.ownAmount() {
			check.refuse("it has no amount")
		}
	case Tiered:
		d.checkTiers(check)
	case BuyGet:
		d.Buy.check("buy", false, check)
		d.Get.check("get", true, check)
		d.checkReward(check)
		d.checkSame(check)
	case Bundle:
		if len(d.Parts) == 0 || len(d.Parts) > maxBundleParts {
			check.refuse("a bundle has 1 to %d parts, not %d", maxBundleParts, len(d.Parts))
		}
		for i := range d.Parts {
			d.Parts[i].check(fmt.Sprintf("parts[%d]", i), true, check)
			if d.Parts[i].Quantity.Unit() != d.Parts[0].Quantity.Unit() {
				check.refuse("parts[%d] is in %s, parts[0] in %s", i, d.Parts[i].Quantity.Unit(), d.Parts[0].Quantity.Unit())
			}
		}
		d.checkReward(check)
	case MixAndMatch:
		d.Buy.check("buy", false, check)
		d.checkReward(check)
	case FreeGoods:
		d.Goods.check(check)
	case FreeCharge:
		if d.Charge == "" {
			check.refuse("it names no charge step")
		}
		if d.Rate.IsZero() {
			check.refuse("it states no rate; 100%% makes the charge free")
		}
		check.noMoreThanAll(d.Rate)
	}
}

// checkReward wants a share or an amount, not both.
func (d *Discount) checkReward(check *checks) {
	if d.ownAmount() == !d.Rate.IsZero() {
		check.refuse("a %s discount has either a rate or an amount", d.Kind)
	}
	check.noMoreThanAll(d.Rate)
}

func (d *Discount) checkPick(check *checks) {
	switch d.Pick {
	case "", PickCheapest, PickDearest:
	case PickCheapestOfEach:
		if d.Kind != BuyGet {
			check.refuse("%s belongs to a %s discount", PickCheapestOfEach, BuyGet)
		}
		if d.Get != nil && d.Get.Selects() {
			check.refuse("%s needs a reward from the lines that match", PickCheapestOfEach)
		}
	default:
		check.refuse("%q is no pick; %s", d.Pick, list([]Pick{PickCheapest, PickCheapestOfEach, PickDearest}))
	}
}

func (d *Discount) checkSame(check *checks) {
	if d.Buy != nil && d.Get != nil && d.Buy.Quantity.Unit() != d.Get.Quantity.Unit() {
		check.refuse("buy is in %s, get in %s", d.Buy.Quantity.Unit(), d.Get.Quantity.Unit())
	}
	if d.Same && d.Get != nil && d.Get.Selects() {
		check.refuse("a set of one item has no other items to reward")
	}
}

func (d *Discount) checkTiers(check *checks) {
	if len(d.Tiers) == 0 {
		check.refuse("it has no tiers")
		return
	}
	first := &d.Tiers[0]
	byQuantity := first.Quantity.Unit() != 0
	for i := range d.Tiers {
		t, at := &d.Tiers[i], fmt.Sprintf("tiers[%d]", i)
		if (t.Quantity.Unit() != 0) == (t.From.Currency() != 0) {
			check.refuse("%s has either a from or a quantity", at)
			continue
		}
		if t.Amount.Currency() != 0 && !t.Rate.IsZero() {
			check.refuse("%s has either a rate or an amount", at)
		}
		check.notNegative(at+".rate", t.Rate.Sign(), t.Rate)
		check.notNegative(at+".amount", t.Amount.Sign(), t.Amount)
		check.notNegative(at+".from", t.From.Sign(), t.From)
		check.notNegative(at+".quantity", t.Quantity.Sign(), t.Quantity)
		if (t.Quantity.Unit() != 0) != byQuantity || t.Quantity.Unit() != first.Quantity.Unit() || t.From.Currency() != first.From.Currency() {
			check.refuse("%s does not compare with tiers[0]", at)
			continue
		}
		if i > 0 && t.compare(&d.Tiers[i-1]) <= 0 {
			check.refuse("%s does not rise above tiers[%d]", at, i-1)
		}
	}
}

// compare orders the thresholds of two tiers of one unit or currency.
func (t *Tier) compare(u *Tier) int {
	order, _ := t.From.Cmp(u.From)
	if t.Quantity.Unit() != 0 {
		order, _ = t.Quantity.Cmp(u.Quantity)
	}
	return order
}

// check wants a quantity, and nothing to choose lines by where the rule itself
// chooses them.
func (s *Selection) check(name string, mayChoose bool, check *checks) {
	if s == nil {
		check.refuse("it has no %s", name)
		return
	}
	if s.Quantity.Unit() == 0 || s.Quantity.Sign() <= 0 {
		check.refuse("%s has no quantity above zero", name)
	}
	if !mayChoose && s.Selects() {
		check.refuse("the rule's condition says what counts as %s", name)
	}
}

// Selects tells whether the selection names items, categories or tags, rather than
// taking any line.
func (s *Selection) Selects() bool { return len(s.Items)+len(s.Categories)+len(s.Tags) > 0 }

// admits tells whether the selection takes the line.
func (s *Selection) admits(line *Line) bool {
	if !s.Selects() || slices.Contains(s.Items, line.Item) || line.Category != "" && slices.Contains(s.Categories, line.Category) {
		return true
	}
	return slices.ContainsFunc(line.Tags, func(tag string) bool { return slices.Contains(s.Tags, tag) })
}

func (g *Goods) check(check *checks) {
	if g == nil {
		check.refuse("it has no goods")
		return
	}
	if g.Every.Unit() == 0 || g.Every.Sign() <= 0 || g.Free.Unit() == 0 || g.Free.Sign() <= 0 {
		check.refuse("goods state every and free, both above zero")
	} else if g.Every.Unit() != g.Free.Unit() && g.Item == "" {
		check.refuse("every is in %s, free in %s", g.Every.Unit(), g.Free.Unit())
	}
	switch g.Policy {
	case ProRata, PerFullStep, ExactMultipleOnly:
	default:
		check.refuse("%q is no policy of free goods; %s", g.Policy, list([]GoodsPolicy{ProRata, PerFullStep, ExactMultipleOnly}))
	}
	if g.Rounding > money.Down {
		check.refuse("%s is no rounding mode", g.Rounding)
	}
	if !g.Inclusive {
		return
	}
	if g.Item != "" {
		check.refuse("goods that are a part of the ordered quantity are of its item")
	}
	if order, err := g.Free.Cmp(g.Every); err == nil && order > 0 {
		check.refuse("%s of %s cannot be free", g.Free, g.Every)
	}
}

// checks collects what is wrong.
type checks []error

func (c *checks) refuse(format string, args ...any) { *c = append(*c, fmt.Errorf(format, args...)) }

func (c *checks) notNegative(what string, sign int, value fmt.Stringer) {
	if sign < 0 {
		c.refuse("%s %s is negative", what, value)
	}
}

func (c *checks) noMoreThanAll(rate money.Rate) {
	if rate.Cmp(money.MustRate("1")) > 0 {
		c.refuse("the rate %s is more than all", rate.Percent())
	}
}

func (c *checks) err() error { return errors.Join(*c...) }

// list writes names for a person.
func list[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = string(n)
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " or " + texts[last]
}
