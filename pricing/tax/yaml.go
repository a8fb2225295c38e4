package tax

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
)

// ReadYAML reads a table's configuration from YAML (or JSON, which is YAML). The
// name stands in errors; a file's path serves well.
//
//	rates:
//	  - {id: DE-19, name: VAT, place: DE, rate: 19%, from: 2021-01-01}
//	  - {id: DE-7, name: VAT, place: DE, category: books, rate: 7%}
//	  - {id: QC, name: QST, place: CA-QC, rate: 9.975%, order: 2}
//	  - id: kings
//	    name: county
//	    place: {country: US, region: NY, county: Kings, postal_code: 112*}
//	    rate: 4.5%
//	reliefs:
//	  - {id: intra, name: VAT, code: K, from: [DE], to: [AT, FR], tax_id: true, reason: Article 138}
//	freight:
//	  - {place: DE, policy: as-goods}
//
// The keys are the fields of [Rate], [Relief] and [FreightRule] by their JSON
// names. A place is a country, a country and a region with a hyphen, or a mapping
// of its fields. Rates are exact: 0.19 and 19% are the same.
//
// The error is a *[LoadError] with every mistake, each with its line and column:
// a key that is not known or stands twice, a value of another kind. What [New]
// checks is not checked here. Anchors, aliases, tags and merges are not admitted.
func ReadYAML(name string, data []byte) (Config, error) {
	y := reader{name: name}
	var c Config
	if root := y.parse(data); root != nil {
		y.mapping(root, "the file", map[string]func(ast.Node){
			"rates": func(n ast.Node) {
				y.list(n, "rates", func(n ast.Node) { c.Rates = append(c.Rates, y.rate(n)) })
			},
			"reliefs": func(n ast.Node) {
				y.list(n, "reliefs", func(n ast.Node) { c.Reliefs = append(c.Reliefs, y.relief(n)) })
			},
			"freight": func(n ast.Node) {
				y.list(n, "freight", func(n ast.Node) { c.Freight = append(c.Freight, y.freight(n)) })
			},
		})
	}
	return c, y.found.err()
}

// LoadYAML reads a table and checks it: [ReadYAML] and [New].
func LoadYAML(name string, data []byte) (*Table, error) {
	c, err := ReadYAML(name, data)
	if err != nil {
		return nil, err
	}
	return New(c)
}

func (y *reader) rate(n ast.Node) (r Rate) {
	y.mapping(n, "a rate", map[string]func(ast.Node){
		"id":           func(n ast.Node) { r.ID = y.text(n) },
		"name":         func(n ast.Node) { r.Name = y.text(n) },
		"place":        func(n ast.Node) { r.Place = y.place(n) },
		"jurisdiction": func(n ast.Node) { r.Jurisdiction = y.text(n) },
		"category":     func(n ast.Node) { r.Category = y.text(n) },
		"code":         func(n ast.Node) { r.Code = Code(y.text(n)) },
		"rate":         func(n ast.Node) { y.unmarshal(n, &r.Rate) },
		"compound":     func(n ast.Node) { r.Compound = y.bool(n) },
		"order":        func(n ast.Node) { r.Order = y.int(n) },
		"reason":       func(n ast.Node) { r.Reason = y.text(n) },
		"from":         func(n ast.Node) { y.unmarshal(n, &r.From) },
		"to":           func(n ast.Node) { y.unmarshal(n, &r.To) },
	})
	return r
}

func (y *reader) relief(n ast.Node) (r Relief) {
	places := func(to *[]Place, what string) func(ast.Node) {
		return func(n ast.Node) {
			y.list(n, what, func(n ast.Node) { *to = append(*to, y.place(n)) })
		}
	}
	y.mapping(n, "a relief", map[string]func(ast.Node){
		"id":     func(n ast.Node) { r.ID = y.text(n) },
		"name":   func(n ast.Node) { r.Name = y.text(n) },
		"code":   func(n ast.Node) { r.Code = Code(y.text(n)) },
		"reason": func(n ast.Node) { r.Reason = y.text(n) },
		"from":   places(&r.From, "from"),
		"to":     places(&r.To, "to"),
		"not_to": places(&r.NotTo, "not_to"),
		"abroad": func(n ast.Node) { r.Abroad = y.bool(n) },
		"tax_id": func(n ast.Node) { r.TaxID = y.bool(n) },
		"categories": func(n ast.Node) {
			y.list(n, "categories", func(n ast.Node) { r.Categories = append(r.Categories, y.text(n)) })
		},
		"valid_from": func(n ast.Node) { y.unmarshal(n, &r.ValidFrom) },
		"valid_to":   func(n ast.Node) { y.unmarshal(n, &r.ValidTo) },
	})
	return r
}

func (y *reader) freight(n ast.Node) (r FreightRule) {
	y.mapping(n, "a freight rule", map[string]func(ast.Node){
		"place":  func(n ast.Node) { r.Place = y.place(n) },
		"policy": func(n ast.Node) { r.Policy = FreightPolicy(y.text(n)) },
		"reason": func(n ast.Node) { r.Reason = y.text(n) },
	})
	return r
}

// place reads a country, a country with a region, or a mapping.
func (y *reader) place(n ast.Node) (p Place) {
	if _, scalar := n.(ast.ScalarNode); scalar {
		text := y.text(n)
		if len(text) > 2 && text[2] == '-' {
			return Place{Country: text[:2], Region: text[3:]}
		}
		if len(text) != 2 {
			y.refuse(n, fmt.Sprintf("%q is no place; write a country, US-NY, or the fields of a place", text))
		}
		return Place{Country: text}
	}
	y.mapping(n, "a place", map[string]func(ast.Node){
		"country":     func(n ast.Node) { p.Country = y.text(n) },
		"region":      func(n ast.Node) { p.Region = y.text(n) },
		"county":      func(n ast.Node) { p.County = y.text(n) },
		"locality":    func(n ast.Node) { p.Locality = y.text(n) },
		"postal_code": func(n ast.Node) { p.PostalCode = y.text(n) },
	})
	return p
}
