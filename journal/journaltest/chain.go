package journaltest

import (
	"errors"

	"github.com/o2ckit/o2c/journal"
)

func chainTests() []test {
	return []test{
		{"an empty journal verifies", func(f *fixture) {
			if head := f.verify(journal.Head{}); head != (journal.Head{}) {
				f.Errorf("head is %v", head)
			}
		}},
		{"the chain leads through every event", func(f *fixture) {
			f.append(batch("k", write("a", 0, "1", "2"), write("b", 0, "3")))
			checkpoint := f.verify(journal.Head{})
			f.append(batch("", write("a", 2, "4")))
			head := f.verify(checkpoint)
			events := f.read(journal.All, 0)
			if head.Position != 4 || head.Hash != events[3].Hash || checkpoint.Hash != events[2].Hash {
				f.Errorf("head is %v after %v, events end with %v", head, checkpoint, events[3].Hash)
			}
			if h, ok := f.j.(journal.Header); ok {
				got, err := h.Head(f.Context())
				if err != nil || got != head {
					f.Errorf("Head is %v, %v, want %v", got, err, head)
				}
			}
		}},
		{"a checkpoint of another history", func(f *fixture) {
			f.append(batch("", write("a", 0, "1")))
			for want, checkpoint := range map[journal.Fault]journal.Head{
				journal.FaultCheckpoint: {Position: 1, Hash: journal.Hash{1}},
				journal.FaultCut:        {Position: 2, Hash: journal.Hash{1}},
			} {
				_, err := journal.Verify(f.Context(), f.j, checkpoint)
				var got *journal.ChainError
				if !errors.As(err, &got) || got.Fault != want {
					f.Errorf("error is %v, want fault %q", err, want)
				}
			}
		}},
	}
}
