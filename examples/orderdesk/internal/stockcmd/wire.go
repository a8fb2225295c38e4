package stockcmd

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// wire is a file as it is written.
type wire struct {
	Now          time.Time     `json:"now"`
	Calendars    []namedDays   `json:"calendars"`
	Lanes        []lane        `json:"lanes"`
	Sites        []site        `json:"sites"`
	Items        []item        `json:"items"`
	Reservations []reservation `json:"reservations"`
	Quotas       []quota       `json:"quotas"`

	Demands           []demand                `json:"demands"`
	ShipComplete      bool                    `json:"ship_complete"`
	Relations         []substitution.Relation `json:"relations"`
	SubstitutionRules json.RawMessage         `json:"substitution_rules"`

	Claims []claim         `json:"claims"`
	Divide *divide         `json:"divide"`
	Rules  json.RawMessage `json:"rules"`

	Order         *order          `json:"order"`
	SourcingRules json.RawMessage `json:"sourcing_rules"`

	Backorders     []backorderLine `json:"backorders"`
	Apart          bool            `json:"apart"`
	BackorderRules json.RawMessage `json:"backorder_rules"`
}

// days says on which days somebody works.
type days struct {
	Zone     string              `json:"zone"` // UTC where it is not stated
	Week     []weekday           `json:"week"` // Monday to Friday where it is not stated
	Hours    []calendar.Interval `json:"hours"`
	Cutoff   calendar.Clock      `json:"cutoff"`
	Weekdays []weekdayHours      `json:"weekdays"` // with hours or a cut-off of their own
	Special  []dateHours         `json:"special"`  // working days whatever the week says
	Holidays []calendar.Date     `json:"holidays"`
	Easter   []int               `json:"easter"` // holidays by their days from Easter Sunday
	From     calendar.Date       `json:"from"`
	To       calendar.Date       `json:"to"`
}

type weekdayHours struct {
	Day    weekday             `json:"day"`
	Hours  []calendar.Interval `json:"hours"`
	Cutoff calendar.Clock      `json:"cutoff"`
}

type dateHours struct {
	Date   calendar.Date       `json:"date"`
	Hours  []calendar.Interval `json:"hours"`
	Cutoff calendar.Clock      `json:"cutoff"`
}

// namedDays is a calendar that lanes name.
type namedDays struct {
	Name string `json:"name"`
	days
}

// lane is an atp.Lane that demands and routes name.
type lane struct {
	Name        string `json:"name"`
	Processing  *int   `json:"processing"` // the site's where it is not stated
	Pickup      string `json:"pickup"`     // calendars, by name
	Transit     int    `json:"transit"`
	TransitDays string `json:"transit_days"`
	Delivery    string `json:"delivery"`
}

// site is an atp.Site, and a sourcing.Node.
type site struct {
	ID string `json:"id"`
	days
	Processing int           `json:"processing"` // of lanes that do not say
	Kind       sourcing.Kind `json:"kind"`
	Rank       int           `json:"rank"`
	MaxLines   int           `json:"max_lines"`
	Accounts   []string      `json:"accounts"`
	Region     string        `json:"region"` // the site.zone of rules
	Country    string        `json:"country"`
	Tags       []string      `json:"tags"`
}

// item is an item at a site with its supply.
type item struct {
	Item        string     `json:"item"`
	Site        string     `json:"site"`
	SafetyStock int64      `json:"safety_stock"`
	Policy      atp.Policy `json:"policy"`
	OnHand      []onHand   `json:"on_hand"`
	Receipts    []receipt  `json:"receipts"`
}

type onHand struct {
	Quantity int64          `json:"quantity"`
	Status   atp.SupplyType `json:"status"`
	Lot      string         `json:"lot"`
	Expires  calendar.Date  `json:"expires"`
}

