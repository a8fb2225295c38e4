package sourcing

import (
	"cmp"
	"fmt"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/internal/named"
)

// Bounds of a problem.
const (
	// MaxSites bounds the sites of a problem.
	MaxSites = 1000
	// MaxRank bounds the rank of a site.
	MaxRank = 1_000_000
	// ExactSites is the number of sites for which the default effort is made: forty times what the hardest of about
	// a hundred random problems with 20 sites and 50 lines took. Where whole lines, minima or MaxLines compete, a problem may take more;
	// Plan.Proven says whether the best plan was found.
	ExactSites = 20
	// defaultEffort ends after about a second.
	defaultEffort = 1 << 20
	// maxCost bounds what all lines and all shipments of a problem could cost together.
	maxCost = 1 << 62
)

// Problem asks which sites ship what. It is data alone: Solve asks nobody.
type Problem struct {
	// Lines are what is wanted, 1 to atp.MaxLines.
	Lines []Line
	// Sites are the places that could ship, up to MaxSites.
	Sites []Site
	// MaxShipments bounds the number of shipments. 0: any number; 1: all from one site.
	MaxShipments int
	// Effort bounds the search, in steps of about a microsecond. 0: a million, see ExactSites. When it is spent, the best
	// plan so far is the answer, with the bound that was proven.
	Effort int
	// Explain asks for Plan.Passed and Plan.Others. Others take a search, of a sixteenth of the effort, for each site that
	// could have shipped and does not.
	Explain bool
}

// Line is a quantity of an item that is wanted.
type Line struct {
	// ID names the line. Required and unique.
	ID string
	// Item says what is wanted. Lines of one item share what a site has of it. Required.
	Item string
	// Quantity is in base units, 1 to atp.MaxQuantity.
	Quantity int64
	// Whole keeps the line together: one site ships all of it, or nobody anything.
	Whole bool
	// Pack is the size of a pack of which each site ships whole ones; 0 and 1: single units. What the quantity has beyond
	// whole packs stays unfilled. All lines of an item have the same.
	Pack int64
	// Minimum is the least that a site ships of the line, in base units, rounded up to packs, at most what is wanted.
	Minimum int64
}

// Site is a place that could ship.
type Site struct {
	// ID names the site and settles ties, bytewise. Required and unique.
	ID string
	// Rank is 0 for the sites that are preferred, up to MaxRank. The ranks of all shipments are added up: a plan with the
	// smaller sum is better, whatever it costs.
	Rank int
	// Cost is that of a shipment, whatever is in it; 0 or more, in the smallest unit of a currency that all costs share.
	Cost int64
	// Open says that the site ships anyway: its shipment is not counted, and neither are its rank and its cost.
	Open bool
	// MaxLines bounds the lines that the site ships. 0: any number.
	MaxLines int
	// Offers are what the site has for the lines; none for a line that it cannot serve.
	Offers []Offer
}

// Offer is what a site has for a line.
type Offer struct {
	// Line is its ID.
	Line string
	// Available is in base units, 0 or more. Lines of one item together get at most the greatest of their offers.
	Available int64
	// UnitCost is the cost of a base unit, 0 or more.
	UnitCost int64
}

// Score is how good a plan is, the most important first. Less is better.
type Score struct {
	// Unfilled counts base units.
	Unfilled int64 `json:"unfilled"`
	// Rank is the sum of the ranks of the sites that ship.
	Rank int64 `json:"rank"`
	// Shipments is their number.
	Shipments int `json:"shipments"`
	// Cost is that of all shipments and all units.
	Cost int64 `json:"cost"`
}

// Compare is below 0 where s is better than t, and 0 where they are equally good.
func (s Score) Compare(t Score) int {
	return cmp.Or(cmp.Compare(s.Unfilled, t.Unfilled), cmp.Compare(s.Rank, t.Rank), cmp.Compare(s.Shipments, t.Shipments),
		cmp.Compare(s.Cost, t.Cost))
}

// Plan says which site ships what.
type Plan struct {
	Score Score `json:"score"`
	// Bound is a score that no plan beats. It equals Score where Proven is set: then no plan is better. Else the search
	// ran out of effort.
	Bound  Score `json:"bound"`
	Proven bool  `json:"proven"`
	// Shipments are by site.
	Shipments []Shipment `json:"shipments,omitempty"`
	// Unfilled are the lines that are not shipped in full, by id.
	Unfilled []Unfilled `json:"unfilled,omitempty"`
	// Passed, with Explain, says of every line which sites do not ship it and why, by line and site.
	Passed []Passed `json:"passed,omitempty"`
	// Others, with Explain, says of the sites that could have shipped and do not how good a plan with them could be at
	// best.
	Others []Other `json:"others,omitempty"`
}

// Shipment is what one site ships.
type Shipment struct {
	Site string `json:"site"`
	// Rank and Cost are the site's; Cost is without the units. Both are 0 for a site that ships anyway.
	Rank int   `json:"rank,omitempty"`
	Cost int64 `json:"cost,omitempty"`
	// Parts are by line.
	Parts []Part `json:"parts"`
}

// Part is what a site ships of a line.
type Part struct {
	Line     string `json:"line"`
	Item     string `json:"item"`
	Quantity int64  `json:"quantity"`
	Cost     int64  `json:"cost,omitempty"` // of all units
}

// Unfilled is what is missing of a line.
type Unfilled struct {
	Line     string `json:"line"`
	Quantity int64  `json:"quantity"`
}

// Passed says why a site does not ship a line.
type Passed struct {
	Line string `json:"line"`
	Site string `json:"site"`
	Why  Why    `json:"why"`
	// Available is what the site has for the line.
	Available int64 `json:"available,omitempty"`
}

