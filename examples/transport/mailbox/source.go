package mailbox

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/o2ckit/o2c/examples/transport"
)

// SourceConfig says where files are taken from.
type SourceConfig struct {
	FS FS // required
	// Name is the source's, for the log and for File.Source.
	Name string
	// In is the directory where partners put files. Required.
	In string
	// Work, Done and Failed are where files go from there, on the same file
	// system. Empty: directories of these names in In.
	Work, Done, Failed string
	// Match, if not empty, is the pattern of path.Match that names have to
	// match; others are left alone.
	Match string
	// Settle is how long a file must not have changed. 0: five seconds.
	// Negative: partners rename files into the directory, there is no wait.
	Settle time.Duration
	// Remove removes files that were taken, instead of keeping them in Done.
	Remove bool
	// MaxBytes bounds a file; larger ones fail. 0: 64 MiB.
	MaxBytes int64
	// Retry says when a file is handed over again after a temporary error, and
	// after how many attempts it fails; they are counted by each process. By
	// default none fails: what is down for a day is no fault of the file's.
	// Other files go on meanwhile, so that the order is not kept across one.
	Retry transport.Backoff
	// Clock tells the time. Nil: time.Now.
	Clock func() time.Time
}

// Source takes files from a directory. It is safe for many goroutines; they
// take turns.
type Source struct {
	config SourceConfig

	mu     sync.Mutex
	looks  map[string]look   // by path: files that may still be written
	claims map[string]*claim // by path: files that are ours
}

// look is when a file was first seen as it is now.
type look struct {
	info  Info
	since time.Time
}

// claim is a file that is ours.
type claim struct {
	attempts int
	next     time.Time // not before
	accepted bool      // the handler has it: it only has to be put away
}

// NewSource checks the configuration; the directories are made by the first poll.
func NewSource(c SourceConfig) (*Source, error) {
	switch {
	case c.FS == nil:
		return nil, &transport.ConfigError{Field: "FS", Reason: "a source needs a file system"}
	case c.In == "":
		return nil, &transport.ConfigError{Field: "In", Reason: "a source needs a directory; . is the root of the file system"}
	}
	if _, err := path.Match(c.Match, ""); err != nil {
		return nil, &transport.ConfigError{Field: "Match", Reason: err.Error()}
	}
	c.Work = cmp.Or(c.Work, path.Join(c.In, "work"))
	c.Done = cmp.Or(c.Done, path.Join(c.In, "done"))
	c.Failed = cmp.Or(c.Failed, path.Join(c.In, "failed"))
	c.Name = cmp.Or(c.Name, c.In)
	c.MaxBytes = cmp.Or(c.MaxBytes, 64<<20)
	c.Settle = cmp.Or(c.Settle, 5*time.Second)
	c.Retry.Attempts = cmp.Or(c.Retry.Attempts, -1)
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return &Source{config: c, looks: make(map[string]look), claims: make(map[string]*claim)}, nil
}

// Poll implements [transport.Source].
func (s *Source) Poll(ctx context.Context, h transport.Handler) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir, err := s.enter(ctx)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", s.config.Name, err)
	}
	taken, errs := 0, []error{s.adopt(ctx, dir)}
	n, err := s.work(ctx, h, dir)
	taken, errs = taken+n, append(errs, err)
	n, err = s.pickUp(ctx, h, dir)
	taken, errs = taken+n, append(errs, err)
	return taken, errors.Join(errs...)
}

// enter makes the directories and returns the one of this process.
func (s *Source) enter(ctx context.Context) (string, error) {
	owner, err := s.config.FS.Enter(ctx, s.config.Work)
	if err != nil {
		return "", err
	}
	dirs := []string{s.config.In, s.config.Failed}
	if !s.config.Remove {
		dirs = append(dirs, s.config.Done)
	}
	for _, dir := range dirs {
		if err := s.config.FS.MakeDir(ctx, dir); err != nil {
			return "", err
		}
	}
	return path.Join(s.config.Work, owner), nil
}

// adopt takes over what dead processes have left.
func (s *Source) adopt(ctx context.Context, dir string) error {
	return s.config.FS.Orphans(ctx, s.config.Work, func(owner string) error {
		from := path.Join(s.config.Work, owner)
		infos, err := s.config.FS.List(ctx, from)
		if err != nil {
			return ignoreAbsent(err)
		}
		for _, info := range infos {
			if !info.Regular || strings.HasPrefix(info.Name, ".") {
				continue
			}
			if err := ignoreAbsent(s.config.FS.Rename(ctx, path.Join(from, info.Name), path.Join(dir, info.Name))); err != nil {
				return err
			}
		}
		return nil
	})
}

