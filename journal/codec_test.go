package journal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
)

type held struct {
	Order  string   `json:"order"`
	Reason string   `json:"reason"`
	Lines  []int    `json:"lines,omitempty"`
	Note   *string  `json:"note,omitempty"`
	Limit  struct{} `json:"limit"`
}

type heldV1 struct {
	Order string `json:"order"`
}

type released struct {
	Order string `json:"order"`
}

func upHeld(old heldV1) (any, error) {
	if old.Order == "" {
		return nil, errors.New("no order")
	}
	return held{Order: old.Order, Reason: "unknown"}, nil
}

func testCodec() *journal.Codec {
	return journal.MustCodec(
		journal.Upcast("order.held", 1, upHeld),
		journal.JSON[held]("order.held", 2),
		journal.JSON[released]("order.released", 1),
	)
}

func TestCodecRoundTrip(t *testing.T) {
	c := testCodec()
	note := "a < b & c"
	for _, v := range []any{
		held{Order: "1", Reason: "credit", Lines: []int{1, 2}, Note: &note},
		held{},
		released{Order: "Bestellung/ä"},
	} {
		d, err := c.Encode(v)
		require.NoError(t, err)
		got, known, err := c.Decode(journal.Event{Type: d.Type, Version: d.Version, Data: d.Data})
		require.NoError(t, err)
		assert.True(t, known)
		assert.Empty(t, cmp.Diff(v, got))
	}
	d, err := c.Encode(&held{Order: "1", Note: &note})
	require.NoError(t, err)
	assert.Equal(t, `{"order":"1","reason":"","note":"a < b & c","limit":{}}`, string(d.Data))
	assert.Equal(t, journal.Draft{Type: "order.held", Version: 2, Data: d.Data}, d)
}

func TestCodecEncodeErrors(t *testing.T) {
	c := journal.MustCodec(journal.JSON[held]("order.held", 2), journal.JSON[unmarshalable]("order.bad", 1))
	for name, v := range map[string]any{
		"nil":                nil,
		"not an event":       heldV1{},
		"pointer to pointer": new(*held),
		"nil pointer":        (*held)(nil),
		"not JSON":           unmarshalable{F: func() {}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Encode(v)
			var got *journal.CodecError
			require.ErrorAs(t, err, &got)
		})
	}
}

type unmarshalable struct{ F func() }

func TestCodecDecode(t *testing.T) {
	tests := []struct {
		name, typ string
		version   int
		data      string
		want      any    // nil: an error
		err       string // part of it
	}{
		{"current", "order.held", 2, ` {"order":"1","reason":"credit","limit":{}} `, held{Order: "1", Reason: "credit"}, ""},
		{"a field left out", "order.held", 2, `{}`, held{}, ""},
		{"an old version", "order.held", 1, `{"order":"1"}`, held{Order: "1", Reason: "unknown"}, ""},
		{"an old version that fails", "order.held", 1, `{}`, nil, "no order"},
		{"a version from the future", "order.held", 3, `{}`, nil, "version is not known, the current one is 2"},
		{"an unknown field", "order.held", 2, `{"order":"1","Reasons":"x"}`, nil, "unknown field"},
		{"an unknown field within", "order.held", 2, `{"limit":{"x":1}}`, nil, "unknown field"},
		{"an unknown field of an old version", "order.held", 1, `{"order":"1","reason":"x"}`, nil, "unknown field"},
		{"a wrong type", "order.held", 2, `{"order":1}`, nil, "cannot unmarshal"},
		{"nothing", "order.held", 2, ``, nil, "empty"},
		{"blanks", "order.held", 2, ` `, nil, "empty"},
		{"null", "order.held", 2, ` null `, nil, "null"},
		{"cut", "order.held", 2, `{"order":"1"`, nil, "unexpected EOF"},
		{"two values", "order.held", 2, `{}{}`, nil, "goes on"},
		{"rubbish behind", "order.held", 2, `{}x`, nil, "goes on"},
	}
	c := testCodec()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, known, err := c.Decode(journal.Event{Position: 7, Type: tt.typ, Version: tt.version, Data: []byte(tt.data)})
			assert.True(t, known)
			if tt.want != nil {
				require.NoError(t, err)
				assert.Empty(t, cmp.Diff(tt.want, v))
				return
			}
			var got *journal.CodecError
			require.ErrorAs(t, err, &got)
			assert.Nil(t, v)
			assert.Equal(t, journal.Position(7), got.Position)
			assert.ErrorContains(t, err, tt.err)
		})
	}
	v, known, err := c.Decode(journal.Event{Type: "atp.reserved", Version: 1, Data: []byte("binary")})
	assert.Nil(t, v)
	assert.False(t, known)
	assert.NoError(t, err)
}

