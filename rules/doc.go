// Package rules decides which rules apply to given facts, and can say why.
//
// A host brings a struct of facts and a type of effects; rules are conditions
// over the facts, read from Go values, YAML, JSON or CSV, compiled into an immutable Book
// that any number of goroutines can ask:
//
//	type Line struct {
//		Tier     string
//		Category string
//		Quantity quantity.Quantity
//		Net      money.Amount
//	}
//	schema, err := rules.NewSchema[Line](rules.Config{})
//	book, err := rules.Compile(schema, "discounts", []rules.Rule[Discount]{
//		{ID: "gold-tools", When: `tier == "GOLD" && category == "tools"`, Then: Discount{money.MustRate("5%")}},
//		{ID: "bulk", When: `quantity >= 100`, Then: Discount{money.MustRate("2%")}, Priority: 10},
//		{ID: "large", When: `net >= money("5000.00 USD")`, Then: Discount{money.MustRate("1%")}},
//	})
//	matched, err := book.Match(ctx, &line, at, nil) // bulk, gold-tools
//
// To read rules from a file use [Load] with [YAML], [JSON] or, for a decision
// table, [CSV]; every mistake of the file comes back at once, with its place and a
// caret. To have one answer where several rules match give the group a [HitPolicy]
// and ask [Book.Decide]. To ask why a rule did or did
// not apply use [Book.Explain] and [Book.WhyNot]; to change rules while deciding,
// [Live]; to give conditions a function, [Config]; to read another format,
// [Source].
//
// # Conditions
//
// A condition is an expression of expr-lang/expr over the facts: == != < <= >
// >=, in and not in (a list of constants, a fact that is a list of strings, an
// interval of ints 1..10), && || ! (and, or, not), ?: and ??, contains,
// startsWith, endsWith, matches with a constant pattern, + - * and % where they
// have a meaning. Constants are "text", 10, 2.5, true, nil, money("10.00 USD"),
// qty("2 CA"), rate("5%"), date("2026-01-31") and time("2026-01-31T08:00:00Z").
// The functions are len, lower, upper, trim, abs, currency, unit, weekday and
// those of Config.Functions.
//
// All of it is exact; there is no float between a fact and a decision:
//
//   - 1.0 == 1.00. A number with a decimal point is read from its text.
//   - An amount compares with an amount; a bare number is a load error. A bare
//     number next to a quantity counts in the quantity's own unit: facts hold
//     quantities in the item's base unit. A bare number next to a rate is a rate.
//   - Amounts of different currencies and quantities of different units do not
//     compare: the part of the condition that tries is an error of the rule,
//     unless another part is false, such as currency(net) == "EUR".
//   - Integers that overflow 64 bits are an error, as is % 0. There is no
//     division, no joining of strings, no loop (all, any, filter, ...), no
//     variable, no clock. These are load errors with a hint.
//   - A comparison with a missing fact (a nil pointer, a zero date or time) is
//     false, also !=, not in and their like; arithmetic and functions of it are
//     missing too. == nil asks for it, ?? gives another value.
//
// # Tables and groups
//
// A decision table has a rule in each row and a condition or a part of the effect
// in each column. It compiles to ordinary rules, whose conditions Book.Rules
// shows, so all that holds for rules holds for its rows; [Book.Tables] keeps what
// was written. [CSV] describes the cells, [YAML] the same table as a mapping.
//
// Rules with one Rule.Group make a group. What a table or a source says of it
// ([Group]: title, note, hit policy, outputs) is part of the hash of the book.
// Under first and priority the load sets Rule.Priority: the negative of the row's
// number and of the rank of its outputs. So all policies that take one match take
// the head of what Match returns.
//
// # Answers
//
// Matches come in order of priority, highest first, then by specificity if
// Config.BySpecificity asks for it, then by id, never in the order of loading.
// Nothing is remembered between matches. The decision date is
// an argument; a rule is in force in [From, To). The order in which the parts of
// a condition are asked has no influence: a false part makes it false, and only
// when no part is false does a part that cannot be evaluated make it an error.
package rules