// work goes on with the files that are ours: those that are to be tried again,
// and those that another process, or an earlier run, had claimed.
func (s *Source) work(ctx context.Context, h transport.Handler, dir string) (int, error) {
	infos, err := s.config.FS.List(ctx, dir)
	if err != nil {
		return 0, err
	}
	slices.SortFunc(infos, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	there := make(map[string]bool, len(infos))
	taken, errs := 0, []error(nil)
	for _, info := range infos {
		at := path.Join(dir, info.Name)
		there[at] = true
		c := s.claims[at]
		switch {
		case ctx.Err() != nil:
			return taken, errors.Join(append(errs, ctx.Err())...)
		case !info.Regular, strings.HasPrefix(info.Name, "."):
			continue
		case c == nil && !s.settled(at, info): // it may have been claimed while it was written
			continue
		case c == nil:
			c = &claim{}
			s.claims[at] = c
		case s.config.Clock().Before(c.next):
			continue
		}
		done, err := s.hand(ctx, h, at, info, c)
		if done {
			taken++
		}
		errs = append(errs, err)
	}
	for at := range s.claims { // what is gone was taken over
		if !there[at] {
			s.forget(at)
		}
	}
	for at := range s.looks {
		if path.Dir(at) == dir && !there[at] {
			delete(s.looks, at)
		}
	}
	return taken, errors.Join(errs...)
}

// pickUp claims what is ready in the in directory, oldest first.
func (s *Source) pickUp(ctx context.Context, h transport.Handler, dir string) (int, error) {
	infos, err := s.config.FS.List(ctx, s.config.In)
	if err != nil {
		return 0, err
	}
	slices.SortFunc(infos, func(a, b Info) int {
		return cmp.Or(a.Modified.Compare(b.Modified), strings.Compare(a.Name, b.Name))
	})
	there := make(map[string]bool, len(infos))
	taken, errs := 0, []error(nil)
	for _, info := range infos {
		from := path.Join(s.config.In, info.Name)
		if !s.wanted(info) {
			continue
		}
		there[from] = true
		if !s.settled(from, info) {
			continue
		}
		if ctx.Err() != nil {
			return taken, errors.Join(append(errs, ctx.Err())...)
		}
		done, err := s.claim(ctx, h, from, dir, info)
		if done {
			taken++
		}
		errs = append(errs, err)
	}
	for at := range s.looks { // forget files that went away
		if path.Dir(at) == path.Clean(s.config.In) && !there[at] {
			delete(s.looks, at)
		}
	}
	return taken, errors.Join(errs...)
}

// wanted tells whether a file in the in directory is one to take.
func (s *Source) wanted(info Info) bool {
	if !info.Regular || transport.Partial(info.Name) {
		return false
	}
	if s.config.Match == "" {
		return true
	}
	match, err := path.Match(s.config.Match, info.Name)
	return match && err == nil
}

// settled tells whether a file has been as it is for long enough.
func (s *Source) settled(at string, info Info) bool {
	if s.config.Settle < 0 {
		return true
	}
	now := s.config.Clock()
	was, seen := s.looks[at]
	if !seen || !was.info.same(info) {
		s.looks[at] = look{info: info, since: now}
		return false
	}
	return now.Sub(was.since) >= s.config.Settle
}

// claim makes a file ours and hands it over.
func (s *Source) claim(ctx context.Context, h transport.Handler, from, dir string, seen Info) (bool, error) {
	to := path.Join(dir, s.id()+"-"+shortened(seen.Name))
	if err := s.config.FS.Rename(ctx, from, to); err != nil {
		return false, ignoreAbsent(err) // absent: another process was faster
	}
	delete(s.looks, from)
	now, err := s.config.FS.Stat(ctx, to)
	if err != nil {
		return false, err
	}
	if !now.same(seen) { // another file, or more of it: wait until it rests
		s.looks[to] = look{info: now, since: s.config.Clock()}
		return false, nil
	}
	now.Name = path.Base(to)
	c := &claim{}
	s.claims[to] = c
	return s.hand(ctx, h, to, now, c)
}

// id begins the name of a claimed file: the time, so that names are in order,
// and some chance.
func (s *Source) id() string {
	var chance [6]byte
	_, _ = rand.Read(chance[:])
	return s.config.Clock().UTC().Format("20060102T150405.000000Z") + "-" + hex.EncodeToString(chance[:])
}

// idBytes is how long an id is.
const idBytes = len("20060102T150405.000000Z-") + 12

// shortened makes a name short enough to have an id before it: its end tells
// more than its beginning.
func shortened(name string) string {
	const most = 200
	if len(name) <= most {
		return name
	}
	name = name[len(name)-most:]
	for name != "" && !utf8.RuneStart(name[0]) {
		name = name[1:]
	}
	return name
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