func TestCodecUpcastGivesAnotherType(t *testing.T) {
	c := journal.MustCodec(
		journal.JSON[held]("order.held", 2),
		journal.Upcast("order.held", 1, func(old heldV1) (any, error) { return old, nil }),
	)
	_, _, err := c.Decode(journal.Event{Type: "order.held", Version: 1, Data: []byte(`{}`)})
	assert.ErrorContains(t, err, "upcast gave journal_test.heldV1, not journal_test.held")
}

func TestNewCodecErrors(t *testing.T) {
	one := journal.JSON[held]("order.held", 2)
	tests := []struct {
		name  string
		kinds []journal.Kind
		want  []string
	}{
		{"no name", []journal.Kind{journal.JSON[held]("", 1)}, []string{"type is empty"}},
		{"a name too long", []journal.Kind{journal.JSON[held](strings.Repeat("x", journal.MaxName+1), 1)}, []string{"256 bytes"}},
		{"no version", []journal.Kind{journal.JSON[held]("order.held", 0)}, []string{"version is not within"}},
		{"a kind twice", []journal.Kind{one, one}, []string{"order.held version 2 is given twice"}},
		{"two current versions", []journal.Kind{one, journal.JSON[heldV1]("order.held", 1)}, []string{"two current versions, 2 and 1"}},
		{"one Go type, two names", []journal.Kind{one, journal.JSON[held]("order.kept", 1)}, []string{"stands for order.held and for order.kept"}},
		{"a pointer", []journal.Kind{journal.JSON[*held]("order.held", 1)}, []string{"not a plain value"}},
		{"old versions alone", []journal.Kind{journal.Upcast("order.held", 1, upHeld)}, []string{"order.held version 1 has no current version"}},
		{"an old version above", []journal.Kind{one, journal.Upcast("order.held", 3, upHeld)}, []string{"order.held version 3 is an old version above the current 2"}},
		{"all at once", []journal.Kind{one, one, journal.JSON[released]("", 1)}, []string{"given twice", "type is empty"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := journal.NewCodec(tt.kinds...)
			require.Error(t, err)
			assert.Nil(t, c)
			for _, want := range tt.want {
				assert.ErrorContains(t, err, want)
			}
			assert.Panics(t, func() { journal.MustCodec(tt.kinds...) })
		})
	}
}

func TestCompose(t *testing.T) {
	other := journal.MustCodec(journal.JSON[int]("count.taken", 1))
	c, err := journal.Compose(testCodec(), other)
	require.NoError(t, err)
	assert.Equal(t, []string{"count.taken", "order.held", "order.released"}, c.Types())
	v, known, err := c.Decode(journal.Event{Type: "count.taken", Version: 1, Data: []byte("12")})
	require.NoError(t, err)
	assert.True(t, known)
	assert.Equal(t, 12, v)

	_, err = journal.Compose(testCodec(), other, testCodec())
	for _, want := range []string{"order.held version 1 is given twice", "order.held version 2 is given twice", "order.released version 1 is given twice"} {
		assert.ErrorContains(t, err, want)
	}
	none, err := journal.Compose()
	require.NoError(t, err)
	assert.Empty(t, none.Types())
}

// What decodes is valid JSON, encodes again, and decodes to the same.
func FuzzCodecDecode(f *testing.F) {
	for _, seed := range []string{`{"order":"1","reason":"credit","lines":[1,2],"note":"x","limit":{}}`, `{}`, `null`, `{}{}`, `{"order":"\ud800"}`, `{"ORDER":"1","order":"2"}`, "{\"order\":\"\xff\"}", `[]`} {
		f.Add(1, []byte(seed))
		f.Add(2, []byte(seed))
	}
	c := testCodec()
	f.Fuzz(func(t *testing.T, version int, data []byte) {
		v, known, err := c.Decode(journal.Event{Type: "order.held", Version: version, Data: data})
		if !known {
			t.Fatal("order.held is not known")
		}
		if err != nil {
			if v != nil {
				t.Fatalf("%v comes with error %v", v, err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q was decoded", data)
		}
		d, err := c.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := c.Decode(journal.Event{Type: d.Type, Version: d.Version, Data: d.Data})
		if err != nil || !cmp.Equal(v, again) {
			t.Fatalf("%+v became %+v, %v", v, again, err)
		}
		if d2, err := c.Encode(again); err != nil || !bytes.Equal(d.Data, d2.Data) {
			t.Fatalf("%s became %s, %v", d.Data, d2.Data, err)
		}
	})
}
