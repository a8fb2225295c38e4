package trade

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// StorePart is how much of a line of an order is for one store.
type StorePart struct {
	Store    party.Identifier
	Quantity quantity.Quantity
	// Ship and Deliver are when the store wants it; zero: on the day of the line.
	Ship, Deliver calendar.Date
}

// ByStore divides a document by store: a document for each, in the order in which the
// parts of the lines name them, with the lines that the store has a part of. A part of
// nothing is none. whole are the lines that have no parts; without any parts there are
// no documents.
//
// Where the document names a ship-to, goods go there and are marked for the store,
// unless they go to the stores; where it names none the store is the ship-to.
func ByStore(doc *order.Document, parts [][]StorePart, toStores bool) (docs []order.Document, whole []order.Request) {
	at := make(map[party.Identifier]int)
	var last []int // by document, the line that it got a part of last
	for i := range doc.Lines {
		split := false
		for n := 0; i < len(parts) && n < len(parts[i]); n++ {
			p := parts[i][n]
			if p.Quantity.IsZero() {
				continue
			}
			split = true
			place, known := at[p.Store]
			if !known {
				place = len(docs)
				at[p.Store] = place
				docs, last = append(docs, forStore(doc, p.Store, toStores)), append(last, -1)
			}
			addPart(&docs[place], &doc.Lines[i], p, last[place] == i)
			last[place] = i
		}
		if !split {
			whole = append(whole, doc.Lines[i])
		}
	}
	return docs, whole
}

// addPart adds the part of a line; again, if the store was named in it before: it gets
// the sum, on the earlier day.
func addPart(doc *order.Document, l *order.Request, p StorePart, again bool) {
	if again {
		last := &doc.Lines[len(doc.Lines)-1]
		if sum, err := last.Quantity.Add(p.Quantity); err == nil {
			last.Quantity = sum
		}
		last.RequestedShip, last.RequestedDelivery = earlier(last.RequestedShip, p.Ship), earlier(last.RequestedDelivery, p.Deliver)
		return
	}
	of := *l
	of.Quantity = p.Quantity
	if !p.Ship.IsZero() {
		of.RequestedShip = p.Ship
	}
	if !p.Deliver.IsZero() {
		of.RequestedDelivery = p.Deliver
	}
	doc.Lines = append(doc.Lines, of)
}

func earlier(a, b calendar.Date) calendar.Date {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// forStore is the document of a store, without lines.
func forStore(whole *order.Document, store party.Identifier, toStores bool) order.Document {
	doc := *whole
	doc.Store, doc.Lines = store, nil
	p := order.Party{Role: party.ShipTo, Identifiers: []party.Identifier{store}}
	if to, named := whole.Party(party.ShipTo); named && !slices.Contains(to.Identifiers, store) {
		if !toStores {
			p.Role = party.MarkFor
		}
	} else if named {
		return doc
	}
	doc.Parties = slices.DeleteFunc(slices.Clone(doc.Parties), func(q order.Party) bool { return q.Role == p.Role })
	doc.Parties = append(doc.Parties, p)
	return doc
}
