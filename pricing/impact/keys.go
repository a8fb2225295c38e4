package impact

import (
	"slices"

	"github.com/o2ckit/o2c/pricing"
)

// value returns the place of a field in a key; nil where there is no such field.
func value(k *pricing.Key, f pricing.Field) *string {
	switch f {
	case pricing.FieldContract:
		return &k.Contract
	case pricing.FieldAccount:
		return &k.Account
	case pricing.FieldHierarchy:
		return &k.Hierarchy
	case pricing.FieldGroup:
		return &k.Group
	case pricing.FieldPriceList:
		return &k.PriceList
	case pricing.FieldItem:
		return &k.Item
	case pricing.FieldItemHierarchy:
		return &k.ItemHierarchy
	case pricing.FieldCategory:
		return &k.Category
	default:
		return nil
	}
}

// fieldsOf returns the fields that the key has, sorted by name.
func fieldsOf(k pricing.Key) []pricing.Field {
	var out []pricing.Field
	for _, f := range []pricing.Field{
		pricing.FieldContract, pricing.FieldAccount, pricing.FieldHierarchy, pricing.FieldGroup, pricing.FieldPriceList,
		pricing.FieldItem, pricing.FieldItemHierarchy, pricing.FieldCategory,
	} {
		if *value(&k, f) != "" {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

// restrict returns the key with these fields alone.
func restrict(k pricing.Key, fields []pricing.Field) pricing.Key {
	var out pricing.Key
	for _, f := range fields {
		if to := value(&out, f); to != nil {
			*to = *value(&k, f)
		}
	}
	return out
}

// subsets returns every choice of the key's fields that names what is sold, its own
// fields among them. Keys have few fields.
func subsets(k pricing.Key) [][]pricing.Field {
	own := fieldsOf(k)
	var out [][]pricing.Field
	for mask := range 1 << len(own) {
		var chosen []pricing.Field
		for i, f := range own {
			if mask&(1<<i) != 0 {
				chosen = append(chosen, f)
			}
		}
		if slices.ContainsFunc(chosen, func(f pricing.Field) bool {
			return f == pricing.FieldItem || f == pricing.FieldItemHierarchy || f == pricing.FieldCategory
		}) {
			out = append(out, chosen)
		}
	}
	return out
}