// Other is a site that could have shipped and does not.
type Other struct {
	Site string `json:"site"`
	// Score is the best that a plan can have in which the site ships, or a bound on it where Proven is not set.
	Score  Score `json:"score"`
	Proven bool  `json:"proven"`
}

// Why says why a site does not ship a line.
type Why uint8

const (
	// NothingThere : the site has nothing for the line.
	NothingThere Why = iota
	// TooLittle : it has less than the whole line, a pack or the minimum.
	TooLittle
	// NoShipment : nothing is shipped from there; see Plan.Others.
	NoShipment
	// NoLineLeft : it ships as many lines as it may.
	NoLineLeft
	// OthersTookIt : what it has goes to other lines of the item.
	OthersTookIt
	// NotNeeded : the others ship all of the line, at no greater cost.
	NotNeeded
	// NotStocked : the site does not know the item.
	NotStocked
	// NotForCustomer : the site serves other accounts alone.
	NotForCustomer
	// NoDropShipment : the site is a vendor, and the line may not be shipped by one.
	NoDropShipment
	// RuledOut : a rule excludes the site.
	RuledOut
	// TooFar : nothing that starts now from there arrives on the wanted day.
	TooFar
)

func whyNames() named.Set {
	return named.Set{In: "sourcing", What: "reason", Names: "nothing-there too-little no-shipment no-line-left others-took-it not-needed not-stocked not-for-customer no-drop-shipment ruled-out too-far"}
}

// String returns a name such as no-shipment.
func (w Why) String() string { return whyNames().Name(uint8(w)) }

// MarshalText writes the name as String does. A value that is none of the constants is an error.
func (w Why) MarshalText() ([]byte, error) { return whyNames().Marshal(uint8(w)) }

// UnmarshalText reads a name that String returns.
func (w *Why) UnmarshalText(text []byte) error { return whyNames().Unmarshal(text, (*uint8)(w)) }

func refuse(op, reason, format string, args ...any) error {
	return &atp.RequestError{Op: op, Field: fmt.Sprintf(format, args...), Reason: reason}
}

func (p *Problem) check() error {
	const op = "source"
	switch {
	case len(p.Lines) == 0 || len(p.Lines) > atp.MaxLines:
		return refuse(op, "has not 1 to MaxLines", "Lines")
	case len(p.Sites) > MaxSites:
		return refuse(op, "has more than MaxSites", "Sites")
	case p.MaxShipments < 0:
		return refuse(op, "is below 0", "MaxShipments")
	case p.Effort < 0:
		return refuse(op, "is below 0", "Effort")
	}
	lines, err := checkLines(op, p.Lines)
	if err != nil {
		return err
	}
	return checkSites(op, p.Sites, lines)
}

// checkLines gives the quantities by id.
func checkLines(op string, list []Line) (map[string]int64, error) {
	lines := make(map[string]int64, len(list))
	packs := make(map[string]int64, len(list))
	for i, l := range list {
		fail := func(field, reason string) (map[string]int64, error) {
			return nil, refuse(op, reason, "Lines[%d].%s", i, field)
		}
		_, twice := lines[l.ID]
		pack, known := packs[l.Item]
		switch {
		case l.ID == "" || twice:
			return fail("ID", "is empty or given twice")
		case l.Item == "":
			return fail("Item", "is empty")
		case l.Quantity <= 0 || l.Quantity > atp.MaxQuantity:
			return fail("Quantity", "is not from 1 to MaxQuantity")
		case l.Pack < 0 || l.Pack > atp.MaxQuantity:
			return fail("Pack", "is not from 0 to MaxQuantity")
		case known && pack != max(l.Pack, 1):
			return fail("Pack", "is not that of the other lines of the item")
		case l.Minimum < 0 || l.Minimum > atp.MaxQuantity:
			return fail("Minimum", "is not from 0 to MaxQuantity")
		}
		lines[l.ID] = l.Quantity
		packs[l.Item] = max(l.Pack, 1)
	}
	return lines, nil
}

func checkSites(op string, list []Site, lines map[string]int64) error {
	seen := make(map[string]bool, len(list))
	offered := make(map[string]int, len(lines)) // the last site that offered for the line, from 1
	dearest := make(map[string]int64, len(lines))
	var cost int64
	for i := range list {
		s := &list[i]
		fail := func(field, reason string) error { return refuse(op, reason, "Sites[%d].%s", i, field) }
		switch {
		case s.ID == "" || seen[s.ID]:
			return fail("ID", "is empty or given twice")
		case s.Rank < 0 || s.Rank > MaxRank:
			return fail("Rank", "is not from 0 to MaxRank")
		case s.MaxLines < 0:
			return fail("MaxLines", "is below 0")
		case s.Cost < 0 || s.Cost > maxCost-cost:
			return fail("Cost", "is below 0 or too high")
		}
		seen[s.ID] = true
		cost += s.Cost
		for j, o := range s.Offers {
			fail := func(field, reason string) error { return refuse(op, reason, "Sites[%d].Offers[%d].%s", i, j, field) }
			_, known := lines[o.Line]
			switch {
			case !known || offered[o.Line] == i+1:
				return fail("Line", "is none of the lines or given twice")
			case o.Available < 0:
				return fail("Available", "is below 0")
			case o.UnitCost < 0:
				return fail("UnitCost", "is below 0")
			}
			offered[o.Line] = i + 1
			dearest[o.Line] = max(dearest[o.Line], o.UnitCost)
		}
	}
	for id, quantity := range lines {
		if unit := dearest[id]; unit > (maxCost-cost)/quantity {
			return refuse(op, "add up to more than 2^62", "costs")
		}
		cost += dearest[id] * quantity
	}
	return nil
}
