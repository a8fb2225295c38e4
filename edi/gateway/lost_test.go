package gateway_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
)

// What is passed over beside sound documents is kept with the file, since it is in none of
// them: nothing that a partner sent is lost.
func TestNothingIsPassedOverUnkept(t *testing.T) {
	sound := isa("PO", "7", po("0001", "A"))
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"sound":                      {sound, []string{"850 000000007/7/0001 order"}},
		"a header that is none":      {sound + strings.Replace(isa("PO", "8", po("0001", "B")), "*00*          *00*", "*00*", 1), []string{"850 000000007/7/0001 order", "file  exception x12.isa.malformed"}},
		"text between":               {sound + "hello\n" + isa("PO", "8", po("0001", "B")), []string{"850 000000007/7/0001 order", "850 000000008/8/0001 order", "file  exception x12.not-x12"}},
		"an empty, broken one":       {sound + strings.Replace(isa("PO", "8"), "IEA*1", "IEA*5", 1), []string{"850 000000007/7/0001 order", "file  exception x12.iea.count"}},
		"a set without its head":     {strings.Replace(isa("PO", "8", po("0001", "B")), "ST*850", "S6*850", 1), []string{"file  exception x12.group.content"}},
		"an answer without its head": {strings.Replace(isa("FA", "8", set("997", "0001", "AK1*PO*1", "AK9*A*1*1*1")), "ST*997", "S6*997", 1), []string{"file  exception x12.group.content"}},
		"a segment between sets":     {isa("PO", "8", po("0001", "B"), "N9*ZZ*1~", po("0002", "C")), []string{"850 000000008/8/0001 exception x12.group.content", "850 000000008/8/0002 exception x12.group.content", "file  exception x12.group.content"}},
		"broken off":                 {sound[:strings.Index(sound, "CTT")], []string{"850 000000007/7/0001 exception x12.se.missing", "file  exception x12.se.missing"}},
		"a message without its head": {strings.Replace(orders, "UNH+", "UXH+", 1), []string{"file  exception edifact.interchange.content"}},
		"rejected, with its set":     {strings.Replace(sound, "IEA*1", "IEA*5", 1), []string{"850 000000007/7/0001 exception x12.iea.count"}},
	} {
		h := open(t, journal.NewMemory(), nil)
		taken := h.receive(t, c.file)
		got := brief(taken)
		for i := range got { // the first finding says enough
			got[i] = strings.Join(strings.SplitN(got[i], " ", 5)[:min(4, len(strings.Split(got[i], " ")))], " ")
		}
		assert.Equal(t, c.want, got, name)
		last := taken.Documents[len(taken.Documents)-1].Entry
		if last.Kind == "file" {
			raw, err := h.inbox.Raw(t.Context(), last.ID)
			require.NoError(t, err)
			assert.Equal(t, c.file, string(raw), name)
		}
		assert.Len(t, h.receive(t, c.file).Documents, len(c.want), "%s: and once", name)
		assert.Equal(t, len(c.want), h.inbox.Tally().Received, name)
	}
}
