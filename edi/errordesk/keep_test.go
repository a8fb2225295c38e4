package errordesk_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/errordesk"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/order/intake"
)

const orders = "UNA:+.? '\r\nUNB+UNOC:3+4012345000009:14+4098765000001:14:R1+260330:0915+77++ORDERS++1+EANCOM+1'\r\n" +
	"UNH+1+ORDERS:D:96A:UN:EAN008'\r\nBGM+220+47?'11+9'\r\nUNS+S'\r\nUNT+4+1'\r\nUNZ+1+77'\r\n"

func TestMessageByItself(t *testing.T) {
	for name, text := range map[string]string{
		"plain": orders,
		"group": strings.NewReplacer("UNH+1", "UNG+ORDERS+A:14+B:14+260330:0915+5+UN+D:96A:EAN008'\r\nUNH+1", "UNZ+1", "UNE+1+5'\r\nUNZ+1").Replace(orders),
		"latin": strings.Replace(orders, "47?'11", "M\xfcller", 1),
	} {
		report, err := edifact.Read(strings.NewReader(text), edifact.Options{})
		require.NoError(t, err)
		require.True(t, report.OK(), name)
		d, err := errordesk.FromMessage(report.Messages()[0])
		require.NoError(t, err)
		assert.Equal(t, "14:4012345000009", d.Partner)
		alone, err := errordesk.Interchange(d)
		require.NoError(t, err)
		assert.Equal(t, text, string(alone), name)
	}
	checked, err := edifact.Check(strings.NewReader(orders), edifact.Options{})
	require.NoError(t, err)
	_, err = errordesk.FromMessage(checked.Messages()[0])
	require.ErrorIs(t, err, errordesk.ErrNotKept)
}

func TestMessageCorrected(t *testing.T) {
	report, err := edifact.Read(strings.NewReader(strings.Replace(orders, "BGM+220", "BGM+2200", 1)), edifact.Options{})
	require.NoError(t, err)
	d, err := errordesk.FromMessage(report.Messages()[0])
	require.NoError(t, err)
	next := d
	next.Raw = bytes.Replace(d.Raw, []byte("2200"), []byte("220:1"), 1)
	assert.Equal(t, []errordesk.Change{{Kind: errordesk.Changed, Before: 2, After: 2, Was: "BGM+2200+47'11+9", Is: "BGM+220:1+47'11+9", Elements: []int{1}}}, errordesk.Diff(d, next))
}

// Every set and message by others stands by itself as it was understood: the same bytes
// of content, and the same verdict on it.
func TestDocumentsByOthersStandByThemselves(t *testing.T) {
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: no interchanges by others")
	}
	files, err := filepath.Glob(filepath.Join(root, "edi", "corpus", "*"))
	require.NoError(t, err)
	sets, messages := 0, 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		report, err := x12.Read(bytes.NewReader(data), x12.Options{Lenient: true})
		require.NoError(t, err)
		for _, s := range report.Sets() {
			if s.Raw() == nil || s.Interchange().Delimiters.Validate() != nil {
				continue
			}
			sets++
			d, err := errordesk.FromSet(s)
			require.NoError(t, err, name)
			alone := interchange(t, d)
			back, err := x12.Read(bytes.NewReader(alone), x12.Options{Lenient: true})
			require.NoError(t, err)
			require.Len(t, back.Sets(), 1, "%s: %s", name, alone)
			assert.Equal(t, s.Raw(), back.Sets()[0].Raw(), name)
			assert.Equal(t, s.Verdict(), back.Sets()[0].Verdict(), name)
			again, err := errordesk.FromSet(back.Sets()[0])
			require.NoError(t, err)
			assert.Equal(t, d, again, name)
		}
		control, err := edifact.Read(bytes.NewReader(data), edifact.Options{})
		require.NoError(t, err)
		for _, m := range control.Messages() {
			if m.Raw() == nil || m.Interchange.Control == "" {
				continue
			}
			messages++
			d, err := errordesk.FromMessage(m)
			require.NoError(t, err, name)
			back, err := edifact.Read(bytes.NewReader(interchange(t, d)), edifact.Options{})
			require.NoError(t, err)
			require.Len(t, back.Messages(), 1, name)
			assert.Equal(t, m.Raw(), back.Messages()[0].Raw(), name)
			assert.Equal(t, m.Verdict(), back.Messages()[0].Verdict(), name)
		}
	}
	t.Logf("%d sets, %d messages", sets, messages)
	assert.Greater(t, sets, 100)
	assert.Greater(t, messages, 30)
}

func interchange(t testing.TB, d intake.Document) []byte {
	t.Helper()
	alone, err := errordesk.Interchange(d)
	require.NoError(t, err)
	return alone
}

func TestDiff(t *testing.T) {
	csv := func(text string) intake.Document { return intake.Document{Channel: "csv", Raw: []byte(text)} }
	assert.Empty(t, errordesk.Diff(csv("a\nb\n"), csv("a\r\nb")))
	assert.Equal(t, []errordesk.Change{
		{Kind: errordesk.Changed, Before: 2, After: 2, Was: "b", Is: "x"},
		{Kind: errordesk.Removed, Before: 4, Was: "d"},
	}, errordesk.Diff(csv("a\nb\nc\nd\ne\n"), csv("a\nx\nc\ne\n")))
	long := strings.Repeat("a\n", 5_000)
	assert.Len(t, errordesk.Diff(csv("x\n"+long+"y\n"), csv("y\n"+strings.Repeat("b\n", 5_000)+"x\n")), 5_002, "too long to compare well is compared in order")
}
