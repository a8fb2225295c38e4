package folder

import (
	"bytes"
	"cmp"
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

	"github.com/o2ckit/o2c/examples/transport"
	"github.com/o2ckit/o2c/examples/transport/mailbox"
)

// ErrBusy is returned while another process writes the same file.
var ErrBusy = errors.New("folder: another process is writing the file")

// Source takes files from a directory; [mailbox.Source] tells how.
type Source struct {
	*mailbox.Source
	files *FS
}

// NewSource makes a source below the directory root, which is made if it is not
// there. The configuration's paths are relative to root, its FS is filled in,
// and an empty In is root itself.
func NewSource(root string, c mailbox.SourceConfig) (*Source, error) {
	files, err := Open(root)
	if err != nil {
		return nil, err
	}
	c.FS, c.In, c.Name = files, cmp.Or(c.In, "."), cmp.Or(c.Name, root)
	s, err := mailbox.NewSource(c)
	if err != nil {
		return nil, errors.Join(err, files.Close())
	}
	return &Source{Source: s, files: files}, nil
}

// Close gives up what the source holds. Files that it had claimed are taken
// over by the next source.
func (s *Source) Close() error { return s.files.Close() }

// Sink puts files into a directory; [mailbox.Sink] tells how.
type Sink struct {
	*mailbox.Sink
	files *FS
}

// NewSink makes a sink below the directory root, which is made if it is not
// there. The configuration's FS is filled in, and an empty Dir is root itself.
func NewSink(root string, c mailbox.SinkConfig) (*Sink, error) {
	files, err := Open(root)
	if err != nil {
		return nil, err
	}
	c.FS, c.Dir = files, cmp.Or(c.Dir, ".")
	s, err := mailbox.NewSink(c)
	if err != nil {
		return nil, errors.Join(err, files.Close())
	}
	return &Sink{Sink: s, files: files}, nil
}

// Close closes the directory.
func (s *Sink) Close() error { return s.files.Close() }

// FS is a directory tree as a [mailbox.FS].
type FS struct {
	root *os.Root

	mu    sync.Mutex
	owner string
	work  string
	lock  *os.File // held while the process lives
}

// Open opens a directory tree, and makes the directory if it is not there.
func Open(root string) (*FS, error) {
	if err := os.MkdirAll(root, 0o750); err != nil {
		return nil, err
	}
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	return &FS{root: r}, nil
}

// Close lets others take over what this process had claimed.
func (f *FS) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var err error
	if f.lock != nil {
		if f.root.Remove(path.Join(f.work, f.owner)) == nil { // it was empty: nothing to take over
			err = f.root.Remove(path.Join(f.work, f.owner+lockSuffix))
		}
		err = errors.Join(err, f.lock.Close())
		f.lock = nil
	}
	return errors.Join(err, f.root.Close())
}

// MakeDir implements [mailbox.FS].
func (f *FS) MakeDir(_ context.Context, dir string) error {
	if dir == "." {
		return nil
	}
	return f.root.MkdirAll(dir, 0o750)
}

// List implements [mailbox.FS].
func (f *FS) List(ctx context.Context, dir string) ([]mailbox.Info, error) {
	d, err := f.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }()
	entries, err := d.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	infos := make([]mailbox.Info, 0, len(entries))
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case errors.Is(err, fs.ErrNotExist): // it went away meanwhile
			continue
		case err != nil:
			return nil, err
		}
		infos = append(infos, infoOf(info))
	}
	return infos, ctx.Err()
}

// Stat implements [mailbox.FS].
func (f *FS) Stat(_ context.Context, name string) (mailbox.Info, error) {
	info, err := f.root.Lstat(name)
	if err != nil {
		return mailbox.Info{}, err
	}
	return infoOf(info), nil
}

func infoOf(info fs.FileInfo) mailbox.Info {
	return mailbox.Info{Name: info.Name(), Size: info.Size(), Modified: info.ModTime(), Regular: info.Mode().IsRegular()}
}

// Rename implements [mailbox.FS].
func (f *FS) Rename(_ context.Context, from, to string) error { return f.root.Rename(from, to) }

// Remove implements [mailbox.FS].
func (f *FS) Remove(_ context.Context, name string) error { return f.root.Remove(name) }

// Open implements [mailbox.FS].
func (f *FS) Open(_ context.Context, name string) (io.ReadCloser, error) { return f.root.Open(name) }

// Put implements [mailbox.FS].
func (f *FS) Put(ctx context.Context, name string, data []byte) error {
	temp := path.Join(path.Dir(name), "."+path.Base(name)+".tmp")
	there, err := f.holds(name, data)
	if err != nil || there {
		if there {
			f.clear(temp)
		}
		return err
	}
	file, err := f.create(temp)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // and with it the lock
	_, err = file.Write(data)
	if err = errors.Join(err, ctx.Err()); err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = f.publish(temp, name, data)
	}
	if left := f.root.Remove(temp); !errors.Is(left, fs.ErrNotExist) {
		err = errors.Join(err, left)
	}
	if err != nil {
		return err
	}
	return f.sync(path.Dir(name))
}

