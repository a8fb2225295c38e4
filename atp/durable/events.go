package durable

import (
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
)

// Names of the events that this package writes.
const (
	packedType = "durable.packed"
	openedType = "durable.opened"
)

// Events returns the codec of the events of this package, for whoever reads the journal beside it. Both are version 1.
func Events() *journal.Codec {
	return journal.MustCodec(journal.JSON[Packed](packedType, 1), journal.JSON[Opened](openedType, 1))
}

// Opened says that a process took a stream over: whoever wrote to it before cannot any more. It stands in a stream of its
// own, see Config.Stream.
type Opened struct {
	Actor string `json:"actor,omitempty"`
}

// Packed holds the events of many operations in the order in which they took effect. As JSON it is
//
//	{"base":"2026-03-02T09:00:00Z","events":[
//	 ["reserved","order 4711/1",0,900000000000,"pump","BER","2026-03-06",8],
//	 ["committed","order 4711/1",1500000000],
//	 {"type":"atp.stock-counted","version":1,"data":{"item":"pump",...}}]}
//
// Frequent events are rows. A row begins with what happened, the key of the reservation, and when: in nanoseconds from
// base. Then come
//
//	reserved     nanoseconds until it expires, lines
//	reserved-as  the same; scope and whether the safety stock may be touched, before the lines
//	committed    nothing
//	consumed     document, whether that was everything open, lines
//	released     as consumed
//	expired      nothing
//
// where each line is four values: item, site, date, quantity. All other events, and those with fields that have no place
// in a row, stand as objects as the codec of package atp writes them.
type Packed struct {
	Base   time.Time
	Events []any // of package atp
}

// MarshalJSON writes the form above. An event that the codec of package atp does not know is an error, and so is text
// that is not UTF-8.
func (p Packed) MarshalJSON() ([]byte, error) {
	enc := newEncoder()
	base := p.Base.UnixNano()
	data := appendHead(nil, base)
	var err error
	for i, e := range p.Events {
		if i > 0 {
			data = append(data, ',')
		}
		if data, err = enc.event(data, base, e); err != nil {
			return nil, err
		}
	}
	return append(data, tailOfPacked...), nil
}

// UnmarshalJSON reads what MarshalJSON writes. What does not belong there is an error.
func (p *Packed) UnmarshalJSON(data []byte) error {
	base, events, err := newDecoder(atp.Events()).packed(data)
	if err != nil {
		return err
	}
	if len(events) == 0 {
		return errNoEvents
	}
	p.Base, p.Events = time.Unix(0, base).UTC(), events
	return nil
}