type receipt struct {
	Document string          `json:"document"`
	Type     *atp.SupplyType `json:"type"` // a purchase order where it is not stated
	Due      calendar.Date   `json:"due"`
	Quantity int64           `json:"quantity"`
	Expires  calendar.Date   `json:"expires"`
	// Reliability is a lag in days and a haircut in thousandths.
	Reliability atp.Reliability `json:"reliability"`
}

// reservation is what was promised before.
type reservation struct {
	Key         string         `json:"key"`
	Expires     time.Time      `json:"expires"` // a hold; none: committed
	Scope       atp.Scope      `json:"scope"`
	SafetyStock bool           `json:"safety_stock"`
	Lines       []reservedLine `json:"lines"`
}

type reservedLine struct {
	Item        string        `json:"item"`
	Site        string        `json:"site"`
	Date        calendar.Date `json:"date"`
	Quantity    int64         `json:"quantity"`
	GoodThrough calendar.Date `json:"good_through"`
	Lot         string        `json:"lot"`
}

type quota struct {
	ID       string        `json:"id"`
	Site     string        `json:"site"`
	Earlier  number        `json:"earlier"`
	Later    number        `json:"later"`
	Fallback []string      `json:"fallback"`
	Day      atp.QuotaDay  `json:"day"`
	Open     bool          `json:"open"`
	Periods  []quotaPeriod `json:"periods"`
}

// quotaPeriod is a period with what was taken of it before.
type quotaPeriod struct {
	From     calendar.Date `json:"from"`
	To       calendar.Date `json:"to"`
	Quantity int64         `json:"quantity"`
	Opens    calendar.Date `json:"opens"`
	Taken    int64         `json:"taken"`
}

// demand is an atp.Demand, or with Substitutes a substitution.Demand.
type demand struct {
	ID          string        `json:"id"`
	Item        string        `json:"item"`
	Site        string        `json:"site"`
	Quantity    int64         `json:"quantity"`
	Wanted      calendar.Date `json:"wanted"`
	Lane        string        `json:"lane"`
	Partial     partial       `json:"partial"`
	Quotas      []quotaUse    `json:"quotas"`
	Replaces    string        `json:"replaces"`
	Scope       atp.Scope     `json:"scope"`
	SafetyStock bool          `json:"safety_stock"`
	MinLife     int           `json:"min_life"`
	SingleLot   bool          `json:"single_lot"`
	Lot         string        `json:"lot"`
	Pack        int64         `json:"pack"`
	Kit         []component   `json:"kit"`
	Stocked     bool          `json:"stocked"`
	Placed      calendar.Date `json:"placed"`
	Substitutes *substitutes  `json:"substitutes"`
}

// component is what a kit takes.
type component struct {
	Item string `json:"item"`
	Per  int64  `json:"per"`
}

type partial struct {
	AtMost  number `json:"at_most"`
	Minimum int64  `json:"minimum"`
}

type quotaUse struct {
	Quota  string `json:"quota"`
	Site   string `json:"site"` // the demand's where it is not stated
	Factor int64  `json:"factor"`
}

// substitutes lets other items take the place of the one that is wanted.
type substitutes struct {
	OneItem  bool `json:"one_item"`
	Patience int  `json:"patience"`
	profile
}

// profile is what rules may know.
type profile struct {
	Account      string        `json:"account"`
	Class        string        `json:"class"`
	CustomerTags []string      `json:"customer_tags"`
	Order        string        `json:"order"`
	Type         string        `json:"type"`
	Channel      string        `json:"channel"`
	Value        *money.Amount `json:"value"`
	Category     string        `json:"category"`
	Tags         []string      `json:"tags"`
}

// claim is an atp.Candidate.
type claim struct {
	demand
	profile
	Priority int           `json:"priority"`
	Ordered  calendar.Date `json:"ordered"`
	Minimum  int64         `json:"minimum"` // guaranteed, of a fair share
}