// holds tells whether a file is there with just this content. One with other
// content is ErrExists.
func (f *FS) holds(name string, data []byte) (bool, error) {
	file, err := f.root.Open(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return false, err
	}
	defer func() { _ = file.Close() }()
	is, err := io.ReadAll(io.LimitReader(file, int64(len(data))+1))
	switch {
	case err != nil:
		return false, err
	case !bytes.Equal(is, data):
		return false, transport.ErrExists
	}
	return true, f.sync(path.Dir(name)) // who wrote it may have died before
}

// create makes a hidden file that is locked while it is written. What a killed
// process has left of one is removed, never written to: it may be the delivered
// file itself under its first name.
func (f *FS) create(temp string) (*os.File, error) {
	for {
		file, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
		if errors.Is(err, fs.ErrExist) {
			if !f.clear(temp) {
				return nil, fmt.Errorf("%w: %s", ErrBusy, temp)
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		held, err := tryLock(file)
		if err == nil && held && f.still(file, temp) {
			return file, nil
		}
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, err
		}
	}
}

// clear removes a hidden file that nobody writes any more.
func (f *FS) clear(temp string) bool {
	file, err := f.root.Open(temp)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer func() { _ = file.Close() }()
	held, err := tryLock(file)
	if err != nil || !held {
		return false
	}
	return !f.still(file, temp) || f.root.Remove(temp) == nil
}

// publish gives a written file its name, unless another file has it.
func (f *FS) publish(temp, name string, data []byte) error {
	err := f.root.Link(temp, name)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist): // somebody was faster
		_, err = f.holds(name, data)
		return err
	}
	// A file system without hard links. Between the look and the rename another
	// process may still write the name.
	if _, gone := f.root.Lstat(name); !errors.Is(gone, fs.ErrNotExist) {
		return errors.Join(err, gone)
	}
	return f.root.Rename(temp, name)
}

// sync makes the names in a directory durable.
func (f *FS) sync(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// still tells whether an open file is the one that has the name.
func (f *FS) still(file *os.File, name string) bool {
	is, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := f.root.Lstat(name)
	return err == nil && os.SameFile(is, named)
}

// Enter implements [mailbox.FS].
func (f *FS) Enter(ctx context.Context, work string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.lock == nil {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		if err := f.MakeDir(ctx, work); err != nil {
			return "", err
		}
		var chance [ownerBytes]byte
		_, _ = rand.Read(chance[:])
		owner := hex.EncodeToString(chance[:])
		lock, held, err := f.lockOwner(path.Join(work, owner+lockSuffix))
		if err != nil {
			return "", err
		}
		if held {
			f.owner, f.work, f.lock = owner, work, lock
		}
	}
	return f.owner, f.MakeDir(ctx, path.Join(work, f.owner))
}

const (
	lockSuffix = ".lock"
	ownerBytes = 8 // of chance in the name of an owner
)

// lockOwner takes the lock that shows that an owner lives.
func (f *FS) lockOwner(name string) (lock *os.File, held bool, err error) {
	lock, err = f.root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, false, err
	}
	held, err = tryLock(lock)
	if err != nil || !held || !f.still(lock, name) {
		_ = lock.Close()
		return nil, false, err
	}
	return lock, true, nil
}

// Orphans implements [mailbox.FS]: an owner whose lock is free is dead.
func (f *FS) Orphans(ctx context.Context, work string, adopt func(string) error) error {
	infos, err := f.List(ctx, work)
	if err != nil {
		return err
	}
	owners := make(map[string]bool)
	for _, info := range infos {
		owner := strings.TrimSuffix(info.Name, lockSuffix)
		if _, err := hex.DecodeString(owner); err == nil && len(owner) == 2*ownerBytes && owner != f.owner {
			owners[owner] = true
		}
	}
	var errs []error
	for owner := range owners {
		errs = append(errs, f.bury(work, owner, adopt))
	}
	return errors.Join(errs...)
}

// bury has a dead owner's files adopted, and removes what is left of it.
func (f *FS) bury(work, owner string, adopt func(string) error) error {
	name := path.Join(work, owner+lockSuffix)
	lock, held, err := f.lockOwner(name)
	if err != nil || !held {
		return err
	}
	defer func() { _ = lock.Close() }() // last: until then nobody else buries it
	if err := adopt(owner); err != nil {
		return err
	}
	if err := f.root.Remove(path.Join(work, owner)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return f.root.Remove(name)
}
