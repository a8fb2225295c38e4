package gateway_test

import (
	"bufio"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/edi/gateway"
)

// TestIsEDIFACT: what stands before an interchange does not make it one of the other
// standard, and the stream is not taken.
func TestIsEDIFACT(t *testing.T) {
	for text, want := range map[string]bool{
		"UNA:+.? 'UNB+UNOA:3":                        true,
		"\xef\xbb\xbf\r\n UNH+1":                     true,
		"Subject: orders\r\n\r\nUNB+UNOA:3+A":        true,
		"UNBOUND\nUNB*UNOC:3":                        true,
		strings.Repeat("\n", 600) + "UNB+UNOB:1":     true,
		"ISA*00*UNB+UNOA:3":                          false,
		"Subject: orders\r\n\r\nISA*00*\nUNB+UNOA:3": false,
		"an UNB and no more":                         false,
		"UN":                                         false,
		"":                                           false,
	} {
		in := bufio.NewReader(strings.NewReader(text))
		assert.Equal(t, want, gateway.IsEDIFACT(in), "%.40q", text)
		rest, _ := in.Peek(len(text))
		assert.Equal(t, text, string(rest))
	}
}
