package terms

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
)

// words reads a term word by word.
type words struct {
	list   []string
	at     int
	reason string // the first thing that was wrong
}

// parseInstalment reads one of so many instalments in small letters. Only a single one may leave its share out. The
// reason is empty where it could be read.
func parseInstalment(text string, from Event, count int) (Instalment, string) {
	w := &words{list: strings.Fields(strings.ReplaceAll(text, ",", " "))}
	i := Instalment{From: from, Share: money.RateFromInt(1)}
	due := false
	if share, ok := w.share(); ok {
		i.Share = share
	} else if count > 1 {
		w.fail("each of several instalments needs its share, such as 30%%")
	}
	for w.reason == "" && w.more() {
		word := w.next()
		switch word {
		case "rog":
			i.From = FromDelivery
		case "from":
			i.From = w.event()
		default:
			if d, ok := w.discount(word); ok {
				i.Discounts = append(i.Discounts, d)
				continue
			}
			if due {
				w.fail("%q says a second time when it is due", word)
			}
			due = true
			i.Due = w.dueFrom(word)
		}
	}
	if !due && w.reason == "" {
		w.fail("nothing says when it is due, such as net 30")
	}
	return i, w.reason
}

func (w *words) more() bool { return w.at < len(w.list) }

// peek is the next word, "" at the end.
func (w *words) peek() string {
	if !w.more() {
		return ""
	}
	return w.list[w.at]
}

func (w *words) next() string {
	word := w.peek()
	if w.more() {
		w.at++
	}
	return word
}

// skip goes over a word if it is next.
func (w *words) skip(word string) bool {
	if w.more() && w.peek() == word {
		w.at++
		return true
	}
	return false
}

func (w *words) fail(format string, args ...any) {
	if w.reason == "" {
		w.reason = fmt.Sprintf(format, args...)
	}
}

// share reads the percentage in front of an instalment. A percentage with a number behind it is a discount: "2% 10".
func (w *words) share() (money.Rate, bool) {
	if !strings.HasSuffix(w.peek(), "%") {
		return money.Rate{}, false
	}
	if w.at+1 < len(w.list) {
		if _, number := counted(w.list[w.at+1]); number {
			return money.Rate{}, false
		}
	}
	rate, err := money.ParseRate(w.next())
	if err != nil {
		w.fail("%v", err)
	}
	return rate, true
}

// discount reads "2/10" and "2% 10", with what may follow a delay.
func (w *words) discount(word string) (Discount, bool) {
	rate, days, slash := strings.Cut(word, "/")
	switch {
	case slash && rate != "n" && rate != "net":
		rate = strings.TrimSuffix(rate, "%")
	case !slash && strings.HasSuffix(word, "%"):
		rate, days = strings.TrimSuffix(word, "%"), w.next()
	default:
		return Discount{}, false
	}
	r, err := money.ParseRate(rate + "%")
	if err != nil {
		w.fail("%q is no percentage", rate)
	}
	d, ok := counted(days)
	if !ok {
		w.fail("%q is no number of days for a discount", days)
	}
	return Discount{r, w.behind(d)}, true
}

// dueFrom reads when an instalment is due, from the first word of it on.
func (w *words) dueFrom(word string) Due {
	if word == "net" || word == "n" {
		if word = w.next(); word == "" {
			w.fail("net of what is missing")
			return Due{}
		}
	}
	for _, prefix := range [...]string{"net", "n/", "n"} {
		if rest, ok := strings.CutPrefix(word, prefix); ok {
			word = rest
			break
		}
	}
	switch d, ok := counted(word); {
	case ok:
		return w.behind(d)
	case word == "day":
		w.at-- // behind reads it
		return w.behind(Due{})
	case strings.HasPrefix(word, "eom"):
		return w.endOfMonth(word)
	}
	w.fail("%q is not understood", word)
	return Due{}
}

// endOfMonth reads eom, eom+15 and eom + 15.
func (w *words) endOfMonth(word string) Due {
	rest := strings.TrimPrefix(word, "eom")
	if rest == "" && w.skip("+") {
		rest = "+" + w.next()
	} else if rest == "" && strings.HasPrefix(w.peek(), "+") {
		rest = w.next()
	}
	d := Due{}
	if rest != "" {
		days, ok := counted(strings.TrimPrefix(rest, "+"))
		if !ok || rest[0] != '+' || days.Months != 0 {
			w.fail("%q is no number of days after the end of the month", rest)
		}
		d = days
	}
	d.EndOfMonth = true
	return w.behind(d)
}

// behind reads what may follow a number of days: days, eom or prox, day 15.
func (w *words) behind(d Due) Due {
	w.skip("days")
	if w.skip("eom") || w.skip("prox") {
		d.EndOfMonth = true
	}
	if w.skip("day") {
		n, err := strconv.Atoi(ordinal(w.next()))
		if err != nil || n < 1 || n > 31 {
			w.fail("behind day comes a day of the month, 1 to 31")
		}
		d.Day = n
	}
	return d
}

func (w *words) event() Event {
	word := w.next()
	for e := FromInvoice; e <= FromDelivery; e++ {
		if e.String() == word {
			return e
		}
	}
	w.fail("from %q: want invoice, order, shipment or delivery", word)
	return FromInvoice
}

// counted reads a number of days, of months (2m), or of both (2m+15).
func counted(word string) (Due, bool) {
	months, days, both := strings.Cut(word, "m+")
	if !both {
		if m, ok := strings.CutSuffix(word, "m"); ok {
			n, fine := natural(m)
			return Due{Months: n}, fine
		}
		n, fine := natural(ordinal(word))
		return Due{Days: n}, fine
	}
	m, fine1 := natural(months)
	n, fine2 := natural(days)
	return Due{Months: m, Days: n}, fine1 && fine2
}

// ordinal takes the ending off 10th, 1st, 2nd and 3rd.
func ordinal(word string) string {
	for _, ending := range [...]string{"th", "st", "nd", "rd"} {
		if number, ok := strings.CutSuffix(word, ending); ok {
			return number
		}
	}
	return word
}

// natural reads digits and nothing else. How large the number may be is for Validate to say.
func natural(word string) (int, bool) {
	if word == "" || len(word) > 6 || strings.Trim(word, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(word)
	return n, err == nil
}