// divide asks for fair shares of the claims.
type divide struct {
	Date        calendar.Date `json:"date"`
	Pack        int64         `json:"pack"`
	Scope       atp.Scope     `json:"scope"`
	SafetyStock bool          `json:"safety_stock"`
}

// order is a sourcing.Order.
type order struct {
	ID           string        `json:"id"`
	Account      string        `json:"account"`
	Class        string        `json:"class"`
	CustomerTags []string      `json:"customer_tags"`
	Type         string        `json:"type"`
	Channel      string        `json:"channel"`
	Value        *money.Amount `json:"value"`
	Wanted       calendar.Date `json:"wanted"`
	Lines        []orderLine   `json:"lines"`
	Routes       []route       `json:"routes"` // from every site, at no cost, where none are stated
	MaxShipments int           `json:"max_shipments"`
	ShipComplete bool          `json:"ship_complete"`
	LeaveOpen    bool          `json:"leave_open"`
	Replaces     string        `json:"replaces"`
}

type orderLine struct {
	ID           string        `json:"id"`
	Item         string        `json:"item"`
	Quantity     int64         `json:"quantity"`
	Wanted       calendar.Date `json:"wanted"`
	Whole        bool          `json:"whole"`
	Pack         int64         `json:"pack"`
	Minimum      int64         `json:"minimum"`
	Partial      partial       `json:"partial"`
	DropShip     bool          `json:"drop_ship"`
	Weight       int64         `json:"weight"`
	Category     string        `json:"category"`
	Tags         []string      `json:"tags"`
	Alternatives []alternative `json:"alternatives"`
	Superseded   bool          `json:"superseded"`
}

type alternative struct {
	Item        string `json:"item"`
	Numerator   int64  `json:"numerator"`
	Denominator int64  `json:"denominator"`
	Pack        int64  `json:"pack"`
	Reason      string `json:"reason"`
}

type route struct {
	Site       string `json:"site"`
	Lane       string `json:"lane"`
	Cost       int64  `json:"cost"`
	UnitCost   int64  `json:"unit_cost"`
	WeightCost int64  `json:"weight_cost"`
	Distance   *int64 `json:"distance"`
	Load       *int64 `json:"load"`
}

// backorderLine is a backorder.Line with what it has confirmed.
type backorderLine struct {
	ID           string             `json:"id"`
	Key          string             `json:"key"` // a reservation; its own by the id where it is not stated
	Item         string             `json:"item"`
	Site         string             `json:"site"`
	Quantity     int64              `json:"quantity"`
	Wanted       calendar.Date      `json:"wanted"`
	Confirmed    []confirmed        `json:"confirmed"`
	Strategy     backorder.Strategy `json:"strategy"`
	Priority     int                `json:"priority"`
	Ordered      calendar.Date      `json:"ordered"`
	Partial      partial            `json:"partial"`
	Pack         int64              `json:"pack"`
	ShipComplete string             `json:"ship_complete"`
	Scope        atp.Scope          `json:"scope"`
	SafetyStock  bool               `json:"safety_stock"`
	profile
}

type confirmed struct {
	Date     calendar.Date `json:"date"`
	Quantity int64         `json:"quantity"`
}

// number is a number of things; "any" stands for any number.
type number int

// UnmarshalJSON reads 2 or "any".
func (n *number) UnmarshalJSON(text []byte) error {
	if string(text) == `"any"` {
		*n = atp.AnyNumber
		return nil
	}
	i, err := strconv.Atoi(string(text))
	if err != nil {
		return fmt.Errorf(`a whole number or "any" is expected, not %s`, text)
	}
	*n = number(i)
	return nil
}

// weekday is a day of the week.
type weekday time.Weekday

// UnmarshalText reads monday, or Monday.
func (d *weekday) UnmarshalText(text []byte) error {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(day.String(), string(text)) {
			*d = weekday(day)
			return nil
		}
	}
	return fmt.Errorf("%q is no day of the week", text)
}
