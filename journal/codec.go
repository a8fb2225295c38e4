package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
)

// Kind is one version of an event type: its name, its version, and how its
// payload becomes a Go value. [JSON] and [Upcast] make kinds, [NewCodec]
// collects them.
type Kind struct {
	name    string
	version int
	goType  reflect.Type // of the current version; nil for an old one
	decode  func(data []byte) (any, error)
}

// JSON is the current version of an event type whose payload is T as JSON. T
// is a struct, not a pointer; values of it are encoded under typ and version,
// and decoded values are a T. Decoding is strict: an unknown field, or
// anything after the value, is an error.
func JSON[T any](typ string, version int) Kind {
	return Kind{name: typ, version: version, goType: reflect.TypeFor[T](), decode: func(data []byte) (any, error) {
		var v T
		if err := decodeJSON(data, &v); err != nil {
			return nil, err
		}
		return v, nil
	}}
}

// Upcast is an old version of an event type: events of it are decoded into
// Old, as strictly as by JSON, and up makes of that a value of the current
// version's Go type.
func Upcast[Old any](typ string, version int, up func(Old) (any, error)) Kind {
	return Kind{name: typ, version: version, decode: func(data []byte) (any, error) {
		var v Old
		if err := decodeJSON(data, &v); err != nil {
			return nil, err
		}
		return up(v)
	}}
}

// Codec turns Go values into drafts and events into Go values. It is
// immutable and safe for many goroutines.
type Codec struct {
	kinds   map[kindID]Kind
	current map[string]Kind       // by name
	types   map[reflect.Type]Kind // the current kinds by Go type
}

type kindID struct {
	name    string
	version int
}

// NewCodec collects kinds. All that is wrong is returned together: a name
// that is empty or not a valid event type, a version outside 1 to
// [MaxVersion], a kind given twice, a Go type used for two names, a name with
// two current versions or with none, an old version that is not below the
// current one.
func NewCodec(kinds ...Kind) (*Codec, error) {
	c := &Codec{kinds: make(map[kindID]Kind), current: make(map[string]Kind), types: make(map[reflect.Type]Kind)}
	var errs []error
	for _, k := range kinds {
		if err := c.add(k); err != nil {
			errs = append(errs, err)
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(c.kinds), kindID.compare) {
		switch now, ok := c.current[id.name]; {
		case !ok:
			errs = append(errs, fmt.Errorf("journal: codec: %s has no current version", id))
		case id.version > now.version:
			errs = append(errs, fmt.Errorf("journal: codec: %s is an old version above the current %d", id, now.version))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return c, nil
}

func (c *Codec) add(k Kind) error {
	id := kindID{k.name, k.version}
	if reason := checkName("type", k.name, false); reason != "" {
		return fmt.Errorf("journal: codec: %s", reason)
	}
	if k.version < 1 || k.version > MaxVersion {
		return fmt.Errorf("journal: codec: %s: version is not within 1 to %d", id, MaxVersion)
	}
	if _, twice := c.kinds[id]; twice {
		return fmt.Errorf("journal: codec: %s is given twice", id)
	}
	if k.goType != nil {
		if other, twice := c.current[k.name]; twice {
			return fmt.Errorf("journal: codec: %s has two current versions, %d and %d", k.name, other.version, k.version)
		}
		if other, twice := c.types[k.goType]; twice {
			return fmt.Errorf("journal: codec: %v stands for %s and for %s", k.goType, other.name, k.name)
		}
		if k.goType.Kind() == reflect.Pointer || k.goType.Kind() == reflect.Interface {
			return fmt.Errorf("journal: codec: %s: %v is not a plain value", id, k.goType)
		}
		c.current[k.name] = k
		c.types[k.goType] = k
	}
	c.kinds[id] = k
	return nil
}

// MustCodec is NewCodec that panics on an error, for kinds that are written
// down in the program.
func MustCodec(kinds ...Kind) *Codec {
	c, err := NewCodec(kinds...)
	if err != nil {
		panic(err)
	}
	return c
}

// Compose joins codecs, of several packages say, into one that knows all
// their kinds. It fails where NewCodec would.
func Compose(codecs ...*Codec) (*Codec, error) {
	var kinds []Kind
	for _, c := range codecs {
		for _, id := range slices.SortedFunc(maps.Keys(c.kinds), kindID.compare) {
			kinds = append(kinds, c.kinds[id])
		}
	}
	return NewCodec(kinds...)
}

// Types returns the names of the event types, sorted.
func (c *Codec) Types() []string { return slices.Sorted(maps.Keys(c.current)) }

// Encode returns v, or what v points to, as a draft of its current version.
// The caller sets At and Actor. A Go type that the codec does not know, and a
// value that JSON cannot carry, are a *CodecError.
func (c *Codec) Encode(v any) (Draft, error) {
	t := reflect.TypeOf(v)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	k, ok := c.types[t]
	if !ok {
		return Draft{}, &CodecError{Err: fmt.Errorf("type %T is not an event", v)}
	}
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer && p.IsNil() {
		return Draft{}, &CodecError{Type: k.name, Version: k.version, Err: errors.New("nil pointer")}
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // events are read by people, not by browsers
	if err := enc.Encode(v); err != nil {
		return Draft{}, &CodecError{Type: k.name, Version: k.version, Err: err}
	}
	return Draft{Type: k.name, Version: k.version, Data: bytes.TrimSuffix(buf.Bytes(), []byte("\n"))}, nil
}

// Decode returns the payload of e as a value of the current version's Go
// type. known is false, without an error, when the event's type is none of
// this codec's: the event belongs to somebody else. A version that the codec
// does not know, and data that does not decode, are a *CodecError.
func (c *Codec) Decode(e Event) (v any, known bool, err error) {
	now, known := c.current[e.Type]
	if !known {
		return nil, false, nil
	}
	fail := func(err error) (any, bool, error) {
		return nil, true, &CodecError{Type: e.Type, Version: e.Version, Position: e.Position, Err: err}
	}
	k, ok := c.kinds[kindID{e.Type, e.Version}]
	if !ok {
		return fail(fmt.Errorf("version is not known, the current one is %d", now.version))
	}
	v, err = k.decode(e.Data)
	if err != nil {
		return fail(err)
	}
	if t := reflect.TypeOf(v); t != now.goType {
		return fail(fmt.Errorf("upcast gave %v, not %v", t, now.goType))
	}
	return v, true, nil
}

// CodecError says which event could not be encoded or decoded, and why.
type CodecError struct {
	Type     string   // empty when the Go type is not known
	Version  int      // 0 when the Go type is not known
	Position Position // 0 when encoding
	Err      error
}

// Error implements error.
func (e *CodecError) Error() string {
	switch {
	case e.Type == "":
		return "journal: encode: " + e.Err.Error()
	case e.Position == 0:
		return fmt.Sprintf("journal: %s version %d: %v", e.Type, e.Version, e.Err)
	default:
		return fmt.Sprintf("journal: event %d, %s version %d: %v", e.Position, e.Type, e.Version, e.Err)
	}
}

// Unwrap returns the cause.
func (e *CodecError) Unwrap() error { return e.Err }

func (id kindID) String() string { return fmt.Sprintf("%s version %d", id.name, id.version) }

func (id kindID) compare(other kindID) int {
	if id.name != other.name {
		if id.name < other.name {
			return -1
		}
		return 1
	}
	return id.version - other.version
}

func decodeJSON(data []byte, v any) error {
	if string(bytes.TrimSpace(data)) == "null" {
		return errors.New("data is null") // json would leave the zero value without a word
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("data is empty")
		}
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("data goes on after the value")
	}
	return nil
}
