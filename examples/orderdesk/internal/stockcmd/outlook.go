package stockcmd

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
)

// Outlook shows an item over time. Where the file has one item only, or one site of the
// item, the names may be empty. The error is a *[jsonfile.Error] where there is no such item,
// or more than one.
func (f *File) Outlook(item, site string) (Outlook, error) {
	var found []atp.Ref
	for _, ref := range f.refs {
		if (item == "" || ref.Item() == item) && (site == "" || ref.Site() == site) {
			found = append(found, ref)
		}
	}
	if len(found) != 1 {
		message := "there is no such item"
		if len(found) > 1 {
			names := make([]string, len(found))
			for i, ref := range found {
				names[i] = ref.Item() + " at " + ref.Site()
			}
			message = "there are several, say which: " + strings.Join(names, ", ")
		}
		return Outlook{}, &jsonfile.Error{File: f.Name, Faults: []jsonfile.Fault{{Path: "items", Message: message}}}
	}
	o, err := f.Stock.Outlook(f.Now, found[0])
	if err != nil {
		return Outlook{}, f.refused("", err)
	}
	return Outlook{o}, nil
}

// Outlook is an item at a site over time.
type Outlook struct{ atp.Outlook }

// Text writes the days for a person.
func (o *Outlook) Text() string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s at %s: %d on hand", o.Item, o.Site, o.Opening+o.SafetyStock)
	if o.SafetyStock > 0 {
		fmt.Fprintf(&b, ", %d of it safety stock", o.SafetyStock)
	}
	b.WriteByte('\n')
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "day\tsupply\tdemand\texpired\tbalance\tATP\tdiscrete ATP\t")
	for _, d := range o.Days {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t\n", d.Date, orNothing(d.Receipts), orNothing(d.Claims), orNothing(d.Expired),
			d.Balance, atpText(d.ATP), orNothing(d.Discrete))
	}
	_ = table.Flush() // to memory
	if !o.Endless.IsZero() {
		fmt.Fprintf(&b, "from %s on without end\n", o.Endless)
	}
	for _, c := range o.Claims {
		held := ""
		if !c.Expires.IsZero() {
			held = ", held until " + c.Expires.Format("2006-01-02 15:04 MST")
		}
		fmt.Fprintf(&b, "%s takes %d on %s%s\n", c.Key, c.Quantity, c.Date, held)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func orNothing(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func atpText(n int64) string {
	if n == atp.Unlimited {
		return "without end"
	}
	return strconv.FormatInt(n, 10)
}
