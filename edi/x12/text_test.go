package x12_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/edi/x12"
)

func TestCharsetAsText(t *testing.T) {
	for text, c := range map[string]x12.Charset{"extended": x12.ExtendedCharset, "basic": x12.BasicCharset, "any": x12.AnyCharset} {
		written, err := c.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(written))
		got := x12.Charset(99)
		require.NoError(t, got.UnmarshalText(written))
		assert.Equal(t, c, got)
	}
	for _, text := range []string{"", "Basic", "charset(3)", "0"} {
		got := x12.AnyCharset
		require.ErrorContains(t, got.UnmarshalText([]byte(text)), "expected extended, basic or any", text)
		assert.Equal(t, x12.AnyCharset, got)
	}
	_, err := x12.Charset(3).MarshalText()
	require.EqualError(t, err, "x12: charset(3) is no character set")
	_, err = x12.NewWriter(&bytes.Buffer{}, x12.WriterConfig{Charset: 3})
	require.EqualError(t, err, "x12: charset(3) is no character set")
}

func TestDelimitersAsJSON(t *testing.T) {
	for name, c := range map[string]struct {
		text, written string // written is empty where it is the text
		want          x12.Delimiters
	}{
		"usual":       {`{"element":"*","component":">","repetition":"^","segment":"~"}`, "", x12.StandardDelimiters()},
		"by number":   {`{"element":"*","component":"<","segment":"0x1C"}`, "", x12.Delimiters{Element: '*', Component: '<', Segment: 0x1C}},
		"high byte":   {`{"element":"0xA7","segment":"0x0A"}`, "", x12.Delimiters{Element: 0xA7, Segment: '\n'}},
		"small x":     {`{"element":"0X1d","segment":"0x1"}`, `{"element":"0x1D","segment":"0x01"}`, x12.Delimiters{Element: 0x1D, Segment: 1}},
		"themselves":  {`{"element":"\\","segment":"\n"}`, `{"element":"\\","segment":"0x0A"}`, x12.Delimiters{Element: '\\', Segment: '\n'}},
		"escapes":     {`{"element":"\\t","component":"\\r","segment":"\\n"}`, `{"element":"0x09","component":"0x0D","segment":"0x0A"}`, x12.Delimiters{Element: '\t', Component: '\r', Segment: '\n'}},
		"empty: none": {`{"element":"*","repetition":"","segment":"~"}`, `{"element":"*","segment":"~"}`, x12.Delimiters{Element: '*', Segment: '~'}},
		"no object":   {`null`, `{}`, x12.Delimiters{}},
	} {
		t.Run(name, func(t *testing.T) {
			var got x12.Delimiters
			require.NoError(t, json.Unmarshal([]byte(c.text), &got))
			assert.Equal(t, c.want, got)
			var written bytes.Buffer
			e := json.NewEncoder(&written)
			e.SetEscapeHTML(false)
			require.NoError(t, e.Encode(got))
			if c.written == "" {
				c.written = c.text
			}
			assert.Equal(t, c.written+"\n", written.String())
		})
	}
	escaped, err := json.Marshal(x12.Delimiters{Component: '<'})
	require.NoError(t, err)
	assert.Equal(t, `{"component":"\u003c"}`, string(escaped))
}

func TestDelimitersThatAreNoText(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"two characters":  {`{"element":"**"}`, `element is "**"; expected one ASCII character`},
		"not ASCII":       {`{"segment":"§"}`, `expected one ASCII character, a number from 0x01 to 0xFF, \n, \r or \t`},
		"zero":            {`{"segment":"0x00"}`, "a number from 0x01 to 0xFF"},
		"too large":       {`{"segment":"0x100"}`, "a number from 0x01 to 0xFF"},
		"no digits":       {`{"segment":"0x"}`, "a number from 0x01 to 0xFF"},
		"a decimal":       {`{"segment":"28"}`, "a number from 0x01 to 0xFF"},
		"a NUL":           {`{"segment":"\u0000"}`, "a number from 0x01 to 0xFF"},
		"another escape":  {`{"segment":"\\x1c"}`, "a number from 0x01 to 0xFF"},
		"a number":        {`{"segment":28}`, `segment is 28; expected a text in quotes, such as "~" or "0x1C"`},
		"null":            {`{"segment":null}`, "expected a text in quotes"},
		"another name":    {`{"element":"*","terminator":"~"}`, `there is no "terminator"; expected element, component, repetition and segment`},
		"a capital":       {`{"Element":"*"}`, `there is no "Element"`},
		"a text":          {`"*>~"`, `expected an object such as {"element":"*"`},
		"a list":          {`["*","~"]`, "expected an object such as"},
		"not well formed": {`{"element":}`, "expected an object such as"},
	} {
		t.Run(name, func(t *testing.T) {
			got := x12.StandardDelimiters()
			err := got.UnmarshalJSON([]byte(c.text))
			require.ErrorIs(t, err, x12.ErrDelimiters)
			require.ErrorContains(t, err, c.want)
			assert.Equal(t, x12.StandardDelimiters(), got, "what cannot be read changes nothing")
		})
	}
	var d x12.Delimiters
	broken := errors.New("line 7: broken")
	require.ErrorIs(t, d.UnmarshalYAML(func(any) error { return broken }), broken)
}

func TestDelimitersReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := x12.Delimiters{Element: rapid.Byte().Draw(t, "element"), Component: rapid.Byte().Draw(t, "component"),
			Repetition: rapid.Byte().Draw(t, "repetition"), Segment: rapid.Byte().Draw(t, "segment")}
		text, err := json.Marshal(want)
		require.NoError(t, err)
		require.Equal(t, -1, strings.IndexFunc(string(text), func(r rune) bool { return r <= ' ' || r >= 0x7F }), "a person can see it")
		var got x12.Delimiters
		require.NoError(t, json.Unmarshal(text, &got))
		require.Equal(t, want, got)
	})
}
