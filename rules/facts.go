package rules

import (
	"reflect"
	"time"
	"unsafe"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// This file is the only one that reads facts through unsafe pointers. It is
// sound because
//   - every offset and type comes from reflection over the fact struct itself,
//     in NewSchema, and a schema is bound to that struct by its type parameter;
//   - a pointer is only ever moved within the struct that it points into, and a
//     pointer field is followed by loading it as a pointer, so that the garbage
//     collector sees every step;
//   - facts are read, never written, and nothing here keeps a pointer.
//
// Reading by offset costs what a typed getter costs, but does not make the
// caller's facts escape to the heap, which a getter function does.

// field is one fact: where it lies in the fact struct and what it is.
type field struct {
	name string // as conditions write it: "customer.tier"
	kind kind
	// hops are the offsets of the pointers on the way; each is followed in turn.
	hops []uintptr
	// offset is that of the value within the last struct, or zero when the last
	// hop led to the value itself.
	offset uintptr
	// index is the way to the field for package reflect, which sets facts.
	index []int
	// width is the Go kind of an integer.
	width reflect.Kind
	// optional facts can be missing: behind a pointer, or dates and times,
	// whose zero value means none.
	optional bool
	goType   reflect.Type
}

// address returns where the value lies, or nil when the fact is missing.
func (f *field) address(base pointer) unsafe.Pointer {
	for _, hop := range f.hops {
		base = *(*pointer)(unsafe.Add(base, hop))
		if base == nil {
			return nil
		}
	}
	at := unsafe.Add(base, f.offset)
	if f.kind == kindDate && readDate(at).IsZero() || f.kind == kindTime && readTime(at).IsZero() {
		return nil
	}
	return at
}

func readBool(at pointer) bool                  { return *(*bool)(at) }
func readString(at pointer) string              { return *(*string)(at) }
func readStrings(at pointer) []string           { return *(*[]string)(at) }
func readAmount(at pointer) money.Amount        { return *(*money.Amount)(at) }
func readRate(at pointer) money.Rate            { return *(*money.Rate)(at) }
func readQuantity(at pointer) quantity.Quantity { return *(*quantity.Quantity)(at) }
func readDate(at pointer) calendar.Date         { return *(*calendar.Date)(at) }
func readTime(at pointer) time.Time             { return *(*time.Time)(at) }

// moved returns the place of a field that is reached without following a pointer.
func moved(base pointer, offset uint32) pointer { return unsafe.Add(base, offset) }

func readInt64(at pointer) int64 { return *(*int64)(at) }
func readInt32(at pointer) int64 { return int64(*(*int32)(at)) }

// readInt widens an integer of any admitted width.
func (f *field) readInt(at pointer) int64 {
	switch f.width {
	case reflect.Int:
		return int64(*(*int)(at))
	case reflect.Int8:
		return int64(*(*int8)(at))
	case reflect.Int16:
		return int64(*(*int16)(at))
	case reflect.Int32:
		return int64(*(*int32)(at))
	case reflect.Uint8:
		return int64(*(*uint8)(at))
	case reflect.Uint16:
		return int64(*(*uint16)(at))
	case reflect.Uint32:
		return int64(*(*uint32)(at))
	default:
		return *(*int64)(at)
	}
}

// value reads the fact in its canonical Go form, nil when it is missing.
func (f *field) value(base pointer) any {
	at := f.address(base)
	if at == nil {
		return nil
	}
	switch f.kind {
	case kindBool:
		return readBool(at)
	case kindInt:
		return f.readInt(at)
	case kindString:
		return readString(at)
	case kindStrings:
		return readStrings(at)
	case kindAmount:
		return readAmount(at)
	case kindRate:
		return readRate(at)
	case kindQuantity:
		return readQuantity(at)
	case kindDate:
		return readDate(at)
	case kindTime:
		return readTime(at)
	default:
		return nil
	}
}

// pointer is where facts lie. The other files pass it on and never look.
type pointer = unsafe.Pointer

// baseOf returns the pointer that fields are read from.
func baseOf[F any](facts *F) pointer {
	return pointer(facts) //nolint:gosec // G103: audited, see the head of this file
}
