package sftp

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"
)

// ErrOwner is returned when another process runs under the same Owner. Only the
// one that was started last goes on.
var ErrOwner = errors.New("sftp: another process has the same Owner")

// lease is what this process knows of a work directory.
type lease struct {
	mu     sync.Mutex // held while it is renewed, too
	token  string     // this process's
	count  int
	wrote  string // what it wrote last
	taken  bool   // by another process
	others map[string]sighting
}

// sighting is since when another owner's lease has been as it is.
type sighting struct {
	content string
	since   time.Time
}

const leaseSuffix = ".lease"

// Enter implements [mailbox.FS]: it renews the lease, and goes on renewing it
// until Close.
func (f *FS) Enter(ctx context.Context, work string) (string, error) {
	if err := f.MakeDir(ctx, path.Join(work, f.config.Owner)); err != nil {
		return "", err
	}
	f.mu.Lock()
	l := f.leases[work]
	if l == nil {
		var chance [8]byte
		_, _ = rand.Read(chance[:])
		l = &lease{token: hex.EncodeToString(chance[:]), others: make(map[string]sighting)}
		f.leases[work] = l
		f.done.Go(func() { f.keepRenewing(l, work) })
	}
	f.mu.Unlock()
	return f.config.Owner, f.renew(ctx, l, work)
}

func (f *FS) keepRenewing(l *lease, work string) {
	for f.config.Sleep(f.ctx, f.config.Lease/4) == nil {
		_ = f.renew(f.ctx, l, work) // the next poll tells what is wrong
	}
}

// renew writes the lease, if it is as this process left it.
func (f *FS) renew(ctx context.Context, l *lease, work string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := path.Join(work, f.config.Owner+leaseSuffix)
	is, err := f.readSmall(ctx, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if l.wrote != "" && is != "" && !strings.HasPrefix(is, l.token) {
		l.taken = true
	}
	if l.taken {
		return fmt.Errorf("%w: %s", ErrOwner, f.config.Owner)
	}
	l.count++
	content := fmt.Sprintf("%s %d\n", l.token, l.count)
	err = f.line.again(ctx, func(c *connection) error {
		file, err := c.client.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
		if err != nil {
			return err
		}
		_, err = file.Write([]byte(content))
		return errors.Join(err, file.Close())
	})
	if err == nil {
		l.wrote = content
	}
	return err
}

// readSmall reads the beginning of a file.
func (f *FS) readSmall(ctx context.Context, name string) (string, error) {
	var content []byte
	err := f.line.again(ctx, func(c *connection) error {
		file, err := c.client.Open(name)
		if err != nil {
			return err
		}
		content, err = io.ReadAll(io.LimitReader(file, 200))
		return errors.Join(err, file.Close())
	})
	return string(content), err
}

// Orphans implements [mailbox.FS]: an owner whose lease has not changed for a
// while, as seen from here, is gone.
func (f *FS) Orphans(ctx context.Context, work string, adopt func(string) error) error {
	f.mu.Lock()
	l := f.leases[work]
	f.mu.Unlock()
	if l == nil {
		return fmt.Errorf("sftp: %s was not entered", work)
	}
	infos, err := f.List(ctx, work)
	if err != nil {
		return err
	}
	owners := make(map[string]bool)
	for _, info := range infos {
		owner := strings.TrimSuffix(info.Name, leaseSuffix)
		if owner != f.config.Owner && validOwner(owner) {
			owners[owner] = true
		}
	}
	var errs []error
	for owner := range owners {
		content, err := f.readSmall(ctx, path.Join(work, owner+leaseSuffix))
		if err = ignoreAbsent(err); err == nil && l.gone(owner, content, f.config.Clock(), f.config.Lease) {
			err = f.bury(ctx, work, owner, adopt)
		}
		errs = append(errs, err)
	}
	l.forgetOthers(owners)
	return errors.Join(errs...)
}

// gone tells whether another owner's lease has been as it is for too long.
func (l *lease) gone(owner, content string, now time.Time, after time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen, known := l.others[owner]
	if !known || seen.content != content {
		l.others[owner] = sighting{content, now}
		return false
	}
	return now.Sub(seen.since) >= after
}

func (l *lease) forgetOthers(there map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for owner := range l.others {
		if !there[owner] {
			delete(l.others, owner)
		}
	}
}

func (f *FS) bury(ctx context.Context, work, owner string, adopt func(string) error) error {
	if err := adopt(owner); err != nil {
		return err
	}
	err := f.line.do(ctx, func(c *connection) error { return c.client.RemoveDirectory(path.Join(work, owner)) })
	if err = ignoreAbsent(err); err != nil {
		return err
	}
	return ignoreAbsent(f.Remove(ctx, path.Join(work, owner+leaseSuffix)))
}
