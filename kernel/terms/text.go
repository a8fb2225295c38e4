package terms

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

// ParseError says why a text is no term.
type ParseError struct {
	// What names what was expected: payment term, Incoterm, freight term.
	What string
	// Text is what was to be read.
	Text string
	// Reason says what is wrong with it.
	Reason string
}

// Error implements error.
func (e *ParseError) Error() string {
	return fmt.Sprintf("terms: %q is no %s: %s", e.Text, e.What, e.Reason)
}

// InvalidError is returned where a term that was put together by hand does not make sense.
type InvalidError struct {
	// Findings are what [Payment.Validate] says.
	Findings finding.List
}

// Error implements error.
func (e *InvalidError) Error() string {
	return "terms: the payment term is not valid: " + e.Findings.String()
}

// ParsePayment reads a term of payment in the notations of trade, in capital or small letters:
//
//	net 30, n/30, net30                 30 days after the invoice
//	2/10 net 30, 2/10, n/30             2% within 10 days, else 30
//	2% 10 net 30, 3/10 2/20 net 60      the percent sign; several discounts
//	EOM, EOM+15, net 15 EOM, 15 prox    the end of the invoice's month; 15 days after it
//	net 30 day 15                       30 days, then on to the next 15th; day 31 is the end of the month
//	net 2M                              two months
//	net 30 from delivery, net 30 ROG    from the receipt of goods; also order, shipment
//	30% net 0 from order; 70% net 30    instalments
//	due on receipt                      net 0
//	prepaid, CIA, CWO                   before the goods are sent, from the order
//	COD                                 against delivery
//	LC at sight, LC net 90              a letter of credit, from the shipment
//
// "net 30 EOM" is read as 30 days after the end of the month, as "EOM+30". A term is checked as by [Payment.Validate]:
// anything else is a *[ParseError].
func ParsePayment(text string) (Payment, error) {
	fail := func(reason string) (Payment, error) {
		return Payment{}, &ParseError{"payment term", text, reason}
	}
	p, rest := cutMethod(strings.ToLower(strings.TrimSpace(text)))
	if rest != "" {
		from := FromInvoice
		if len(p.Instalments) == 1 {
			from = p.Instalments[0].From
		}
		p.Instalments = nil
		parts := strings.Split(rest, ";")
		for _, part := range parts {
			i, reason := parseInstalment(part, from, len(parts))
			if reason != "" {
				return fail(reason)
			}
			p.Instalments = append(p.Instalments, i)
		}
	}
	for _, f := range p.Validate() {
		if f.Severity == finding.Block {
			return fail(f.Message)
		}
	}
	return p, nil
}

// MustPayment is ParsePayment for literals in tests and examples. It panics where ParsePayment has an error.
func MustPayment(text string) Payment {
	p, err := ParsePayment(text)
	if err != nil {
		panic(err)
	}
	return p
}

// byMethod is the term that a method means when nothing else is said.
func byMethod(m Method) Payment {
	switch m {
	case Prepayment:
		return whole(m, Instalment{From: FromOrder})
	case CashOnDelivery:
		return whole(m, Instalment{From: FromDelivery})
	case LetterOfCredit:
		return whole(m, Instalment{From: FromShipment})
	default:
		return Payment{}
	}
}

// cutMethod takes the words for a method off the front of a term.
func cutMethod(text string) (Payment, string) {
	for _, w := range [...]struct {
		words  string
		method Method
	}{
		{"prepaid", Prepayment}, {"prepayment", Prepayment}, {"payment in advance", Prepayment}, {"cash in advance", Prepayment},
		{"cash with order", Prepayment}, {"cia", Prepayment}, {"cwo", Prepayment},
		{"cod", CashOnDelivery}, {"c.o.d.", CashOnDelivery}, {"cash on delivery", CashOnDelivery},
		{"lc at sight", LetterOfCredit}, {"lc", LetterOfCredit}, {"l/c at sight", LetterOfCredit}, {"l/c", LetterOfCredit},
		{"letter of credit at sight", LetterOfCredit}, {"letter of credit", LetterOfCredit},
	} {
		if rest, ok := strings.CutPrefix(text, w.words); ok && (rest == "" || rest[0] == ' ' || rest[0] == ',') {
			return byMethod(w.method), strings.Trim(rest, " ,")
		}
	}
	for _, words := range [...]string{"due on receipt", "due upon receipt", "on receipt", "upon receipt"} {
		if text == words {
			return Net(0), ""
		}
	}
	return Payment{}, text
}

// String writes the term in the shortest notation that [ParsePayment] reads: "2/10 net 30"; "" for no term.
func (p Payment) String() string {
	if p.IsZero() {
		return ""
	}
	if p.Method != OpenAccount && p.Equal(byMethod(p.Method)) {
		if p.Method == LetterOfCredit {
			return "LC at sight"
		}
		return p.Method.String()
	}
	var b strings.Builder
	if p.Method != OpenAccount {
		b.WriteString(p.Method.String())
		b.WriteByte(' ')
	}
	for n, i := range p.Instalments {
		if n > 0 {
			b.WriteString("; ")
		}
		if i.Share != money.RateFromInt(1) {
			b.WriteString(i.Share.Percent())
			b.WriteByte(' ')
		}
		for _, d := range i.Discounts {
			b.WriteString(strings.TrimSuffix(d.Rate.Percent(), "%"))
			b.WriteByte('/')
			d.Within.write(&b)
			b.WriteByte(' ')
		}
		b.WriteString("net ")
		i.Due.write(&b)
		if i.From != p.Method.from() {
			b.WriteString(" from ")
			b.WriteString(i.From.String())
		}
	}
	return b.String()
}

// from is the day that a method's term counts from where nothing else is said.
func (m Method) from() Event {
	if p := byMethod(m); len(p.Instalments) > 0 {
		return p.Instalments[0].From
	}
	return FromInvoice
}

func (d Due) write(b *strings.Builder) {
	if d.Months > 0 {
		b.WriteString(strconv.Itoa(d.Months))
		b.WriteByte('M')
		if d.Days > 0 {
			b.WriteByte('+')
		}
	}
	if d.Months == 0 || d.Days > 0 {
		b.WriteString(strconv.Itoa(d.Days))
	}
	if d.EndOfMonth {
		b.WriteString(" EOM")
	}
	if d.Day > 0 {
		b.WriteString(" day ")
		b.WriteString(strconv.Itoa(d.Day))
	}
}

// MarshalText implements encoding.TextMarshaler, and so JSON and YAML too, with the form of String. A term that does not
// validate is an *[InvalidError]; no term is the empty text.
func (p Payment) MarshalText() ([]byte, error) {
	if found := p.Validate(); !p.IsZero() && found.Blocks() {
		return nil, &InvalidError{found}
	}
	return []byte(p.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler with the form of ParsePayment; the empty text is no term.
func (p *Payment) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Payment{}
		return nil
	}
	q, err := ParsePayment(string(text))
	if err != nil {
		return err
	}
	*p = q
	return nil
}
