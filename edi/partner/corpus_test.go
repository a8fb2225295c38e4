package partner_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
)

// Interchanges by others are no samples of a partner: every one is told as foreign, and
// the report adds up.
func TestCertifyInterchangesByOthers(t *testing.T) {
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: no interchanges by others")
	}
	p := bigbox()
	p.EDIFACT = carmaker().EDIFACT
	c, err := partner.Certify(p, os.DirFS(filepath.Join(root, "edi", "corpus")), clock())
	require.NoError(t, err)
	assert.False(t, c.OK)
	assert.Greater(t, c.Count.Interchanges, 100)
	assert.Equal(t, c.Count.Sets, c.Count.Passed+c.Count.Failed)
	for _, file := range c.Files {
		assert.False(t, file.OK, file.File)
		for _, ic := range file.Interchanges {
			assert.Equal(t, partner.Foreign, ic.Direction, file.File)
		}
	}
	text, err := json.Marshal(c)
	require.NoError(t, err)
	assert.True(t, json.Valid(text))
	assert.NotEmpty(t, c.String())
}

// What others send is read by a profile that is made of their own envelope: what the
// standard alone accepts is accepted, and answered with what the standard takes.
func TestCertifyOthersAsPartners(t *testing.T) {
	root := os.Getenv("O2C_TESTDATA")
	if root == "" {
		t.Skip("O2C_TESTDATA is not set: no interchanges by others")
	}
	files, err := filepath.Glob(filepath.Join(root, "edi", "corpus", "*.x12"))
	require.NoError(t, err)
	tried, answered := 0, 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		plain, err := x12.Read(newReader(text), x12.Options{Checker: x12.NewSchemaChecker(x12.SchemaConfig{})})
		require.NoError(t, err)
		for i, ic := range plain.Interchanges {
			p := profileOf(ic)
			if p.Validate().Blocks() {
				continue
			}
			tried++
			d, err := partner.NewDirectory(p)
			require.NoError(t, err)
			read, err := x12.Read(newReader(text), d.X12Options(x12.Options{}))
			require.NoError(t, err)
			assert.Equal(t, ic.Status(), read.Interchanges[i].Status(), "%s: %v", name, read.Interchanges[i].Faults)
			reply, err := outbox(t, journal.NewMemory()).Reply(t.Context(), p, "k", ic)
			if err != nil {
				require.ErrorIs(t, err, partner.ErrNothing, name)
				continue
			}
			answered++
			ours, err := x12.Check(newReader(reply.Raw), x12.Options{})
			require.NoError(t, err)
			assert.True(t, ours.OK(), name)
		}
	}
	t.Logf("%d interchanges tried, %d answered", tried, answered)
	assert.Greater(t, answered, 50)
}

// profileOf is the partner that an interchange would come from.
func profileOf(ic *x12.Interchange) partner.Profile {
	s := &partner.X12{
		Qualifier: ic.SenderQualifier, ID: ic.Sender, OurQualifier: ic.ReceiverQualifier, OurID: ic.Receiver,
		Version: "004010", Usage: ic.Usage, Charset: x12.AnyCharset,
	}
	if len(ic.Groups) > 0 {
		s.GroupID, s.OurGroupID = ic.Groups[0].Sender, ic.Groups[0].Receiver
		if v := ic.Groups[0].Version; fault.Worst(ic.Groups[0].Faults) != fault.Failure && len(v) >= 6 {
			s.Version = v
		}
	}
	return partner.Profile{Name: "other", X12: s}
}
