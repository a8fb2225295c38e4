package ack_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/ack"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

// readAll reads every acknowledgement of a file.
func readAll(t testing.TB, data []byte) (answers []ack.Answer, found finding.List) {
	t.Helper()
	take := func(a ack.Answer, f finding.List) { answers, found = append(answers, a), append(found, f...) }
	report, err := x12.Read(bytes.NewReader(data), x12.Options{Lenient: true})
	require.NoError(t, err)
	for _, ic := range report.Interchanges {
		for _, ta1 := range ic.Acknowledgements {
			take(ack.ReadTA1(ic, ta1))
		}
	}
	for _, set := range report.Sets() {
		if ack.IsAnswer(set.ID) {
			take(ack.ReadSet(set))
		}
	}
	control, err := edifact.Read(bytes.NewReader(data), edifact.Options{})
	require.NoError(t, err)
	for _, m := range control.Messages() {
		if ack.IsAnswer(m.ID) {
			take(ack.ReadMessage(m))
		}
	}
	return answers, found
}

// faulty are files with a sound envelope whose answer is none: one has no AK1, one has
// words in place of counts.
var faulty = map[string][]string{"997-226e922f36.x12": {"ack.missing"}, "997-5c19cc8075.x12": {"ack.number"}}

// The acknowledgements by others are read; those that are sound without a finding.
func TestAnswersByOthers(t *testing.T) {
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: no interchanges by others")
	}
	index, err := os.ReadFile(filepath.Join(root, "edi", "corpus.tsv"))
	require.NoError(t, err)
	answers, rejected := 0, 0
	for line := range strings.Lines(string(index)) {
		column := strings.Split(line, "\t")
		if !strings.Contains(line, "997") && !strings.Contains(line, "999") && !strings.Contains(line, "CONTRL") && !strings.Contains(line, "TA1") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(root, "edi", "corpus", column[0]))
		if err != nil {
			continue // the head of the table
		}
		list, found := readAll(t, data)
		answers += len(list)
		for _, a := range list {
			if a.Status() == fault.Rejected {
				rejected++
			}
		}
		if column[4] == "valid" {
			assert.Equal(t, faulty[column[0]], codes(found), column[0])
		} else {
			t.Logf("%s (%s): %v", column[0], column[4], found)
		}
	}
	t.Logf("%d answers, %d of them reject something", answers, rejected)
	assert.Greater(t, answers, 30)
}

func FuzzReadAnswer(f *testing.F) {
	f.Add([]byte(isa + "GS*FA*A*B*20260330*0915*77*X*004010~ST*997*0001~AK1*IN*12~AK2*810*0007~AK3*IT1*9**8~AK4*7>1*235*7*XX~AK5*R*5~AK9*R*1*1*0~SE*8*0001~GE*1*77~IEA*1*000000101~"))
	f.Add([]byte("UNB+UNOC:3+A+B+260330:0915+77'UNH+1+CONTRL:D:3:UN'UCI+12+B+A+7'UCF+1+B+A+4+26+UNG+2:1'UCM+7+INVOIC:D:96A:UN+4'UCS+9+35'UCD+39+3:1'UNT+7+1'UNZ+1+77'"))
	f.Fuzz(func(t *testing.T, data []byte) {
		answers, found := readAll(t, data)
		assert.LessOrEqual(t, len(found), (ack.MaxFaults+1)*(len(answers)))
		for _, a := range answers {
			for _, g := range a.Groups {
				for _, d := range g.Documents {
					assert.LessOrEqual(t, len(d.Faults), ack.MaxFaults+1)
				}
			}
		}
	})
}
