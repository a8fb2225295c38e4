package shop

import (
	"context"
	"errors"

	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
)

// SamplePartners are those that send the sample interchanges: four customers
// with delimiters, versions and qualifiers of their own.
func SamplePartners() []partner.Profile {
	with := func(name, account, qualifier, id string, more func(*partner.X12)) partner.Profile {
		section := &partner.X12{
			Qualifier: qualifier, ID: id, OurQualifier: "ZZ", OurID: "MERIDIAN", Version: "004010", Usage: "T", LineBreak: "\n",
		}
		if more != nil {
			more(section)
		}
		return partner.Profile{
			Name: name, Account: account, X12: section, Options: mapping.Options{Currency: money.USD, Country: party.UnitedStates},
		}
	}
	return []partner.Profile{
		with("bigbox", "C-100", "01", "123456789", nil),
		with("grocer", "C-200", "08", "9251230000", func(s *partner.X12) {
			s.Version, s.GroupID = "005010", "GVGROCERS"
			s.Delimiters = x12.Delimiters{Element: '|', Component: ':', Repetition: '^', Segment: '~'}
		}),
		with("autoline", "C-300", "ZZ", "AUTOLINE", nil),
		with("harbour", "C-400", "12", "5135550100", func(s *partner.X12) {
			s.Delimiters = x12.Delimiters{Element: '*', Component: '<', Segment: '\x1c'}
			s.LineBreak = ""
		}),
	}
}

// reply acknowledges an interchange to its sender, once. What was received
// names the reply: a control number that a sender uses twice does not hide the
// second interchange.
func (s *Shop) reply(ctx context.Context, ic *x12.Interchange, received string) error {
	p, known := s.partner(senderKey(ic.SenderQualifier, ic.Sender))
	if !known {
		return nil
	}
	_, err := s.Outbox.Reply(ctx, p, "997/"+ic.Control+"/"+received, ic)
	if errors.Is(err, partner.ErrNothing) {
		return nil
	}
	if err != nil && unwritable(err) {
		s.books.problem("", "answer interchange "+ic.Control, err)
		return nil
	}
	return err
}
