package sourcing

import (
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/internal/named"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Kind says what a node of the network is.
type Kind uint8

const (
	// Warehouse is a place of our own that ships.
	Warehouse Kind = iota
	// Store is one that sells, too.
	Store
	// Vendor ships to the customer on our order: drop shipment. Only lines that say so come from there.
	Vendor
	// Consignee is a customer's place with our goods: consignment. Only the accounts of the node get them.
	Consignee
)

func kindNames() named.Set {
	return named.Set{In: "sourcing", What: "kind of node", Names: "warehouse store vendor consignee"}
}

// String returns warehouse, store, vendor or consignee.
func (k Kind) String() string { return kindNames().Name(uint8(k)) }

// MarshalText writes the kind as String does. A value that is none of the constants is an error.
func (k Kind) MarshalText() ([]byte, error) { return kindNames().Marshal(uint8(k)) }

// UnmarshalText reads a name that String returns.
func (k *Kind) UnmarshalText(text []byte) error { return kindNames().Unmarshal(text, (*uint8)(k)) }

// Node is a site of the stock as a place that ships orders.
type Node struct {
	// Site is its id in the stock, and Calendar the one that the stock has for it. Required; the id is unique.
	Site     string
	Calendar *calendar.Calendar
	Kind     Kind
	// Rank is as in Site; rules change it.
	Rank int
	// MaxLines bounds the lines of an order that the node ships. 0: any number.
	MaxLines int
	// Accounts are the customers who alone get something from there. None: everybody. Required for a Consignee.
	Accounts []string
	// Zone, Country and Tags are for rules.
	Zone, Country string
	Tags          []string
}

// Config configures a Network.
type Config struct {
	// Stock knows what there is. What counts is said by the policy of an item at a site: at a Vendor one whose scope is
	// vendor stock, at a Consignee consignment. Required.
	Stock *atp.Stock
	// Nodes are 1 to MaxSites.
	Nodes []Node
	// Rules are asked of every line and node. Nil: none.
	Rules *LiveRules
	// Effort bounds the search, as in Problem.
	Effort int
	// Attempts is how often Reserve tries when somebody was quicker. 0: three times.
	Attempts int
}

// Network decides which nodes ship an order. It is immutable and safe for many goroutines.
type Network struct {
	stock    *atp.Stock
	nodes    map[string]*Node
	rules    *LiveRules
	effort   int
	attempts int
}

// New checks the configuration. The error joins an *atp.ConfigError for each setting that cannot be used.
func New(cfg Config) (*Network, error) {
	n := &Network{
		stock: cfg.Stock, nodes: make(map[string]*Node, len(cfg.Nodes)), rules: cfg.Rules, effort: cfg.Effort,
		attempts: cfg.Attempts,
	}
	var faults []error
	fault := func(field, reason string) { faults = append(faults, &atp.ConfigError{Field: field, Reason: reason}) }
	if cfg.Stock == nil {
		fault("Stock", "is missing")
	}
	if cfg.Effort < 0 {
		fault("Effort", "is below 0")
	}
	if cfg.Attempts < 0 {
		fault("Attempts", "is below 0")
	}
	if cfg.Attempts == 0 {
		n.attempts = 3
	}
	if len(cfg.Nodes) == 0 || len(cfg.Nodes) > MaxSites {
		fault("Nodes", "are not 1 to MaxSites")
	}
	for i, node := range cfg.Nodes {
		field := func(name string) string { return fmt.Sprintf("Nodes[%d].%s", i, name) }
		if node.Site == "" || n.nodes[node.Site] != nil {
			fault(field("Site"), "is empty or given twice")
		}
		if node.Calendar == nil {
			fault(field("Calendar"), "is missing")
		}
		if node.Kind > Consignee {
			fault(field("Kind"), "is none of the kinds")
		}
		if node.Rank < 0 || node.Rank > MaxRank {
			fault(field("Rank"), "is not from 0 to MaxRank")
		}
		if node.MaxLines < 0 {
			fault(field("MaxLines"), "is below 0")
		}
		if node.Kind == Consignee && len(node.Accounts) == 0 {
			fault(field("Accounts"), "is empty, but a consignee serves nobody else")
		}
		node.Accounts, node.Tags = slices.Clone(node.Accounts), slices.Clone(node.Tags)
		n.nodes[node.Site] = &node
	}
	if faults != nil {
		return nil, errors.Join(faults...)
	}
	return n, nil
}

// Order is what a customer wants.
type Order struct {
	// ID names the order, for rules and the answer.
	ID string
	// Account, Class, CustomerTags, Type, Channel and Value are for rules; Account also opens the nodes of a customer.
	Account      string
	Class        string
	CustomerTags []string
	Type         string
	Channel      string
	Value        *money.Amount
	// Wanted is the day on which the customer wants the goods. No date: as soon as possible, and on time is what goes out
	// first.
	Wanted calendar.Date
	// Placed is the day on which the order was placed, as in atp.Query.
	Placed calendar.Date
	// Lines are 1 to atp.MaxLines.
	Lines []OrderLine
	// Routes are the ways to the customer, one from each node that takes part.
	Routes []Route
	// MaxShipments bounds the sites that ship. 0: any number; 1: all from one site.
	MaxShipments int
	// Together with atp.ShipComplete promises everything for one day, or nothing.
	Together atp.Together
	// Late says what becomes of what is not there on time.
	Late Late
	// Replaces is the key of a reservation of this order that the new one will replace: what it holds counts as free.
	Replaces string
	// Explain asks for LineAnswer.Sites and Answer.Others.
	Explain bool
}

// OrderLine is a line of an order.
type OrderLine struct {
	// ID names the line. Required and unique.
	ID string
	// Item and Quantity, in base units, are what is wanted. Required.
	Item     string
	Quantity int64
	// Wanted is a day of its own; no date: the order's.
	Wanted calendar.Date
	// Whole, Pack and Minimum are as in Line; each delivery of what is late is of whole packs, too.
	Whole         bool
	Pack, Minimum int64
	// Partial says how what is late may be split over time.
	Partial atp.Partial
	// MinLife and SafetyStock are as in atp.Demand.
	MinLife     int
	SafetyStock bool
	// DropShip lets vendors ship the line.
	DropShip bool
	// Weight of a base unit, in the unit that Route.WeightCost is for; 0 or more.
	Weight int64
	// Category and Tags are for rules.
	Category string
	Tags     []string
	// Alternatives are items that the customer takes instead, the first choice first; package substitution finds them.
	// They are asked for what is not there on time of the item itself, which comes first unless it has a place among
	// them.
	Alternatives []Alternative
	// Superseded says that the item itself is not delivered any more, only alternatives are.
	Superseded bool
}

// Alternative is an item that can take the place of another.
type Alternative struct {
	// Item is required, and each is given once.
	Item string
	// Numerator units of it stand for Denominator units of the line's item. Both 0: one for one; else both from 1 to
	// 1,000,000.
	Numerator, Denominator int64
	// Pack is the alternative's own, as in Line.
	Pack int64
	// Reason says why it may, for a person.
	Reason string
}

// Route is the way from a node to the customer.
type Route struct {
	// Site is the node's. Required and unique.
	Site string
	// Lane is as in atp.Demand.
	Lane *atp.Lane
	// Cost is that of a shipment, UnitCost that of a base unit, and WeightCost that of a unit of weight: 0 to MaxCost,
	// in the smallest unit of a currency that the costs of all routes share.
	Cost, UnitCost, WeightCost int64
	// Distance and Load are for rules, in any unit.
	Distance, Load *int64
}

// Late says what becomes of what is not there on time.
type Late uint8

const (
	// Backorder promises it later, from the site that has all of it first; of those equally early one that ships something
	// anyway, then by rank, cost and id.
	Backorder Late = iota
	// LeaveOpen promises nothing beyond the wanted day.
	LeaveOpen
)
