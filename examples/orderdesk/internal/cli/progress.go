package cli

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bar shows how far a command is, on a terminal, once it has run for a second.
type bar struct {
	bar   *progressbar.ProgressBar
	start time.Time
	done  int
}

func progress(errs io.Writer, total int, what string) *bar {
	f, isFile := errs.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return &bar{}
	}
	return &bar{start: time.Now(), bar: progressbar.NewOptions(total,
		progressbar.OptionSetWriter(errs), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(),
	)}
}

func (b *bar) add() { b.set(b.done + 1) }

// set says how much is done.
func (b *bar) set(done int) {
	b.done = done
	if b.bar != nil && time.Since(b.start) > time.Second {
		_ = b.bar.Set(b.done)
	}
}

func (b *bar) close() {
	if b.bar != nil && time.Since(b.start) > time.Second {
		_ = b.bar.Finish()
	}
}
