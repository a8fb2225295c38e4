package credit_test

import (
	"slices"

	"github.com/o2ckit/o2c/credit"
)

// model knows the documents and nothing else; it answers every question by going over all of them. Money is in cents.
type model struct {
	accounts map[string]credit.Account
	docs     []doc // in the order in which they happened
}

// doc is a document with what it does, by account and currency.
type doc struct {
	account, currency string
	kind              string // commit, deliver, cancel, invoice, pay, post, items
	key, order        string
	cents             int64 // commit: the whole order
	day               int   // commit: planned day; deliver, cancel: the day named
	split             int64 // commit: how much of it is planned for the day
	part              credit.Part
	due               int
	applied           map[string]int64
	items             []modelItem
	release           bool // commit: by approval
}

type modelItem struct {
	key  string
	due  int
	open int64
}

const noDay = -1 << 20

// convert rounds half up, once.
func convert(cents int64, from, to string) int64 {
	if from == to {
		return cents
	}
	rate := map[string]int64{"EUR>USD": 10837, "USD>EUR": 9231}[from+">"+to]
	n := cents * rate
	if n < 0 {
		return -((-n + 5000) / 10000)
	}
	return (n + 5000) / 10000
}

// openOf gives what an order has open by day, what it is worth, and what was shipped, from its documents.
func (m *model) openOf(order string) (open map[int]int64, worth, shipped int64) {
	open = map[int]int64{}
	for _, d := range m.docs {
		if d.order != order {
			continue
		}
		switch d.kind {
		case "commit":
			open, worth = map[int]int64{}, d.cents
			left := max(d.cents-shipped, 0)
			planned := min(d.split, left)
			open[d.day] += planned
			open[noDay] += left - planned
		case "deliver", "cancel":
			rest := d.cents
			days := []int{d.day}
			for day := range open {
				if day != d.day {
					days = append(days, day)
				}
			}
			from := 1
			if d.day == noDay {
				from = 0
			}
			slices.Sort(days[from:])
			for _, day := range days {
				t := min(rest, open[day])
				open[day] -= t
				rest -= t
			}
			if d.kind == "deliver" {
				shipped += d.cents
			} else {
				worth -= d.cents
			}
		}
	}
	return open, worth, shipped
}

// within reports whether an account is below another one or it.
func (m *model) within(id, above string) bool {
	for ; id != ""; id = m.accounts[id].Parent {
		if id == above {
			return true
		}
	}
	return false
}

// itemsOf gives the open items of an account and what it has unapplied, by currency.
func (m *model) itemsOf(account string) (items []modelItem, currencies map[string]string, unapplied map[string]int64) {
	unapplied, currencies = map[string]int64{}, map[string]string{}
	for _, d := range m.docs {
		if d.account != account {
			continue
		}
		switch d.kind {
		case "invoice":
			items = append(items, modelItem{d.key, d.due, d.cents})
			currencies[d.key] = d.currency
		case "pay":
			unapplied[d.currency] += d.cents
			for i := range items {
				if n, ok := d.applied[items[i].key]; ok {
					items[i].open -= n
					unapplied[d.currency] -= n
				}
			}
		case "items":
			items, unapplied = slices.Clone(d.items), map[string]int64{d.currency: d.cents}
			for _, it := range items {
				currencies[it.key] = d.currency
			}
		}
	}
	return items, currencies, unapplied
}

// sums adds up the parts of an account and all below it by currency.
func (m *model) sums(id string, today int) (parts map[string]*[6]int64, beyond map[string]int64) {
	parts, beyond = map[string]*[6]int64{}, map[string]int64{}
	in := func(c string) *[6]int64 {
		if parts[c] == nil {
			parts[c] = new([6]int64)
		}
		return parts[c]
	}
	seen := map[string]bool{}
	for _, d := range m.docs {
		if !m.within(d.account, id) {
			continue
		}
		switch d.kind {
		case "deliver":
			in(d.currency)[credit.Deliveries] += d.cents
		case "invoice":
			if d.order != "" {
				in(d.currency)[credit.Deliveries] -= d.split
			}
		case "post":
			in(d.currency)[d.part] += d.cents
		}
		if d.order == "" || d.kind == "invoice" || seen[d.order] {
			continue
		}
		seen[d.order] = true
		open, _, _ := m.openOf(d.order)
		for day, cents := range open {
			if h := m.accounts[id].HorizonDays; h != nil && day > today+*h {
				beyond[d.currency] += cents
			} else {
				in(d.currency)[credit.Orders] += cents
			}
		}
	}
	for account := range m.accounts {
		if !m.within(account, id) {
			continue
		}
		items, currencies, unapplied := m.itemsOf(account)
		for _, it := range items {
			in(currencies[it.key])[credit.Receivables] += it.open
		}
		for c, cents := range unapplied {
			in(c)[credit.Unapplied] += cents
		}
	}
	return parts, beyond
}

// exposure gives the parts and the total of an account in its own currency.
func (m *model) exposure(id string, today int) (parts [6]int64, cover, total int64) {
	own := m.accounts[id].Currency.Code()
	sums, _ := m.sums(id, today)
	for c, p := range sums {
		for i := range p {
			parts[i] += convert(p[i], c, own)
		}
	}
	cover = m.cover(id)
	total = parts[0] + parts[1] + parts[2] + parts[3] - parts[4] - parts[5] - cover
	return parts, cover, total
}

func (m *model) cover(id string) int64 {
	own := m.accounts[id].Currency.Code()
	var sum, insurable int64
	if c := m.accounts[id].Cover; c != nil {
		sum, _ = c.Amount.Minor()
	}
	for child, a := range m.accounts {
		if a.Parent == id {
			sum += convert(m.cover(child), a.Currency.Code(), own)
		}
	}
	parts, _ := m.sums(id, 0)
	for c, p := range parts {
		insurable += convert(p[0], c, own) + convert(p[1], c, own)
	}
	return max(min(sum, insurable), 0)
}
