package partner_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
)

// missing counts by hand what a requirement of a PID in each line of vendor numbers asks
// for: a line ends at the next, or at the CTT.
func missing(body []string) int {
	n, open, met := 0, false, false
	end := func() {
		if open && !met {
			n++
		}
		open, met = false, false
	}
	for _, s := range body {
		switch {
		case strings.HasPrefix(s, "PO1"):
			end()
			open = strings.Contains(s, "*VN*")
		case strings.HasPrefix(s, "CTT"):
			end()
		case s == "PID*F****X":
			met = met || open
		}
	}
	end()
	return n
}

// Sets of any segments at all are held to a requirement as a count by hand does.
func TestRequirementsAgainstACountByHand(t *testing.T) {
	p := bigbox()
	p.X12.Guide.Require = []partner.Requirement{
		{Set: "850", Has: "PID.1=F,5", Each: "PO1.6=VN"}, {Set: "850", Has: "REF.1=DP,2"}, {Set: "855", Has: "REF"},
	}
	d, err := partner.NewDirectory(p)
	require.NoError(t, err)
	segments := []string{"PO1*1*1*EA*1**VN*A", "PO1*2*1*EA*1**UP*A", "PID*F****X", "PID*F", "PID*S****X", "REF*DP*1", "REF*DP", "REF*IA*1",
		"N1*ST**92*1", "N4*X", "SCH*1*EA***002*20260401", "CTT*1"}
	found := 0
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 1))
		body := []string{"BEG*00*SA*1**20260330"}
		for range random.IntN(14) {
			body = append(body, segments[random.IntN(len(segments))])
		}
		want := missing(body)
		if !strings.Contains(strings.Join(body, "~")+"~", "REF*DP*1~") {
			want++
		}
		report, err := x12.Check(strings.NewReader(received("123456789", "P", strings.Join(body, "~")+"~")), d.X12Options(x12.Options{}))
		require.NoError(t, err)
		got := 0
		for _, f := range report.Sets()[0].Faults {
			if f.Code == partner.CodeRequired {
				got++
			}
		}
		require.Equal(t, want, got, "%v", body)
		found += got
	}
	assert.Greater(t, found, 300)
}

// Of a version that is not at hand the release is a guess: what it finds keeps nothing
// from being sent, what the partner asks for does.
func TestVersionThatIsNotAtHand(t *testing.T) {
	p := bigbox()
	p.X12.Version = "004030"
	o := outbox(t, journal.NewMemory())
	d := document("a")
	d.Segments[0] = x12.NewSegment("BAK", "00", "Q9", "4711", "20260330")
	_, err := o.Send(t.Context(), p, d)
	require.NoError(t, err, "BAK02 may have the code in 004030")
	p.X12.Guide.Schema = []schema.Change{{Set: "855", Path: "BAK.2", Codes: []string{"AC"}}}
	d.Key = "b"
	_, err = o.Send(t.Context(), p, d)
	require.ErrorContains(t, err, "BAK02", "the partner says that it has not")
	p.X12.Guide = partner.Guide{Require: []partner.Requirement{{Set: "855", Has: "REF.1=DP,2"}}}
	_, err = o.Send(t.Context(), p, d)
	require.ErrorContains(t, err, "REF.1=DP,2")
	assert.Equal(t, []int64{1}, numbers(o))
}
