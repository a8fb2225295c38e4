package tax

import (
	"fmt"

	"github.com/o2ckit/o2c/internal/yamldoc"
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
// a key that is not known, stands twice or has no value, a value of another kind. What [New]
// checks is not checked here. Anchors, aliases, tags and merges are not admitted.
func ReadYAML(name string, data []byte) (Config, error) {
	var c Config
	var found faults
	for _, f := range yamldoc.Decode(data, &c) {
		place := name
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", name, f.Line, f.Column)
		}
		reason := f.Reason
		if f.Path != "" {
			reason = f.Path + ": " + reason
		}
		found.add(place, "%s", reason)
	}
	return c, found.err()
}

// LoadYAML reads a table and checks it: [ReadYAML] and [New].
func LoadYAML(name string, data []byte) (*Table, error) {
	c, err := ReadYAML(name, data)
	if err != nil {
		return nil, err
	}
	return New(c)
}
