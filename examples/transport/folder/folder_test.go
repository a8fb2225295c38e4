package folder_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/folder"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
	"github.com/o2ckit/o2c/examples/transport/mailbox/mailboxtest"
)

func TestMailbox(t *testing.T) {
	mailboxtest.Run(t, func(t *testing.T) mailboxtest.Tree {
		dir := t.TempDir()
		return mailboxtest.Tree{
			Dir: dir,
			Process: func() (mailbox.FS, func()) {
				files, err := folder.Open(dir)
				require.NoError(t, err)
				t.Cleanup(func() { _ = files.Close() })
				return files, func() { require.NoError(t, files.Close()) }
			},
			Hidden: func(name string) string { return "." + name + ".tmp" },
			Bury:   func() {}, // the kernel tells at once
		}
	})
}

// What a killed delivery left may be the delivered file itself under its first
// name: to write to it would be to write to the partner's file.
func TestLeftoverLinkIsNotWrittenTo(t *testing.T) {
	dir := t.TempDir()
	s, err := folder.NewSink(dir, mailbox.SinkConfig{})
	require.NoError(t, err)
	defer func() { _ = s.Close() }()
	fetched := filepath.Join(dir, "fetched-by-the-partner")
	require.NoError(t, os.WriteFile(fetched, []byte("ISA*01"), 0o600))
	require.NoError(t, os.Link(fetched, filepath.Join(dir, ".SO-1.edi.tmp")))

	require.NoError(t, s.Deliver(t.Context(), transport.Message{ID: "1", Name: "SO-1.edi", Data: []byte("ISA*02")}))
	raw, err := os.ReadFile(fetched)
	require.NoError(t, err)
	assert.Equal(t, "ISA*01", string(raw))
}

// Links that lead out of the root are not followed, whoever made them.
func TestNothingOutsideOfTheRoot(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "out")))
	s, err := folder.NewSink(dir, mailbox.SinkConfig{Dir: "out", Retry: transport.Backoff{Attempts: 1}})
	require.NoError(t, err)
	defer func() { _ = s.Close() }()
	require.Error(t, s.Deliver(t.Context(), transport.Message{ID: "1", Name: "SO-1.edi", Data: []byte("ISA")}))
	entries, err := os.ReadDir(outside)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestConfig(t *testing.T) {
	_, err := folder.NewSource(t.TempDir(), mailbox.SourceConfig{Match: "["})
	var wrong *transport.ConfigError
	require.ErrorAs(t, err, &wrong)
	assert.Equal(t, "Match", wrong.Field)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = folder.NewSource(file, mailbox.SourceConfig{})
	require.Error(t, err)
}
