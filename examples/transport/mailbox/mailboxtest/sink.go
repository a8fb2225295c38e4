package mailboxtest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
)

func (b *bench) sink(files mailbox.FS) *mailbox.Sink {
	s, err := mailbox.NewSink(mailbox.SinkConfig{
		FS: files, Dir: "out",
		Sleep: func(ctx context.Context, d time.Duration) error { b.clock.Pass(d); return ctx.Err() },
	})
	require.NoError(b.t, err)
	return s
}

func (b *bench) read(name string) string {
	b.t.Helper()
	raw, err := os.ReadFile(filepath.Join(b.tree.Dir, filepath.FromSlash(name)))
	require.NoError(b.t, err)
	return string(raw)
}

func delivered(t *testing.T, b *bench) {
	content := strings.Repeat("ISA*00~", 30_000)
	m := transport.Message{ID: "855/1", Name: "SO-1.edi", Data: []byte(content)}
	for range 2 { // again is fine
		require.NoError(t, b.sink(b.process()).Deliver(t.Context(), m))
		assert.Equal(t, []string{"SO-1.edi"}, b.names("out"))
		assert.Equal(t, content, b.read("out/SO-1.edi"))
	}
}

func collision(t *testing.T, b *bench) {
	b.write("out/SO-1.edi", "another, that nobody has read")
	err := b.sink(b.process()).Deliver(t.Context(), transport.Message{ID: "855/1", Name: "SO-1.edi", Data: []byte("ISA")})
	require.ErrorIs(t, err, transport.ErrExists)
	assert.True(t, transport.Rejected(err))
	assert.Equal(t, "another, that nobody has read", b.read("out/SO-1.edi"))
	assert.Equal(t, []string{"SO-1.edi"}, b.names("out"))
}

func badName(t *testing.T, b *bench) {
	s := b.sink(b.process())
	for _, name := range []string{"", ".", "..", "../x", "a/b", `a\b`, "C:x", ".hidden", "a.tmp", "a\nb", "a\xff", strings.Repeat("n", 201)} {
		err := s.Deliver(t.Context(), transport.Message{ID: "1", Name: name, Data: []byte("x")})
		require.ErrorIs(t, err, transport.ErrName, name)
		assert.True(t, transport.Rejected(err))
	}
	assert.True(t, transport.Rejected(s.Deliver(t.Context(), transport.Message{Name: "a"})), "no ID")
}

func leftover(t *testing.T, b *bench) {
	b.write("out/"+b.tree.Hidden("SO-1.edi"), "half of it, and longer than the whole")
	require.NoError(t, b.sink(b.process()).Deliver(t.Context(), transport.Message{ID: "1", Name: "SO-1.edi", Data: []byte("ISA")}))
	assert.Equal(t, "ISA", b.read("out/SO-1.edi"))
	assert.Equal(t, []string{"SO-1.edi"}, b.names("out"))
}
