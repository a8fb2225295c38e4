package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds of a batch.
const (
	// MaxRecords is the number of records in a batch: its events, and its
	// writes without events.
	MaxRecords = 1000

	// MaxBytes is the sum of the data of its events, in bytes.
	MaxBytes = 1 << 20

	// MaxName is the length in bytes of a key, a stream, a type or an actor.
	MaxName = 255

	// MaxVersion is the highest version of an event type.
	MaxVersion = math.MaxInt32
)

// Validate reports the first thing that is wrong with b itself, whatever a
// journal holds: a *BatchError or a *LimitError. Every store calls it first.
func (b Batch) Validate() error {
	if len(b.Writes) == 0 {
		return &BatchError{Write: -1, Event: -1, Reason: "it has no writes"}
	}
	if reason := checkName("key", b.Key, true); reason != "" {
		return &BatchError{Write: -1, Event: -1, Reason: reason}
	}
	if err := b.checkSize(); err != nil {
		return err
	}
	for i, w := range b.Writes {
		if reason := checkName("stream", w.Stream, false); reason != "" {
			return &BatchError{Write: i, Event: -1, Reason: reason}
		}
		for k := range w.Events {
			if reason := w.Events[k].check(); reason != "" {
				return &BatchError{Write: i, Event: k, Reason: reason}
			}
		}
	}
	return b.checkStreams()
}

func (b Batch) checkSize() error {
	records, bytes := 0, 0
	for _, w := range b.Writes {
		records += max(1, len(w.Events))
		for i := range w.Events {
			bytes += len(w.Events[i].Data)
		}
	}
	if records > MaxRecords {
		return &LimitError{What: "records", Count: records, Limit: MaxRecords}
	}
	if bytes > MaxBytes {
		return &LimitError{What: "bytes", Count: bytes, Limit: MaxBytes}
	}
	return nil
}

// checkStreams refuses a stream that stands in two writes: the second could
// not say what it expects, for the first has moved the stream to a position
// that nobody knows yet.
func (b Batch) checkStreams() error {
	if len(b.Writes) == 1 {
		return nil
	}
	seen := make(map[string]int, len(b.Writes))
	for i, w := range b.Writes {
		if first, twice := seen[w.Stream]; twice {
			return &BatchError{Write: i, Event: -1, Reason: fmt.Sprintf("stream %q stands in write %d already", w.Stream, first)}
		}
		seen[w.Stream] = i
	}
	return nil
}

func (d *Draft) check() string {
	if reason := checkName("type", d.Type, false); reason != "" {
		return reason
	}
	if d.Version < 1 || d.Version > MaxVersion {
		return fmt.Sprintf("version %d is not within 1 to %d", d.Version, MaxVersion)
	}
	if y := d.At.UTC().Year(); y < 1678 || y > 2261 {
		return "time " + d.At.UTC().Format(time.RFC3339) + " is not within the years 1678 to 2261"
	}
	return checkName("actor", d.Actor, true)
}

func checkName(what, s string, mayBeEmpty bool) string {
	switch {
	case s == "" && !mayBeEmpty:
		return what + " is empty"
	case len(s) > MaxName:
		return fmt.Sprintf("%s has %d bytes, the limit is %d", what, len(s), MaxName)
	case !utf8.ValidString(s):
		return what + " is not UTF-8"
	case strings.ContainsFunc(s, unicode.IsControl):
		return what + " has a control character"
	}
	return ""
}

// Fingerprint is a SHA-256 of the payload: what is compared when a key comes
// again. The payload is what the batch says: its streams and, of each event,
// type, version, actor and data, all in order. It is not when it was said or
// under which conditions: At and Expect are left out, so that a caller who
// decided the same again a minute later is recognised.
func (b Batch) Fingerprint() Hash {
	buf := make([]byte, 0, 512)
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(b.Writes)))
	for _, w := range b.Writes {
		buf = appendText(buf, w.Stream)
		buf = binary.BigEndian.AppendUint32(buf, uint32(len(w.Events)))
		for i := range w.Events {
			d := &w.Events[i]
			buf = appendText(buf, d.Type)
			buf = binary.BigEndian.AppendUint64(buf, uint64(d.Version))
			buf = appendText(buf, d.Actor)
			buf = appendText(buf, d.Data)
		}
	}
	return sha256.Sum256(buf)
}

// appendText appends a length of 32 bits, big-endian, and the bytes of s.
func appendText[T string | []byte](dst []byte, s T) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(s)))
	return append(dst, s...)
}
